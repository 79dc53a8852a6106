#include "base/cores.h"

#include <sched.h>

#include <algorithm>
#include <thread>

namespace winnow {

size_t usable_cores() {
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) == 0)
        return static_cast<size_t>(std::max(1, CPU_COUNT(&allowed)));
    return std::max(1u, std::thread::hardware_concurrency());  // more processors than the set holds
}

}  // namespace winnow
