#pragma once
// The time of one call with all its attempts: how long to wait for the next answer, and when to
// give up. One thread.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <thread>

#include "client/policies.h"
#include "net/client_socket.h"

namespace winnow::client {

class CallTimer {
public:
    explicit CallTimer(const Policy& policy)
        : socket_timeout_ms_(policy.socket_timeout_ms),
          sleep_ms_(policy.sleep_between_retries_ms),
          retries_left_(policy.max_retries),
          total_(Deadline::in(policy.total_timeout_ms)) {}

    // Until when to wait for an answer that is asked for now.
    Deadline answer() const {
        if (socket_timeout_ms_ == 0) return total_;
        uint64_t total_ns = total_.remaining_ns();
        if (total_ns <= uint64_t{socket_timeout_ms_} * 1'000'000) return total_;
        return Deadline::in(socket_timeout_ms_);
    }
    bool over() const { return total_.passed(); }

    // Counts one retry and sleeps before it; false if there is none left, or no time for it.
    bool retry() {
        if (retries_left_ == 0 || over()) return false;
        retries_left_--;
        attempt_++;
        if (sleep_ms_ != 0) {
            uint64_t sleep_ns = uint64_t{sleep_ms_} * 1'000'000;
            std::this_thread::sleep_for(
                std::chrono::nanoseconds(std::min(sleep_ns, total_.remaining_ns())));
        }
        return !over();
    }
    // 0 for the first.
    uint32_t attempt() const { return attempt_; }

private:
    uint32_t socket_timeout_ms_;
    uint32_t sleep_ms_;
    uint32_t retries_left_;
    uint32_t attempt_ = 0;
    Deadline total_;
};

}  // namespace winnow::client
