#pragma once
// Record locks: 4,096 stripes, chosen by the digest. A writer holds its record's stripe from
// reading the old version to publishing the next one, for bounded work only; readers take none. A
// stripe is a byte, four to a cache line would do harm: each has its own line.

#include <array>
#include <mutex>

#include "base/spin_lock.h"
#include "record/key/digest.h"

namespace winnow {

class RecordLocks {
public:
    static constexpr size_t stripes = 4096;

    SpinLock& of(const Digest& digest) { return locks_[digest.stripe_word() % stripes].lock; }

    // Waits until every writer that is at work now has finished: what was published before the call
    // is seen by all writers after it.
    void wait_for_writers() {
        for (Stripe& stripe : locks_) std::lock_guard hold(stripe.lock);
    }

private:
    struct alignas(64) Stripe {
        SpinLock lock;
    };
    std::array<Stripe, stripes> locks_;
};

}  // namespace winnow
