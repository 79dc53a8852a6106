#pragma once
// A secondary index: an ordered set of (value, digest prefix), in 64 shards of 64 partitions each.
// The value is that of an integer bin, or a hash of a string (index_value.h). Inside a shard
// entries stand in the order (value, partition, digest prefix): a point query visits 64 shards, not
// 4096 partitions, and within each partition the order is (value, digest) ascending, as the wire
// has it.
//
// An entry names its record by the first 64 bits of the digest (digest_prefix.h), never by address,
// so a write that leaves the value alone touches no index. The reader fetches records through the
// primary index (find_by_prefixes) and checks value and digest again: an entry may lead to a record
// that has just changed or gone, or, for digests made up by a client, to several records. Those
// share one entry; a page that ends between two of them resumes at the point itself (ScanStart::at)
// and passes the last digest to find_by_prefix.
//
// How a writer keeps it exact, under the lock of its record:
//   1. insert() the values the next version adds
//   2. publish the next version in the primary index
//   3. confirm() each of those inserts
//   4. erase() the values that only the previous version had
// Records of one prefix share the entry of a value. So erase() asks, under the shard's mutex,
// whether any record of the prefix has the value still, and then the entry stays; and confirm()
// inserts again if something was erased since step 1, when that question could not have found our
// version yet. Inserts are idempotent: a builder inserts, under the record lock, whatever the
// current version has, and need not confirm, since that version is published already.
//
// Thread rules: any thread, any time; a shard's mutex is held for about a microsecond.

#include <compare>
#include <cstdint>
#include <memory>
#include <span>

#include "engine/index/digest_prefix.h"

namespace winnow {

struct IndexPoint {
    int64_t value = 0;
    DigestPrefix prefix = 0;

    auto operator<=>(const IndexPoint&) const = default;
};

// Where a scan begins.
struct ScanStart {
    IndexPoint point;
    bool included = true;

    static ScanStart value(int64_t low) { return {{low, 0}, true}; }
    static ScanStart at(const IndexPoint& point) { return {point, true}; }
    static ScanStart after(const IndexPoint& point) { return {point, false}; }
};

class SecondaryIndex {
public:
    static constexpr uint32_t shard_count = 64;
    static constexpr uint32_t partitions_per_shard = partition_count / shard_count;
    static constexpr uint32_t shard_of(uint32_t partition) {
        return partition / partitions_per_shard;
    }

    SecondaryIndex();
    ~SecondaryIndex();
    SecondaryIndex(const SecondaryIndex&) = delete;
    SecondaryIndex& operator=(const SecondaryIndex&) = delete;

    // What insert() tells: whether the entry is new, and what confirm() asks for.
    struct Insertion {
        bool is_new = false;
        uint64_t erasures = 0;
    };
    Insertion insert(int64_t value, const Digest& digest) {
        return insert(IndexPoint{value, digest_prefix(digest)});
    }
    Insertion insert(const IndexPoint& point);
    // After the version with the value has been published: makes sure that its entry is there.
    void confirm(int64_t value, const Digest& digest, const Insertion& insertion);

    // Takes the entry out unless `held()` says that some record whose digest has this prefix has
    // the value in its published version. It is called under the shard's mutex and may read the
    // primary index (find_by_prefix), but no secondary one. True if the entry is gone by this call.
    template <class Held>
    bool erase(int64_t value, const Digest& digest, const Held& held) {
        auto call = [](const void* context) -> bool {
            return (*static_cast<const Held*>(context))();
        };
        return erase_unless({value, digest_prefix(digest)}, call, &held);
    }

    // Copies entries of one shard (all its partitions mixed) with values up to `high`, in order;
    // returns how many: fewer than out.size() means that there are no more. At most 256 at a time
    // are worth asking for: the mutex is held while copying.
    size_t scan_shard(uint32_t shard, const ScanStart& start, int64_t high,
                      std::span<IndexPoint> out) const;

    // The same for one partition. Skips over the other partitions of the shard.
    size_t scan(uint32_t partition, const ScanStart& start, int64_t high,
                std::span<IndexPoint> out) const;

    uint64_t size() const;
    size_t memory_bytes() const;
    // Estimates entries per distinct value, 0 if empty. Values spread over shards by their records,
    // so distinct values are counted per shard and the total derived from that.
    uint64_t entries_per_value() const;

private:
    struct Shard;

    bool erase_unless(const IndexPoint& point, bool (*held)(const void*), const void* context);

    std::unique_ptr<Shard[]> shards_;
};

}  // namespace winnow
