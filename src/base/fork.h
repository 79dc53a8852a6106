#pragma once
// Whether this is still the process in which something was made, or a child that fork() has made
// since. In a child there is only the thread that called fork(): all others are gone, and what they
// had locked stays locked for ever. So what has threads or locks asks first, and refuses.
//
//   ProcessMark mark_;                          if (mark_.foreign()) return fail(...);
//
// Asking is one load. Any thread.

#include <atomic>
#include <cstdint>

namespace winnow {

class ProcessMark {
public:
    // Of the process that makes it.
    ProcessMark();
    // True in every child of that process.
    bool foreign() const { return forks_.load(std::memory_order_relaxed) != made_at_; }

private:
    static std::atomic<uint64_t> forks_;  // between the first process and this one
    uint64_t made_at_;
};

}  // namespace winnow
