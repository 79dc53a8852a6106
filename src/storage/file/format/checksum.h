#pragma once
// The check of everything on the disk: XXH3-64. The one place that includes the library behind it.

#include <cstdint>

#include "base/bytes.h"

namespace winnow {

uint64_t checksum(Bytes bytes, uint64_t seed = 0);

}  // namespace winnow
