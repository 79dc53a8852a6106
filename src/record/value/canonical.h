#pragma once
// The stored form of lists and maps. A bin that is written whole is checked to the last byte and
// kept in exactly the bytes that a read returns, so that reading is a copy, equal values are equal
// bytes, and whoever looks inside a stored value finds sorted maps and no surprises:
//
//   - integers, string heads and counts in their shortest encoding; c4-c6 become strings; a
//     float32 stays one, an ext other than an order header stays as it is
//   - an unordered map is sorted by key and has no order header
//   - order headers are c7 00 01 in a list, c7 00 F c0 with F = 1, 2 or 3 in a map; other bits are
//     dropped (the persist bit 10 among them), and a header without bits left with them
//
// Refused: bytes that are cut or left over or not msgpack, the other kind of collection than the
// particle type says, wildcard, infinity and every ext of type ff, map keys that are not integer,
// string or plain blob, keys that occur twice, lists and maps that their header calls sorted and
// that are not, an order header that hides a second one, nesting beyond value_depth_max. All of it
// counts at every depth.
//
// Pure functions. Time is n log n in the size of the value, memory linear, whatever the nesting.

#include "base/bytes.h"
#include "base/error.h"
#include "record/value/particle.h"

namespace winnow {

// True if `value` is in the stored form already, as lists and sorted maps from most clients are;
// false if canonicalize() has to rewrite it, or perhaps refuse it. One pass, no allocation.
// REQUIRES: type is list or map. A refusal carries server_error, which is what a write answers; an
// operation's argument answers `refusal` = parameter.
Result<bool> check_canonical(Particle type, Bytes value,
                             ResultCode refusal = ResultCode::server_error);

// Appends the stored form of `value` to `out`, which is left as it was on failure. REQUIRES: as
// above, and that `value` does not lie in `out`.
Result<> canonicalize(Particle type, Bytes value, Buffer& out,
                      ResultCode refusal = ResultCode::server_error);

}  // namespace winnow
