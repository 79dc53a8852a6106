#pragma once
// Particle types: the tag of a bin's value on the wire and in a version. Strings inside collections
// begin with the same number. What each may hold when a client writes it is decided here, except
// for the inside of lists and maps (canonical.h) and the text of GeoJSON.
//
// Pure functions, no allocation.

#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"

namespace winnow {

// X(name, code, text)
#define WINNOW_PARTICLES(X)      \
    X(nil, 0, "nil")             \
    X(integer, 1, "integer")     \
    X(float64, 2, "double")      \
    X(string, 3, "string")       \
    X(blob, 4, "bytes")          \
    X(java_blob, 7, "java")      \
    X(csharp_blob, 8, "csharp")  \
    X(python_blob, 9, "python")  \
    X(ruby_blob, 10, "ruby")     \
    X(php_blob, 11, "php")       \
    X(erlang_blob, 12, "erlang") \
    X(vector, 16, "vector")      \
    X(boolean, 17, "bool")       \
    X(hll, 18, "hll")            \
    X(map, 19, "map")            \
    X(list, 20, "list")          \
    X(geojson, 23, "geo")

enum class Particle : uint8_t {
#define WINNOW_X(name, code, text) name = code,
    WINNOW_PARTICLES(WINNOW_X)
#undef WINNOW_X
};

// False for a number outside the table.
bool is_particle_type(uint8_t type);

// The text of a type, empty for a number outside the table.
std::string_view particle_text(uint8_t type);

// The family that append, bit operations and comparisons treat alike; only the tag differs.
constexpr bool is_blob(Particle particle) {
    return particle == Particle::blob ||
           (particle >= Particle::java_blob && particle <= Particle::erlang_blob);
}
constexpr bool is_collection(Particle particle) {
    return particle == Particle::list || particle == Particle::map;
}
// A bin can hold it; writing nil removes the bin instead.
inline bool is_storable(uint8_t type) {
    return type != 0 && is_particle_type(type);
}

// What a client may write under a type (golden "write a value of every particle type"):
//   nil          anything; it removes the bin
//   integer      1, 2, 4 or 8 bytes, see particle_integer()
//   float64      8 bytes, any
//   boolean      one byte, 00 or 01
//   hll          a sketch whose size fits its parameters
//   geojson      u8 flags, u16 n, n cells of 8 bytes, then the text, which is not looked at
//   list, map    anything: check_canonical() and canonicalize() judge them
//   the others   any bytes, a string need not be UTF-8
// Errors: parameter; invalid_geojson if the head of a GeoJSON value is cut.
Result<> check_particle(uint8_t type, Bytes value);

// An integer of 1, 2, 4 or 8 bytes as the 64 bits it is stored with: the narrow forms are unsigned,
// so the single byte ff is 255. Any other size is 0.
uint64_t particle_integer(Bytes value);

// The text of a GeoJSON value, behind flags and cells. Empty if the value is cut.
Bytes geojson_text(Bytes value);

}  // namespace winnow
