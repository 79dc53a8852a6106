// Bytes that claim to be a list or map, as a client can write them: whatever they are, they are
// either refused or become a stored form that is stable, compares as equal to itself, and survives
// being printed and read. The first byte chooses the kind; the rest is also read as text.

#include <cstdint>
#include <string>

#include "base/check.h"
#include "record/value/canonical.h"
#include "record/value/compare.h"
#include "record/value/msgpack.h"
#include "record/value/text.h"

namespace winnow {
namespace {

void check_stored(Particle type, Bytes stored) {
    auto canonical = check_canonical(type, stored);
    CHECK(canonical && *canonical);
    CHECK(compare_values(stored, stored) == 0);
    MsgpackReader reader(stored);
    CHECK(reader.skip() && reader.at_end());

    // A float32 and the payload of a NaN do not survive, hence twice.
    Buffer once, twice;
    CHECK(parse_value(value_text(type, stored), once));
    CHECK(parse_value(value_text(type, once.bytes()), twice));
    CHECK(same_bytes(once.bytes(), twice.bytes()));
}

void check_collection(Particle type, Bytes value) {
    auto canonical = check_canonical(type, value);
    Buffer stored;
    auto rewritten = canonicalize(type, value, stored);
    CHECK(canonical || !rewritten);
    if (!rewritten) {
        CHECK(stored.empty());
        CHECK(!canonical || !*canonical);
        return;
    }
    CHECK(*canonical == same_bytes(value, stored.bytes()));
    check_stored(type, stored.bytes());
}

// No value at all, perhaps: nothing may crash, hang or read outside.
void check_raw(Bytes value) {
    value_text(Particle::list, value);
    value_text(Particle::map, value, 40);
    element_text(value, 10);
    Bytes second = value.subspan(value.size() / 2);
    int order = compare_values(value, second), reverse = compare_values(second, value);
    CHECK((order > 0) == (reverse < 0) && (order < 0) == (reverse > 0));
    for (Particle type : {Particle::integer, Particle::float64, Particle::string, Particle::blob,
                          Particle::boolean, Particle::hll, Particle::geojson, Particle::list}) {
        compare_bins(type, value, type, second);
        value_text(type, value, 1000);
        check_particle(static_cast<uint8_t>(type), value);
    }
}

void check_text(std::string_view text) {
    Buffer out;
    auto type = parse_value(text, out);
    if (!type) {
        CHECK(out.empty());
        return;
    }
    Buffer again;
    auto read = parse_value(value_text(*type, out.bytes()), again);
    CHECK(read && *read == *type && same_bytes(out.bytes(), again.bytes()));
}

}  // namespace
}  // namespace winnow

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace winnow;
    if (size == 0) return 0;
    Bytes value(data + 1, size - 1);
    check_collection(data[0] % 2 == 0 ? Particle::list : Particle::map, value);
    check_raw(value);
    check_text(text_of(value));
    return 0;
}
