#include "engine/operate/draft.h"

#include <bit>

#include "record/value/canonical.h"
#include "record/value/particle.h"

namespace winnow {
namespace {

bool is_particle(uint8_t type, Particle particle) {
    return type == static_cast<uint8_t>(particle);
}

}  // namespace

Draft::Draft(const Version* version) {
    if (version == nullptr) return;
    bins_.reserve(version->bin_count());
    for (uint32_t i = 0; i < version->bin_count(); i++) bins_.push_back(version->bin(i));
}

BinView* Draft::find_mutable(std::string_view name) {
    for (BinView& bin : bins_)
        if (bin.name == name) return &bin;
    return nullptr;
}

const BinView* Draft::find(std::string_view name) const {
    return const_cast<Draft*>(this)->find_mutable(name);
}

Bytes Draft::keep(Bytes value) {
    uint8_t* at = arena_.allocate(value.size());
    if (!value.empty()) std::memcpy(at, value.data(), value.size());
    return {at, value.size()};
}

Bytes Draft::keep_be64(uint64_t value) {
    uint8_t* at = arena_.allocate(8);
    store_be(at, value);
    return {at, 8};
}

// Stores a value that a client sent: checked, and in the form in which it is read back.
Result<> Draft::put(std::string_view name, uint8_t particle, Bytes value) {
    WINNOW_TRY(check_particle(particle, value));
    if (is_particle(particle, Particle::integer) && value.size() != 8) {
        value = keep_be64(particle_integer(value));
    } else if (is_particle(particle, Particle::list) || is_particle(particle, Particle::map)) {
        auto type = static_cast<Particle>(particle);
        auto canonical = check_canonical(type, value);
        if (!canonical) return fail(canonical.error());
        if (!*canonical) {
            Buffer stored;
            WINNOW_TRY(canonicalize(type, value, stored));
            value = keep(stored.bytes());
        }
    }
    if (BinView* bin = find_mutable(name)) {
        bin->particle = particle;
        bin->value = value;
        return {};
    }
    if (bins_.size() == bins_per_record_max)
        return fail(ResultCode::parameter, "a record has at most 32,767 bins");
    bins_.push_back({name, particle, value});
    return {};
}

// The last bin takes the place of the removed one: this is the order in which bins are read back.
void Draft::remove(std::string_view name) {
    if (BinView* bin = find_mutable(name)) {
        *bin = bins_.back();
        bins_.pop_back();
    }
}

Result<> Draft::write(const Operation& operation) {
    if (operation.particle == 0) {
        remove(operation.name);
        return {};
    }
    return put(operation.name, operation.particle, operation.value);
}

Result<> Draft::increment(const Operation& operation) {
    if (operation.particle == 0) return fail(ResultCode::parameter, "increment needs a number");
    BinView* bin = find_mutable(operation.name);
    if (bin == nullptr) return put(operation.name, operation.particle, operation.value);
    if (is_particle(bin->particle, Particle::geojson))
        return fail(ResultCode::server_error, "a GeoJSON bin cannot be changed in place");
    if (is_particle(bin->particle, Particle::integer) &&
        is_particle(operation.particle, Particle::integer)) {
        WINNOW_TRY(check_particle(operation.particle, operation.value));
        uint64_t sum = load_be<uint64_t>(bin->value.data()) + particle_integer(operation.value);
        bin->value = keep_be64(sum);  // wraps around
        return {};
    }
    if (is_particle(bin->particle, Particle::float64) &&
        is_particle(operation.particle, Particle::float64)) {
        if (operation.value.size() != 8) return fail(ResultCode::parameter, "a double has 8 bytes");
        double sum = std::bit_cast<double>(load_be<uint64_t>(bin->value.data())) +
                     std::bit_cast<double>(load_be<uint64_t>(operation.value.data()));
        bin->value = keep_be64(std::bit_cast<uint64_t>(sum));
        return {};
    }
    return fail(ResultCode::bin_type, "increment takes integer to integer or double to double");
}

Result<> Draft::join(const Operation& operation, bool behind) {
    if (operation.particle == 0) return fail(ResultCode::parameter, "append needs a value");
    BinView* bin = find_mutable(operation.name);
    if (bin == nullptr) return put(operation.name, operation.particle, operation.value);
    if (is_particle(bin->particle, Particle::geojson))
        return fail(ResultCode::server_error, "a GeoJSON bin cannot be changed in place");
    bool joins = is_particle(bin->particle, Particle::string) ||
                 is_blob(static_cast<Particle>(bin->particle));
    if (!joins || bin->particle != operation.particle)
        return fail(ResultCode::bin_type, "append takes string to string or blob to blob");
    Bytes first = behind ? bin->value : operation.value;
    Bytes second = behind ? operation.value : bin->value;
    uint8_t* at = arena_.allocate(first.size() + second.size());
    if (!first.empty()) std::memcpy(at, first.data(), first.size());
    if (!second.empty()) std::memcpy(at + first.size(), second.data(), second.size());
    bin->value = {at, first.size() + second.size()};
    return {};
}

Result<> Draft::append(const Operation& operation) {
    return join(operation, true);
}
Result<> Draft::prepend(const Operation& operation) {
    return join(operation, false);
}

}  // namespace winnow
