#include "engine/index/primary_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <vector>

#include "base/epoch.h"
#include "engine/index/index_testing.h"
#include "engine/index/partition_walk.h"

namespace winnow {
namespace {

using index_testing::families;
using index_testing::Family;
using index_testing::members_of;
using index_testing::numbered_version;

struct Expected {
    uint64_t number;
    uint16_t set;
};
// In the order of a walk.
using Model = std::map<Digest, Expected, std::greater<>>;

void expect_entry(const IndexEntry& entry, const Digest& digest, const Expected& expected) {
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry.version->digest(), digest);
    EXPECT_EQ(entry.version->last_update_ms(), expected.number);
    EXPECT_EQ(entry.set, expected.set);
    EXPECT_EQ(entry.modulo_word, digest.modulo_word());
}

// Index and model, changed together.
class PrimaryModel : public testing::TestWithParam<Family> {
protected:
    void put(const Digest& digest, uint16_t set) {
        Version* previous = index_.put(digest, numbered_version(digest, ++number_), set);
        auto at = model_.find(digest);
        ASSERT_EQ(previous != nullptr, at != model_.end());
        if (previous != nullptr) {
            EXPECT_EQ(previous->digest(), digest);
            EXPECT_EQ(previous->last_update_ms(), at->second.number);
        }
        retire_version(previous);
        model_[digest] = {number_, set};
    }
    void remove(const Digest& digest) {
        Version* previous = index_.remove(digest);
        ASSERT_EQ(previous != nullptr, model_.erase(digest) == 1);
        if (previous != nullptr) {
            EXPECT_EQ(previous->digest(), digest);
        }
        retire_version(previous);
    }
    void expect_found(const Digest& digest) {
        IndexEntry entry = index_.find(digest);
        auto at = model_.find(digest);
        if (at == model_.end())
            EXPECT_FALSE(entry);
        else
            expect_entry(entry, digest, at->second);
    }
    // The model's records of a partition below `start`, of one set or of all.
    std::vector<Digest> expected_walk(uint32_t partition, const Digest* start,
                                      std::optional<uint16_t> set) {
        std::vector<Digest> expected;
        auto at = start != nullptr ? model_.upper_bound(*start) : model_.begin();
        for (; at != model_.end(); ++at)
            if (at->first.partition() == partition && (!set || *set == at->second.set))
                expected.push_back(at->first);
        return expected;
    }
    void expect_walk(PartitionWalk walk, const Digest* start, size_t step,
                     std::optional<uint16_t> set) {
        std::vector<Digest> seen;
        std::vector<IndexEntry> out(step);
        while (!walk.done()) {
            EpochGuard guard;
            size_t count = walk.next(index_, out, {.set = set, .prefetch_bytes = 100});
            for (size_t i = 0; i < count; i++) seen.push_back(out[i].version->digest());
            if (count > 0 && !set && !walk.done()) {
                EXPECT_EQ(walk.position(), seen.back());
            }
        }
        EXPECT_EQ(seen, expected_walk(walk.partition(), start, set));
    }
    void expect_prefix(const Digest& digest, const Digest* after) {
        DigestPrefix prefix = digest_prefix(digest);
        std::vector<Digest> expected, found;
        for (auto at = model_.rbegin(); at != model_.rend(); ++at)
            if (digest_prefix(at->first) == prefix && (after == nullptr || at->first > *after))
                expected.push_back(at->first);
        std::vector<IndexEntry> out(expected.size() + 1);
        EpochGuard guard;
        size_t count = index_.find_by_prefix(prefix, after, out);
        for (size_t i = 0; i < count; i++) found.push_back(out[i].version->digest());
        EXPECT_EQ(found, expected);
        if (expected.size() > 2) {
            EXPECT_EQ(index_.find_by_prefix(prefix, after, std::span(out).first(2)), 2u);
            EXPECT_EQ(out[1].version->digest(), expected[1]);
        }
    }

    PrimaryIndex index_;
    Model model_;
    uint64_t number_ = 0;
};

TEST_P(PrimaryModel, AnswersLikeAMapThroughRandomChanges) {
    Random random(7);
    std::vector<Digest> pool = members_of(GetParam(), 3000, 11);
    // Grows, swings, shrinks: the share of removals in each phase, in percent.
    for (uint64_t removals : {10, 50, 90}) {
        for (int i = 0; i < 12000; i++) {
            const Digest& digest = pool[random.below(pool.size())];
            if (random.below(100) < removals)
                remove(digest);
            else
                put(digest, static_cast<uint16_t>(random.below(3)));
            expect_found(pool[random.below(pool.size())]);
        }
        ASSERT_EQ(index_.size(), model_.size());
        for (int i = 0; i < 20; i++) {
            const Digest& some = pool[random.below(pool.size())];
            size_t step = 1 + random.below(300);
            std::optional<uint16_t> set;
            if (random.one_in(2)) set = static_cast<uint16_t>(random.below(3));
            expect_walk(PartitionWalk(some.partition()), nullptr, step, set);
            expect_walk(PartitionWalk::after(some), &some, step, set);
            Digest absent = some;
            absent.bytes[2 + random.below(18)]++;
            expect_walk(PartitionWalk::after(absent), &absent, step, set);
            expect_prefix(some, nullptr);
            expect_prefix(some, &some);
            expect_prefix(some, &absent);
        }
    }
    for (const Digest& digest : pool) remove(digest);
    EXPECT_EQ(index_.size(), 0u);
    EXPECT_EQ(index_.memory_bytes(), PrimaryIndex().memory_bytes());
}

TEST_P(PrimaryModel, StagedLookupsAgreeWithSingleOnes) {
    std::vector<Digest> pool = members_of(GetParam(), 2000, 3);
    for (size_t i = 0; i < pool.size(); i += 2) put(pool[i], 1);
    std::vector<IndexEntry> entries(pool.size());
    std::vector<PrefixMatch> matches(pool.size());
    std::vector<DigestPrefix> prefixes;
    for (const Digest& digest : pool) prefixes.push_back(digest_prefix(digest));
    EpochGuard guard;
    index_.find_many(pool, entries);
    index_.find_by_prefixes(prefixes, matches);
    for (size_t i = 0; i < pool.size(); i++) {
        EXPECT_EQ(entries[i].version, index_.find(pool[i]).version);
        IndexEntry two[2];
        size_t count = index_.find_by_prefix(prefixes[i], nullptr, two);
        EXPECT_EQ(matches[i].entry.version, two[0].version);
        EXPECT_EQ(matches[i].more, count == 2);
    }
}

INSTANTIATE_TEST_SUITE_P(Families, PrimaryModel, testing::ValuesIn(families));

TEST(PrimaryIndex, ModuloWordAndOrderKeyDoNotMakeADigest) {
    PrimaryIndex index;
    Digest one = members_of(Family::spread, 1, 1)[0], other = one;
    other.bytes[10] ^= 1;  // same partition, order key and modulo word
    index.put(one, numbered_version(one, 1), 0);
    IndexEntry entry;
    EXPECT_FALSE(index.find(other));
    index.find_many({&other, 1}, {&entry, 1});
    EXPECT_FALSE(entry);
    EXPECT_EQ(index.remove(other), nullptr);
    EXPECT_EQ(index.put(other, numbered_version(other, 2), 0), nullptr);
    EXPECT_EQ(index.find(one).version->last_update_ms(), 1u);
    EXPECT_EQ(index.find(other).version->last_update_ms(), 2u);
    EXPECT_EQ(index.count(one.partition()), 2u);
}

// Digests chosen by a client cost little more than others, in any order of arrival.
TEST(PrimaryIndex, ClusteredDigestsStayCompact) {
    for (Family family : {Family::one_partition, Family::first_bytes, Family::order_key}) {
        for (int order = 0; order < 3; order++) {
            std::vector<Digest> pool = members_of(family, 20000, 5);
            if (order == 1) std::sort(pool.begin(), pool.end());
            if (order == 2) std::sort(pool.begin(), pool.end(), std::greater<>());
            PrimaryIndex index;
            const size_t empty = index.memory_bytes();
            for (const Digest& digest : pool)
                ASSERT_EQ(index.put(digest, numbered_version(digest, 1), 0), nullptr);
            EXPECT_LE(index.memory_bytes() - empty, 34 * pool.size())
                << static_cast<int>(family) << " " << order;
        }
    }
}

TEST(PrimaryIndex, GivesMemoryBackWhenMostRecordsAreGone) {
    std::vector<Digest> pool = members_of(Family::one_partition, 50000, 5);
    PrimaryIndex index;
    const size_t empty = index.memory_bytes();
    for (const Digest& digest : pool) index.put(digest, numbered_version(digest, 1), 0);
    EXPECT_LE(index.memory_bytes() - empty, 20 * pool.size());
    for (size_t i = 0; i < pool.size(); i++)
        if (i % 100 != 0) retire_version(index.remove(pool[i]));
    EXPECT_LE(index.memory_bytes() - empty, 24 * index.size());
}

TEST(PrimaryIndex, AWalkOverARareSetIsBoundedPerCall) {
    std::vector<Digest> pool = members_of(Family::one_partition, 20000, 5);
    std::sort(pool.begin(), pool.end(), std::greater<>());
    PrimaryIndex index;
    for (size_t i = 0; i < pool.size(); i++)
        index.put(pool[i], numbered_version(pool[i], 1), i == 15000 ? 9 : 1);
    PartitionWalk walk(pool[0].partition());
    IndexEntry out[8];
    size_t calls = 0, found = 0;
    EpochGuard guard;
    for (; !walk.done(); calls++) {
        size_t count = walk.next(index, out, {.set = uint16_t{9}});
        if (count > 0) {
            EXPECT_EQ(out[0].version->digest(), pool[15000]);
        }
        found += count;
    }
    EXPECT_EQ(found, 1u);
    EXPECT_GE(calls, 4u);
    EXPECT_LE(calls, 6u);
}

TEST(PrimaryIndex, AnEmptyPartitionIsDoneAtOnce) {
    PrimaryIndex index;
    PartitionWalk walk(4095);
    IndexEntry out[4];
    EpochGuard guard;
    EXPECT_EQ(walk.next(index, out), 0u);
    EXPECT_TRUE(walk.done());
    EXPECT_FALSE(walk.position().has_value());
}

TEST(DigestPrefix, OrdersLikePartitionAndDigest) {
    Random random(3);
    for (int i = 0; i < 2000; i++) {
        Family family = families[random.below(std::size(families))];
        Digest a = index_testing::member_of(family, random);
        Digest b = index_testing::member_of(family, random);
        DigestPrefix prefix = digest_prefix(a);
        EXPECT_EQ(prefix_partition(prefix), a.partition());
        EXPECT_EQ(prefix_order_key(prefix), a.order_key());
        EXPECT_EQ(digest_prefix(lowest_digest(prefix)), prefix);
        EXPECT_LE(lowest_digest(prefix), a);
        if (a.partition() == b.partition() && digest_prefix(b) != prefix) {
            EXPECT_EQ(prefix < digest_prefix(b), a < b);
        }
    }
}

}  // namespace
}  // namespace winnow
