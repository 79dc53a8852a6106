#include "record/value/particle.h"

namespace winnow {
namespace {

// Bytes of a HyperLogLog sketch:
//   0   flags, 0
//   1   index bits n, 4 to 16
//   2   minhash bits m, 0 or 4 to 51; n + m is at most 64
//   3   u64 little-endian, cached count
//  11   2^n registers of 6 + m bits
Result<> check_hll(Bytes value) {
    constexpr size_t head_size = 11;
    constexpr auto wrong = [] { return fail(ResultCode::parameter, "not a HyperLogLog sketch"); };
    if (value.size() < head_size || value[0] != 0) return wrong();
    unsigned index_bits = value[1], minhash_bits = value[2];
    if (index_bits < 4 || index_bits > 16) return wrong();
    if (minhash_bits != 0 && (minhash_bits < 4 || minhash_bits > 51)) return wrong();
    if (index_bits + minhash_bits > 64) return wrong();
    size_t register_bits = (size_t{1} << index_bits) * (6 + minhash_bits);
    if (value.size() != head_size + register_bits / 8) return wrong();
    return {};
}

constexpr size_t geojson_head_size = 3;

size_t geojson_text_offset(Bytes value) {
    return geojson_head_size + size_t{8} * load_be<uint16_t>(value.data() + 1);
}

bool is_cut_geojson(Bytes value) {
    return value.size() < geojson_head_size || value.size() < geojson_text_offset(value);
}

Result<> check_size(bool fits, const char* text) {
    if (!fits) return fail(ResultCode::parameter, text);
    return {};
}

}  // namespace

bool is_particle_type(uint8_t type) {
    switch (type) {
#define WINNOW_X(name, code, text) case code:
        WINNOW_PARTICLES(WINNOW_X)
#undef WINNOW_X
        return true;
        default: return false;
    }
}

std::string_view particle_text(uint8_t type) {
    switch (type) {
#define WINNOW_X(name, code, text) \
    case code: return text;
        WINNOW_PARTICLES(WINNOW_X)
#undef WINNOW_X
        default: return {};
    }
}

Result<> check_particle(uint8_t type, Bytes value) {
    if (!is_particle_type(type)) return fail(ResultCode::parameter, "unknown particle type");
    size_t size = value.size();
    switch (static_cast<Particle>(type)) {
        case Particle::integer:
            return check_size(size == 1 || size == 2 || size == 4 || size == 8,
                              "an integer has 1, 2, 4 or 8 bytes");
        case Particle::float64: return check_size(size == 8, "a double has 8 bytes");
        case Particle::boolean:
            return check_size(size == 1 && value[0] <= 1, "a bool is one byte, 0 or 1");
        case Particle::hll: return check_hll(value);
        case Particle::geojson:
            if (is_cut_geojson(value))
                return fail(ResultCode::invalid_geojson, "the cells of the GeoJSON value are cut");
            return {};
        default: return {};
    }
}

uint64_t particle_integer(Bytes value) {
    switch (value.size()) {
        case 1: return value[0];
        case 2: return load_be<uint16_t>(value.data());
        case 4: return load_be<uint32_t>(value.data());
        case 8: return load_be<uint64_t>(value.data());
        default: return 0;
    }
}

Bytes geojson_text(Bytes value) {
    if (is_cut_geojson(value)) return {};
    return value.subspan(geojson_text_offset(value));
}

}  // namespace winnow
