#pragma once
// The total order of all values: the one order of sorted lists, of map keys, of ranks, of value
// ranges and of indexes over elements.
//
//   nil < bool < integer < string < list < map < blob < double < GeoJSON < ext < infinity
//
// Values of one kind:
//   bool      false < true
//   integer   by number, up to 2^64 - 1; never equal to a double
//   string    by bytes, the shorter first; GeoJSON by its text, likewise
//   blob      all blobs, HLL sketches and unknown types: by type byte, then by bytes
//   double    by number; -0.0 equals 0.0, and NaN equals every double
//   list      element by element, then the shorter first
//   map       fewer pairs first, then pair by pair in key order: key, then value
// The order header of a list or map does not count. The wildcard equals everything; inside a list
// or map it ends the comparison of that list or map as equal, whatever follows and how much.
// With NaN or wildcards the order is not transitive.
//
// Pure functions, no allocation. Both sides are in the stored form of canonical.h: a map whose keys
// are not sorted is compared in the order in which it lies there. Other bytes do no harm, but give
// an arbitrary answer, and what lies deeper than value_depth_max counts as equal.

#include "base/bytes.h"
#include "record/value/particle.h"

namespace winnow {

// Below, equal to or above zero, for the msgpack values that `a` and `b` begin with.
int compare_values(Bytes a, Bytes b);

// The same for what bins hold.
int compare_bins(Particle a_type, Bytes a, Particle b_type, Bytes b);

}  // namespace winnow
