#include "base/fork.h"

#include <pthread.h>

#include "base/check.h"

namespace winnow {

constinit std::atomic<uint64_t> ProcessMark::forks_{0};

ProcessMark::ProcessMark() {
    // Before the first mark nothing depends on the count.
    static const int registered =
        pthread_atfork(nullptr, nullptr, [] { forks_.fetch_add(1, std::memory_order_relaxed); });
    CHECK(registered == 0);
    made_at_ = forks_.load(std::memory_order_relaxed);
}

}  // namespace winnow
