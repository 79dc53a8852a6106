#include "base/random.h"

#include <sys/random.h>

#include "base/check.h"

namespace winnow {

uint64_t system_random() {
    uint64_t value;
    CHECK(getrandom(&value, sizeof value, 0) == sizeof value);
    return value;
}

}  // namespace winnow
