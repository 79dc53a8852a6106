#include "engine/index/partition_writer.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/epoch.h"
#include "engine/index/index_testing.h"

namespace winnow {
namespace {

using index_testing::Family;
using index_testing::members_of;
using index_testing::numbered_version;

// One partition by itself. All digests share the order key, so that they end in a chain.
class OneChain : public testing::Test {
protected:
    void put(const Digest& digest) {
        PartitionWriter writer(directory_, state_);
        retire_version(writer.put(digest, VersionWord::of(numbered_version(digest, 1), 0)));
    }
    void remove(const Digest& digest) {
        PartitionWriter writer(directory_, state_);
        retire_version(writer.remove(digest));
    }
    BucketWord bucket() const {
        DirectoryWord directory(directory_.load());
        return directory.empty() ? BucketWord() : directory.at(0);
    }
    static std::vector<Digest> firsts(BucketWord chain) {
        std::vector<Digest> digests;
        for (uint32_t i = 0; i < chain.chain()->segments; i++)
            digests.push_back(chain.chain()->segment(i).entries()[0].digest());
        return digests;
    }

    std::atomic<uint64_t> directory_{0};
    PartitionState state_;
};

// Readers go from one segment to the next without a latch. They rely on this.
TEST_F(OneChain, NoSegmentBeginsEarlierThanItDid) {
    std::vector<Digest> pool = members_of(Family::order_key, 3000, 1);
    Random random(2);
    size_t compared = 0;
    for (int i = 0; i < 10000; i++) {
        const Digest& digest = pool[random.below(pool.size())];
        // Guarded, so that a replaced chain stays in memory and its address is not used again.
        EpochGuard guard;
        BucketWord before = bucket();
        std::vector<Digest> firsts_before;
        if (before.is_chain()) firsts_before = firsts(before);
        if (random.one_in(3))
            remove(digest);
        else
            put(digest);
        if (!before.is_chain() || bucket().bits() != before.bits()) continue;
        std::vector<Digest> now = firsts(before);
        // The first segment takes whatever comes before all others.
        for (size_t segment = 1; segment < now.size(); segment++) {
            ASSERT_LE(now[segment], firsts_before[segment]) << "descending order";
            compared++;
        }
    }
    EXPECT_GT(compared, 10000u);
    for (const Digest& digest : pool) remove(digest);
    EXPECT_EQ(directory_, 0u);
    EXPECT_EQ(state_.memory_units, 0u);
}

}  // namespace
}  // namespace winnow
