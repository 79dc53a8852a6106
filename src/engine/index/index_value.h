#pragma once
// The 64-bit number under which a secondary index files a value that is not an integer. It goes
// over the wire as the indexed value of a resume point, so it must stay the same across restarts
// and machines: XXH3, 64 bits, seed 0.

#include <cstdint>

#include "base/bytes.h"

namespace winnow {

int64_t string_index_value(Bytes text);

}  // namespace winnow
