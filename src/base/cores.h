#pragma once
// How many threads make sense here.

#include <cstddef>

namespace winnow {

// The processors that this process may run on (its affinity counts, as containers and taskset set
// it), at least 1.
size_t usable_cores();

}  // namespace winnow
