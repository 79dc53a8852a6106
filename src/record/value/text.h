#pragma once
// Values as text that people read and write: in logs, tests and the shell. JSON, and beyond it:
//
//   bytes"0a0b"     a blob, in hexadecimal; also java"", csharp"", python"", ruby"", php"",
//                   erlang"", vector"", hll"" with the particle's name
//   geo{...}        GeoJSON; geo"..." if its text is not one pair of braces
//   1.0  nan  inf   doubles always have a point or an exponent, so that 1 is an integer
//   "\xff"          a byte of a string that is not UTF-8
//   ordered[...]    a sorted list; ordered{...} a map sorted by key; ordered:3{...} with the flags
//   {1: 2}          keys that are not strings stand as they are
// and, inside collections only, what no client writes on purpose:
//   raw"63ff"       a string of an unknown type, its type byte first
//   ext"01ff"       an ext, its type first
// Printed but not read, since it is never data: wildcard, infinity. A float32 is printed as the
// double it equals, a NaN without its payload.
//
// Pure functions. Bytes that are not a value print as far as they go, then <malformed>.

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"
#include "record/value/particle.h"

namespace winnow {

// The text of a bin, cut with "..." soon after `size_max` bytes, for logs.
std::string value_text(Particle type, Bytes value, size_t size_max = ~size_t{0});

// What value_text() does for one msgpack value, such as an element.
std::string element_text(Bytes value, size_t size_max = ~size_t{0});

// How many bytes of `text` at `at` are one printable character of UTF-8; 0 if they are none.
size_t utf8_length(std::string_view text, size_t at);

// Reads the text of one value. Appends what a bin stores to `out`, which is left as it was on
// failure: lists and maps in the stored form (canonical.h), GeoJSON without cells. Refuses (code
// parameter) all that is not such a text or cannot be stored, and nesting beyond value_depth_max.
Result<Particle> parse_value(std::string_view text, Buffer& out);

}  // namespace winnow
