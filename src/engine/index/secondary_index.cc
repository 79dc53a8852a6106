#include "engine/index/secondary_index.h"

#include <absl/container/btree_set.h>

#include <atomic>
#include <cmath>
#include <functional>
#include <limits>
#include <mutex>

#include "base/check.h"
#include "base/memory.h"

namespace winnow {
namespace {

// Entries looked at while a shard's mutex is held once.
constexpr size_t visits_per_hold = 1024;
// A scan of one partition steps over so many entries of others before it searches for the next one.
constexpr size_t steps_before_search = 8;

// Counts what the nodes of one tree take.
template <class T>
struct NodeAllocator {
    using value_type = T;

    std::atomic<size_t>* bytes;

    explicit NodeAllocator(std::atomic<size_t>* counter) : bytes(counter) {}
    template <class U>
    NodeAllocator(const NodeAllocator<U>& other) : bytes(other.bytes) {}

    T* allocate(size_t count) {
        bytes->fetch_add(record_usable_size(count * sizeof(T)), std::memory_order_relaxed);
        return static_cast<T*>(record_allocate(count * sizeof(T)));
    }
    void deallocate(T* block, size_t count) {
        bytes->fetch_sub(record_usable_size(count * sizeof(T)), std::memory_order_relaxed);
        record_free(block);
    }
    friend bool operator==(const NodeAllocator& a, const NodeAllocator& b) {
        return a.bytes == b.bytes;
    }
};

using Points = absl::btree_set<IndexPoint, std::less<IndexPoint>, NodeAllocator<IndexPoint>>;

// True if no neighbour has the value of the entry at `at`.
bool is_only_one(const Points& points, Points::const_iterator at) {
    if (at != points.begin() && std::prev(at)->value == at->value) return false;
    auto next = std::next(at);
    return next == points.end() || next->value != at->value;
}

Points::const_iterator seek(const Points& points, const ScanStart& start) {
    return start.included ? points.lower_bound(start.point) : points.upper_bound(start.point);
}

// The first point at which an entry of the partition may stand after that of another one.
IndexPoint next_place(const IndexPoint& other, uint32_t partition) {
    const DigestPrefix first_prefix = DigestPrefix{partition} << 52;
    if (other.prefix < first_prefix) return {other.value, first_prefix};
    if (other.value < std::numeric_limits<int64_t>::max()) return {other.value + 1, first_prefix};
    return {other.value, std::numeric_limits<DigestPrefix>::max()};
}

}  // namespace

struct alignas(64) SecondaryIndex::Shard {
    mutable std::mutex mutex;
    std::atomic<size_t> memory{0};
    std::atomic<uint64_t> count{0};     // of points; changed under mutex
    std::atomic<uint64_t> distinct{0};  // values in this shard; changed under mutex
    std::atomic<uint64_t> erasures{0};  // attempts; changed under mutex
    Points points{std::less<IndexPoint>(), NodeAllocator<IndexPoint>(&memory)};  // guarded by mutex
};

SecondaryIndex::SecondaryIndex() : shards_(std::make_unique<Shard[]>(shard_count)) {}
SecondaryIndex::~SecondaryIndex() = default;

SecondaryIndex::Insertion SecondaryIndex::insert(const IndexPoint& point) {
    Shard& shard = shards_[shard_of(prefix_partition(point.prefix))];
    std::lock_guard hold(shard.mutex);
    const uint64_t erasures = shard.erasures.load(std::memory_order_relaxed);
    auto [at, is_new] = shard.points.insert(point);
    if (!is_new) return {false, erasures};
    if (is_only_one(shard.points, at)) shard.distinct.fetch_add(1, std::memory_order_relaxed);
    shard.count.fetch_add(1, std::memory_order_relaxed);
    return {true, erasures};
}

void SecondaryIndex::confirm(int64_t value, const Digest& digest, const Insertion& insertion) {
    const IndexPoint point{value, digest_prefix(digest)};
    Shard& shard = shards_[shard_of(prefix_partition(point.prefix))];
    // An addition of nothing and not a load: either it comes first, and the eraser's addition makes
    // the version we published visible to its question, or it shows the erasure.
    if (shard.erasures.fetch_add(0, std::memory_order_acq_rel) != insertion.erasures) insert(point);
}

bool SecondaryIndex::erase_unless(const IndexPoint& point, bool (*held)(const void*),
                                  const void* context) {
    Shard& shard = shards_[shard_of(prefix_partition(point.prefix))];
    std::lock_guard hold(shard.mutex);
    auto at = shard.points.find(point);
    if (at == shard.points.end()) return false;
    shard.erasures.fetch_add(1, std::memory_order_acq_rel);
    if (held(context)) return false;
    if (is_only_one(shard.points, at)) shard.distinct.fetch_sub(1, std::memory_order_relaxed);
    shard.count.fetch_sub(1, std::memory_order_relaxed);
    shard.points.erase(at);
    return true;
}

size_t SecondaryIndex::scan_shard(uint32_t number, const ScanStart& start, int64_t high,
                                  std::span<IndexPoint> out) const {
    CHECK(number < shard_count);
    const Shard& shard = shards_[number];
    size_t count = 0;
    std::lock_guard hold(shard.mutex);
    for (auto at = seek(shard.points, start); count < out.size(); ++at) {
        if (at == shard.points.end() || at->value > high) break;
        out[count++] = *at;
    }
    return count;
}

size_t SecondaryIndex::scan(uint32_t partition, const ScanStart& start, int64_t high,
                            std::span<IndexPoint> out) const {
    CHECK(partition < partition_count);
    const Shard& shard = shards_[shard_of(partition)];
    size_t count = 0;
    size_t patience = steps_before_search;
    ScanStart from = start;
    // Gives the mutex back now and then: others of the shard may be many.
    for (;;) {
        std::lock_guard hold(shard.mutex);
        auto at = seek(shard.points, from);
        for (size_t visits = 0, steps = 0; visits < visits_per_hold; visits++) {
            if (count == out.size() || at == shard.points.end() || at->value > high) return count;
            const IndexPoint point = *at;
            from = ScanStart::after(point);
            ++at;
            if (prefix_partition(point.prefix) == partition) {
                out[count++] = point;
                steps = 0;
            } else if (++steps > patience) {
                // A search pays if many records share a value, and is a waste if few do.
                auto next = shard.points.lower_bound(next_place(point, partition));
                patience = next == at ? patience * 2 : steps_before_search;
                at = next;
                steps = 0;
            }
        }
    }
}

uint64_t SecondaryIndex::size() const {
    uint64_t total = 0;
    for (uint32_t i = 0; i < shard_count; i++)
        total += shards_[i].count.load(std::memory_order_relaxed);
    return total;
}

size_t SecondaryIndex::memory_bytes() const {
    size_t total = shard_count * sizeof(Shard);
    for (uint32_t i = 0; i < shard_count; i++)
        total += shards_[i].memory.load(std::memory_order_relaxed);
    return total;
}

uint64_t SecondaryIndex::entries_per_value() const {
    uint64_t entries = 0, distinct = 0;
    for (uint32_t i = 0; i < shard_count; i++) {
        entries += shards_[i].count.load(std::memory_order_relaxed);
        distinct += shards_[i].distinct.load(std::memory_order_relaxed);
    }
    if (entries == 0 || distinct == 0) return 0;
    // A value with m entries is found in about s (1 - (1 - 1/s)^m) of s shards, so a shard has
    // ratio(m) entries for each value it knows. Solved for m by halving: ratio grows with m.
    const double wanted = static_cast<double>(entries) / static_cast<double>(distinct);
    auto ratio = [](double m) {
        return m / (shard_count * (1 - std::pow(1 - 1.0 / shard_count, m)));
    };
    double low = 1, high = static_cast<double>(entries);
    for (int i = 0; i < 64 && high - low > 0.01; i++) {
        double middle = (low + high) / 2;
        (ratio(middle) < wanted ? low : high) = middle;
    }
    return static_cast<uint64_t>(std::llround(low));
}

}  // namespace winnow
