#pragma once
// Record locks: 4,096 stripes, chosen by the digest. A writer holds its record's stripe from
// reading the old version to publishing the next one, for bounded work only; readers take none. A
// stripe is a byte, four to a cache line would do harm: each has its own line. The rest of the line
// keeps the LSN of the last removal: who finds no record there has seen at most that one.

#include <array>
#include <atomic>
#include <mutex>

#include "base/spin_lock.h"
#include "record/version.h"

namespace winnow {

class RecordLocks {
public:
    static constexpr size_t stripes = 4096;

    static size_t stripe_of(const Digest& digest) { return digest.stripe_word() % stripes; }
    SpinLock& of(const Digest& digest) { return locks_[stripe_of(digest)].lock; }

    // 0: none yet. Whoever finds that a record is gone sees its removal here, or a later one.
    Lsn last_removal(const Digest& digest) const {
        return locks_[stripe_of(digest)].last_removal.load(std::memory_order_acquire);
    }
    // REQUIRES: the record's lock. To be called before the record goes.
    void note_removal(const Digest& digest, Lsn lsn) {
        std::atomic<Lsn>& last = locks_[stripe_of(digest)].last_removal;
        if (last.load(std::memory_order_relaxed) < lsn) last.store(lsn, std::memory_order_release);
    }

    // Waits until every writer that is at work now has finished: what was published before the call
    // is seen by all writers after it.
    void wait_for_writers() {
        for (Stripe& stripe : locks_) std::lock_guard hold(stripe.lock);
    }

private:
    struct alignas(64) Stripe {
        SpinLock lock;
        std::atomic<Lsn> last_removal{0};
    };
    std::array<Stripe, stripes> locks_;
};

}  // namespace winnow
