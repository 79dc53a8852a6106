#include "base/clock.h"

#include <ctime>

namespace winnow {
namespace {

uint64_t read_ns(clockid_t id) {
    timespec now;
    clock_gettime(id, &now);
    return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
}

class SystemClock : public Clock {
public:
    uint64_t now_ms() const override { return read_ns(CLOCK_REALTIME_COARSE) / 1'000'000; }
    uint64_t monotonic_ns() const override { return read_ns(CLOCK_MONOTONIC); }
};

}  // namespace

Clock& system_clock() {
    static SystemClock clock;
    return clock;
}

}  // namespace winnow
