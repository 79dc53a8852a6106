// Writers, walkers and getters at once. Every record belongs to one writer, as the record lock
// would have it. Some records stay for the whole test and are replaced all the time; the others
// come and go, so that buckets split, chain, merge and move under the readers.

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <map>
#include <thread>
#include <vector>

#include "base/epoch.h"
#include "engine/index/index_testing.h"
#include "engine/index/partition_walk.h"
#include "engine/index/primary_index.h"

namespace winnow {
namespace {

using index_testing::Family;
using index_testing::members_of;
using index_testing::numbered_version;

constexpr int writers = 2;
constexpr uint64_t changes_per_writer = 60000;

class PrimaryRace : public testing::TestWithParam<Family> {
protected:
    void SetUp() override {
        pool_ = members_of(GetParam(), 4000, 17);
        std::sort(pool_.begin(), pool_.end());
        pool_.erase(std::unique(pool_.begin(), pool_.end()), pool_.end());
        for (size_t i = 0; i < pool_.size(); i++) {
            if (!stays(i)) continue;
            index_.put(pool_[i], numbered_version(pool_[i], 1), 7);
            stable_[pool_[i].partition()]++;
        }
    }
    static bool stays(size_t i) { return i % 8 == 0; }

    // Checks at each change that it sees its own writes.
    void write(size_t writer) {
        Random random(writer);
        for (uint64_t number = 2; number < changes_per_writer; number++) {
            size_t i = random.below(pool_.size() / writers) * writers + writer;
            const Digest& digest = pool_[i];
            // Long phases of growing and of shrinking.
            bool shrinking = number / 15000 % 2 == 1;
            EpochGuard guard;
            Version* next = nullptr;
            if (stays(i) || random.below(100) < (shrinking ? 10 : 90)) {
                next = numbered_version(digest, number);
                retire_version(index_.put(digest, next, stays(i) ? 7 : 8));
            } else {
                retire_version(index_.remove(digest));
            }
            if (index_.find(digest).version != next) own_write_lost_++;
        }
        writing_--;
    }

    void walk() {
        std::vector<IndexEntry> out(100);
        for (uint64_t round = 0; writing_ > 0 || round == 0; round++)
            for (const auto& [partition, expected] : stable_) walk_once(partition, expected, out);
    }
    void walk_once(uint32_t partition, size_t expected, std::span<IndexEntry> out) {
        PartitionWalk walk(partition);
        size_t seen = 0;
        Digest last;
        bool first = true;
        while (!walk.done()) {
            EpochGuard guard;
            size_t count = walk.next(index_, out);
            for (const IndexEntry& entry : out.first(count)) {
                Digest digest = entry.version->digest();
                if (!first && digest >= last) walk_out_of_order_++;
                if (entry.modulo_word != digest.modulo_word()) wrong_record_++;
                last = digest;
                first = false;
                if (entry.set == 7) seen++;
            }
        }
        if (seen != expected) walk_incomplete_++;
        walks_++;
    }

    // A record that stays is always found, and never in an older version than before.
    void get() {
        Random random(99);
        std::vector<uint64_t> newest(pool_.size());
        std::vector<Digest> digests(16);
        std::vector<size_t> places(16);
        std::vector<IndexEntry> entries(16);
        std::vector<PrefixMatch> matches(16);
        while (writing_ > 0) {
            for (size_t i = 0; i < 16; i++) {
                places[i] = random.below(pool_.size());
                digests[i] = pool_[places[i]];
            }
            EpochGuard guard;
            index_.find_many(digests, entries);
            for (size_t i = 0; i < 16; i++) {
                if (stays(places[i]) && !entries[i]) not_found_++;
                if (!entries[i]) continue;
                if (entries[i].version->digest() != digests[i]) wrong_record_++;
                uint64_t number = entries[i].version->last_update_ms();
                if (number < newest[places[i]]) went_back_++;
                newest[places[i]] = number;
                DigestPrefix prefix = digest_prefix(digests[i]);
                if (!stays(places[i])) continue;
                IndexEntry found;
                Digest lower = lowest_digest(prefix);
                if (index_.find_by_prefix(prefix, nullptr, {&found, 1}) != 1 ||
                    found.version->digest() < lower)
                    not_found_by_prefix_++;
            }
        }
    }

    PrimaryIndex index_;
    std::vector<Digest> pool_;
    std::map<uint32_t, size_t> stable_;  // records that stay, by partition
    std::atomic<int> writing_{writers};
    std::atomic<uint64_t> own_write_lost_{0}, walk_out_of_order_{0}, walk_incomplete_{0},
        wrong_record_{0}, not_found_{0}, not_found_by_prefix_{0}, went_back_{0};
    std::atomic<uint64_t> walks_{0};
};

TEST_P(PrimaryRace, ReadersSeeEveryLastingRecordOnceAndItsNewestVersion) {
    std::vector<std::thread> threads;
    for (size_t i = 0; i < writers; i++) threads.emplace_back([this, i] { write(i); });
    threads.emplace_back([this] { walk(); });
    threads.emplace_back([this] { get(); });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(own_write_lost_, 0u);
    EXPECT_EQ(walk_out_of_order_, 0u);
    EXPECT_EQ(walk_incomplete_, 0u);
    EXPECT_EQ(wrong_record_, 0u);
    EXPECT_EQ(not_found_, 0u);
    EXPECT_EQ(not_found_by_prefix_, 0u);
    EXPECT_EQ(went_back_, 0u);
    EXPECT_GT(walks_, 0u);
    drain_retired();
}

// Records that all share one order key, so that they form a chain of segments; behind each one that
// stays stands one that comes and goes. Where a segment ends, the latter moves to and fro between
// the end of the segment and the start of the next under the eyes of who looks for the former.
TEST(PrefixRace, APrefixIsFoundWhileItsNeighbourComesAndGoes) {
    constexpr int pairs = 400;
    auto numbered = [](int number) {
        Digest digest;
        digest.bytes.fill(0x5a);
        store_be(digest.bytes.data() + 6, static_cast<uint16_t>(number));
        return digest;
    };
    PrimaryIndex index;
    for (int i = 0; i < pairs; i++) {
        Digest digest = numbered(2 * i + 1);
        index.put(digest, numbered_version(digest, 1), 7);
    }
    std::atomic<int> pair{0};
    std::thread writer([&] {
        for (int i = pair; i < pairs; i = pair) {
            Digest digest = numbered(2 * i);
            EpochGuard guard;
            retire_version(index.put(digest, numbered_version(digest, 1), 8));
            retire_version(index.remove(digest));
        }
    });
    uint64_t lost = 0;
    for (; pair < pairs; pair++) {
        Digest digest = numbered(2 * pair + 1);
        for (int round = 0; round < 2000; round++) {
            EpochGuard guard;
            IndexEntry found;
            if (index.find_by_prefix(digest_prefix(digest), nullptr, {&found, 1}) != 1 ||
                found.version->digest() != digest)
                lost++;
        }
    }
    writer.join();
    EXPECT_EQ(lost, 0u);
    drain_retired();
}

INSTANTIATE_TEST_SUITE_P(Families, PrimaryRace,
                         testing::Values(Family::one_partition, Family::first_bytes,
                                         Family::order_key, Family::few_bits));

}  // namespace
}  // namespace winnow
