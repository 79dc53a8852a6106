#pragma once
// The time of one call with all its attempts: how long to wait for the next answer, when to give
// up, and whose turn it is to answer. One thread.

#include <chrono>
#include <cstdint>
#include <optional>
#include <thread>

#include "base/clock.h"
#include "client/policies.h"
#include "net/client_socket.h"

namespace winnow::client {

class CallTimer {
public:
    explicit CallTimer(const Policy& policy)
        : socket_timeout_ms_(policy.socket_timeout_ms),
          sleep_ms_(policy.sleep_between_retries_ms),
          retries_left_(policy.max_retries),
          total_(Deadline::in(policy.total_timeout_ms, policy.interrupt)) {}

    // Until when to wait for an answer that is asked for now.
    Deadline answer() const {
        return socket_timeout_ms_ == 0 ? total_ : total_.within(socket_timeout_ms_);
    }
    bool over() const { return total_.passed(); }

    // Counts one retry and sleeps before it; false if there is none left, or no time for it.
    bool retry() {
        if (retries_left_ == 0 || over()) return false;
        retries_left_--;
        attempt_++;
        return sleep_ms_ == 0 || sleep();
    }
    // The number of the replica that this attempt goes to; 0 is the master.
    size_t replica(ReplicaChoice choice, bool writes) {
        if (choice == ReplicaChoice::master) return 0;
        if (choice != ReplicaChoice::any || writes) return attempt_;
        // The time is as good as a throw of dice, and needs nothing that threads would share.
        if (!first_) first_ = system_clock().monotonic_ns() * 0x9e3779b97f4a7c15u >> 32;
        return *first_ + attempt_;
    }

private:
    bool sleep() const {
        Deadline until = total_.within(sleep_ms_);
        while (!until.passed()) {
            std::this_thread::sleep_for(std::chrono::nanoseconds(until.slice_ns()));
            if (until.interrupted()) return false;
        }
        return !over();
    }

    uint32_t socket_timeout_ms_;
    uint32_t sleep_ms_;
    uint32_t retries_left_;
    uint32_t attempt_ = 0;
    std::optional<size_t> first_;  // of a call to any replica
    Deadline total_;
};

}  // namespace winnow::client
