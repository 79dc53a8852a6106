#pragma once
// Counters that many threads add to without sharing a cache line: one line a shard, a thread keeps
// to its shard. A sum is exact once the adders have stopped, and close to it while they work.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace winnow {

inline constexpr size_t counter_shards = 8;

// A number that stays the same for a thread and spreads threads over the shards.
inline size_t counter_shard() {
    static std::atomic<size_t> next{0};
    thread_local size_t mine = next.fetch_add(1, std::memory_order_relaxed) % counter_shards;
    return mine;
}

class Counter {
public:
    void add(int64_t amount) {
        shards_[counter_shard()].value.fetch_add(amount, std::memory_order_relaxed);
    }
    int64_t sum() const {
        int64_t total = 0;
        for (const Shard& shard : shards_) total += shard.value.load(std::memory_order_relaxed);
        return total;
    }
    // For whoever needs a count of its own now and then: adds to the shard of this thread and
    // returns what is in it.
    int64_t add_to_mine(int64_t amount) {
        return shards_[counter_shard()].value.fetch_add(amount, std::memory_order_relaxed) + amount;
    }
    void clear_mine() { shards_[counter_shard()].value.store(0, std::memory_order_relaxed); }

private:
    struct alignas(64) Shard {
        std::atomic<int64_t> value{0};
    };
    std::array<Shard, counter_shards> shards_;
};

// Several counters that are mostly added to together: a shard holds one of each.
template <class Name, size_t count>
class CounterSet {
public:
    void add(Name name, int64_t amount = 1) {
        shards_[counter_shard()].values[static_cast<size_t>(name)].fetch_add(
            amount, std::memory_order_relaxed);
    }
    int64_t sum(Name name) const {
        int64_t total = 0;
        for (const Shard& shard : shards_)
            total += shard.values[static_cast<size_t>(name)].load(std::memory_order_relaxed);
        return total;
    }

private:
    struct alignas(64) Shard {
        std::array<std::atomic<int64_t>, count> values{};
    };
    std::array<Shard, counter_shards> shards_;
};

}  // namespace winnow
