#pragma once
// Keeps an event that a peer can cause at will from filling the log: one line in ten seconds, and
// how many were left out since the last one.

#include <atomic>
#include <cstdint>
#include <string_view>

#include "base/clock.h"
#include "base/log.h"

namespace winnow {

// Any thread.
class LogLimiter {
public:
    void warn(std::string_view text) {
        uint64_t now_ns = system_clock().monotonic_ns();
        uint64_t next_ns = next_ns_.load(std::memory_order_relaxed);
        if (now_ns < next_ns || !next_ns_.compare_exchange_strong(next_ns, now_ns + pause_ns)) {
            left_out_.fetch_add(1, std::memory_order_relaxed);
            return;
        }
        if (uint64_t left_out = left_out_.exchange(0, std::memory_order_relaxed))
            log_warning("{} ({} times more since the last such line)", text, left_out);
        else
            log_warning("{}", text);
    }

private:
    static constexpr uint64_t pause_ns = 10'000'000'000;
    std::atomic<uint64_t> next_ns_{0};
    std::atomic<uint64_t> left_out_{0};
};

}  // namespace winnow
