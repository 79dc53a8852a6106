#pragma once
// Time enters through one narrow interface, so that tests and the simulation set it.

#include <atomic>
#include <cstdint>

namespace winnow {

// 2010-01-01 00:00:00 UTC, the epoch of void times, in seconds since 1970.
inline constexpr uint64_t record_epoch_seconds = 1262304000;

class Clock {
public:
    virtual ~Clock() = default;
    // Wall time, ms since 1970. May jump. Any thread.
    virtual uint64_t now_ms() const = 0;
    // Time that never goes back, ns since an arbitrary start. Any thread.
    virtual uint64_t monotonic_ns() const = 0;
};

// The machine's clock; now_ms reads the kernel's coarse clock (resolution 1 to 4 ms, 5 ns a call).
Clock& system_clock();

// A clock that stands still until it is told to move.
class ManualClock : public Clock {
public:
    explicit ManualClock(uint64_t now_ms = record_epoch_seconds * 1000 + 1'000'000'000'000)
        : now_ms_(now_ms) {}
    uint64_t now_ms() const override { return now_ms_.load(std::memory_order_relaxed); }
    uint64_t monotonic_ns() const override { return now_ms() * 1'000'000; }
    void advance_ms(uint64_t ms) { now_ms_.fetch_add(ms, std::memory_order_relaxed); }
    void set_ms(uint64_t ms) { now_ms_.store(ms, std::memory_order_relaxed); }

private:
    std::atomic<uint64_t> now_ms_;
};

}  // namespace winnow
