#include "engine/index/secondary_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <limits>
#include <map>
#include <set>
#include <thread>
#include <vector>

#include "base/epoch.h"
#include "engine/index/index_testing.h"
#include "engine/index/index_value.h"
#include "engine/index/primary_index.h"
#include "engine/record_locks.h"

namespace winnow {
namespace {

using index_testing::families;
using index_testing::Family;
using index_testing::members_of;
using index_testing::numbered_version;

constexpr int64_t lowest = std::numeric_limits<int64_t>::min();
constexpr int64_t highest = std::numeric_limits<int64_t>::max();

constexpr auto never = [] { return false; };

// All points from `start` to `high`, read in pieces of `step`.
template <class Scan>
std::vector<IndexPoint> scan_all(ScanStart start, size_t step, Scan&& scan) {
    std::vector<IndexPoint> seen, out(step);
    for (;;) {
        size_t count = scan(start, std::span(out));
        seen.insert(seen.end(), out.begin(), out.begin() + static_cast<std::ptrdiff_t>(count));
        if (count < step) return seen;
        start = ScanStart::after(seen.back());
    }
}

class SecondaryModel : public testing::TestWithParam<Family> {
protected:
    std::vector<IndexPoint> expected(ScanStart start, int64_t high, auto&& wanted) {
        std::vector<IndexPoint> points;
        auto at =
            start.included ? model_.lower_bound(start.point) : model_.upper_bound(start.point);
        for (; at != model_.end() && at->value <= high; ++at)
            if (wanted(prefix_partition(at->prefix))) points.push_back(*at);
        return points;
    }
    void expect_scans(Random& random, const IndexPoint& some) {
        int64_t high =
            random.one_in(4) ? highest : some.value + static_cast<int64_t>(random.below(20));
        size_t step = 1 + random.below(200);
        uint32_t partition = prefix_partition(some.prefix);
        uint32_t shard = SecondaryIndex::shard_of(partition);
        for (ScanStart start : {ScanStart::value(lowest), ScanStart::value(some.value),
                                ScanStart::at(some), ScanStart::after(some)}) {
            auto of_shard = scan_all(start, step, [&](const ScanStart& from, auto out) {
                return index_.scan_shard(shard, from, high, out);
            });
            EXPECT_EQ(of_shard, expected(start, high, [&](uint32_t found) {
                          return SecondaryIndex::shard_of(found) == shard;
                      }));
            auto of_partition = scan_all(start, step, [&](const ScanStart& from, auto out) {
                return index_.scan(partition, from, high, out);
            });
            EXPECT_EQ(of_partition,
                      expected(start, high, [&](uint32_t found) { return found == partition; }));
        }
    }

    SecondaryIndex index_;
    std::set<IndexPoint> model_;
};

TEST_P(SecondaryModel, AnswersLikeASetThroughRandomChanges) {
    Random random(3);
    std::vector<Digest> pool = members_of(GetParam(), 500, 1);
    auto some_value = [&]() -> int64_t {
        if (random.one_in(50)) return random.one_in(2) ? lowest : highest;
        return static_cast<int64_t>(random.below(random.one_in(2) ? 4 : 1000)) - 2;
    };
    for (uint64_t removals : {20, 60}) {
        for (int i = 0; i < 10000; i++) {
            IndexPoint point{some_value(), digest_prefix(pool[random.below(pool.size())])};
            const Digest digest = lowest_digest(point.prefix);
            if (random.below(100) >= removals) {
                EXPECT_EQ(index_.insert(point.value, digest).is_new, model_.insert(point).second);
            } else if (random.one_in(3)) {
                EXPECT_FALSE(index_.erase(point.value, digest, [] { return true; }));
            } else {
                EXPECT_EQ(index_.erase(point.value, digest, never), model_.erase(point) == 1);
            }
        }
        ASSERT_EQ(index_.size(), model_.size());
        for (int i = 0; i < 10; i++)
            expect_scans(random, {some_value(), digest_prefix(pool[random.below(pool.size())])});
    }
    const size_t full = index_.memory_bytes();
    EXPECT_GT(full, model_.size() * sizeof(IndexPoint));
    for (const IndexPoint& point : model_)
        EXPECT_TRUE(index_.erase(point.value, lowest_digest(point.prefix), never));
    EXPECT_EQ(index_.size(), 0u);
    EXPECT_EQ(index_.entries_per_value(), 0u);
    EXPECT_EQ(index_.memory_bytes(), SecondaryIndex().memory_bytes());
}

INSTANTIATE_TEST_SUITE_P(Families, SecondaryModel, testing::ValuesIn(families));

TEST(SecondaryIndex, ScansOnePartitionAmongManyOfOneValue) {
    SecondaryIndex index;
    std::vector<Digest> pool = members_of(Family::spread, 30000, 1);
    std::map<uint32_t, std::vector<IndexPoint>> by_partition;
    for (size_t i = 0; i < pool.size(); i++) {
        IndexPoint point{static_cast<int64_t>(i % 3), digest_prefix(pool[i])};
        index.insert(point);
        by_partition[pool[i].partition()].push_back(point);
    }
    for (auto& [partition, points] : by_partition) {
        std::sort(points.begin(), points.end());
        auto seen = scan_all(ScanStart::value(0), 5, [&](const ScanStart& from, auto out) {
            return index.scan(partition, from, 2, out);
        });
        ASSERT_EQ(seen, points);
    }
}

TEST(SecondaryIndex, EstimatesEntriesPerValue) {
    std::vector<Digest> pool = members_of(Family::spread, 20000, 1);
    for (uint64_t multiplicity : {1, 5, 100, 2000}) {
        SecondaryIndex index;
        for (size_t i = 0; i < pool.size(); i++)
            index.insert(static_cast<int64_t>(i / multiplicity), pool[i]);
        EXPECT_NEAR(static_cast<double>(index.entries_per_value()),
                    static_cast<double>(multiplicity), static_cast<double>(multiplicity) * 0.1);
    }
}

TEST(IndexValue, IsXxh3) {
    EXPECT_EQ(static_cast<uint64_t>(string_index_value({})), 0x2d06800538d394c2u);
    EXPECT_NE(string_index_value(bytes_of("a")), string_index_value(bytes_of("b")));
}

// Records of one number each, written as the header prescribes, with many records per prefix.
class IndexedRecords {
public:
    explicit IndexedRecords(std::vector<Digest> pool) : pool_(std::move(pool)) {}

    void write(size_t i, uint64_t number) {
        const Digest& digest = pool_[i];
        std::lock_guard hold(locks_.of(digest));
        EpochGuard guard;
        IndexEntry before = primary_.find(digest);
        uint64_t old = before ? before.version->last_update_ms() : 0;
        if (number == old) return;
        SecondaryIndex::Insertion insertion;
        if (number != 0) insertion = secondary_.insert(as_value(number), digest);
        Version* previous = number != 0 ? primary_.put(digest, numbered_version(digest, number), 0)
                                        : primary_.remove(digest);
        if (number != 0) secondary_.confirm(as_value(number), digest, insertion);
        if (old != 0)
            secondary_.erase(as_value(old), digest,
                             [&] { return held(digest_prefix(digest), old); });
        if (number != 0 && !has_entry(as_value(number), digest)) errors_++;
        retire_version(previous);
    }
    // As the builder of an index does.
    void build(size_t i) {
        std::lock_guard hold(locks_.of(pool_[i]));
        EpochGuard guard;
        IndexEntry entry = primary_.find(pool_[i]);
        if (entry) secondary_.insert(as_value(entry.version->last_update_ms()), pool_[i]);
    }
    void expect_exact() {
        EXPECT_EQ(errors_, 0u);
        std::set<IndexPoint> expected, found;
        for (const Digest& digest : pool_)
            if (IndexEntry entry = primary_.find(digest))
                expected.insert({as_value(entry.version->last_update_ms()), digest_prefix(digest)});
        std::vector<IndexPoint> out(256);
        for (uint32_t shard = 0; shard < SecondaryIndex::shard_count; shard++)
            for (const IndexPoint& point :
                 scan_all(ScanStart::value(lowest), 256, [&](const ScanStart& from, auto some) {
                     return secondary_.scan_shard(shard, from, highest, some);
                 }))
                found.insert(point);
        EXPECT_EQ(found, expected);
        EXPECT_EQ(secondary_.size(), expected.size());
    }
    size_t size() const { return pool_.size(); }

private:
    static int64_t as_value(uint64_t number) { return static_cast<int64_t>(number); }
    bool held(DigestPrefix prefix, uint64_t number) {
        std::vector<IndexEntry> records(pool_.size());
        size_t count = primary_.find_by_prefix(prefix, nullptr, records);
        return std::any_of(
            records.begin(), records.begin() + static_cast<std::ptrdiff_t>(count),
            [&](const IndexEntry& entry) { return entry.version->last_update_ms() == number; });
    }
    bool has_entry(int64_t value, const Digest& digest) {
        IndexPoint wanted{value, digest_prefix(digest)}, found;
        return secondary_.scan(digest.partition(), ScanStart::at(wanted), value, {&found, 1}) ==
                   1 &&
               found == wanted;
    }

    std::vector<Digest> pool_;
    RecordLocks locks_;
    PrimaryIndex primary_;
    SecondaryIndex secondary_;
    std::atomic<uint64_t> errors_{0};
};

// Twelve records of one prefix and three values: entries are shared all the time.
TEST(SecondaryIndex, StaysExactWhenRecordsShareEntries) {
    IndexedRecords records(members_of(Family::prefix, 12, 1));
    std::vector<std::thread> threads;
    for (uint64_t seed = 0; seed < 3; seed++)
        threads.emplace_back([&, seed] {
            Random random(seed);
            for (int i = 0; i < 30000; i++) {
                if (seed == 2)
                    records.build(random.below(records.size()));
                else
                    records.write(random.below(records.size()), random.below(4));
            }
        });
    for (std::thread& thread : threads) thread.join();
    records.expect_exact();
    for (size_t i = 0; i < records.size(); i++) records.write(i, 0);
    records.expect_exact();
    drain_retired();
}

}  // namespace
}  // namespace winnow
