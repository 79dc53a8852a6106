#pragma once
// The size that filters see of a record (record_size, memory_size): not that of our own block, but
// the one that Aerospike's storage form would have, so that a filter selects the same records here
// (golden expr-value-00473, 00521 to 00563).
//
//   41 bytes of head and tail; a set: 1 and its name; a void time: 4; a key: 2 and its bytes; each
//   bin: 2, its name and its value; rounded up to 16. A value takes: integer 1 and the 1, 2, 4 or
//   8 bytes that it needs; double 8; bool 1; anything else 4 and its bytes.

#include "record/filter/evaluation.h"

namespace winnow::filter {

size_t stored_size(const Evaluation& evaluation);

}  // namespace winnow::filter
