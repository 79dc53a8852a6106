#pragma once
// One change to one partition of the primary index, under its latch from construction to
// destruction. Internal to this folder.
//
// Insert and remove build a new bucket and publish its word; the replaced memory is retired after
// the latch is given back. A bucket of 32 splits in two where the next bit of the key tells its
// entries apart and the directory has room or may double; else it grows, from 255 entries on as a
// chain. Buckets merge with their neighbour when both together have at most 16 entries, and the
// directory halves when no bucket needs its last bit.

#include <array>
#include <atomic>
#include <cstdint>
#include <span>
#include <vector>

#include "base/spin_lock.h"
#include "engine/index/index_bucket.h"

namespace winnow {

// Of one partition: what only writers change, apart from the readers' cache lines.
struct PartitionState {
    SpinLock latch;
    uint32_t deepest = 0;  // buckets whose depth is that of the directory; guarded by latch
    std::atomic<uint32_t> records{0};
    std::atomic<uint32_t> memory_units{0};  // of 16 bytes
};

// The word of a partition: [words ptr:48 | depth:8]. Zero: no records.
class DirectoryWord {
public:
    explicit DirectoryWord(uint64_t bits = 0) : bits_(bits) {}
    static DirectoryWord of(const uint64_t* words, uint32_t depth);

    uint64_t bits() const { return bits_; }
    bool empty() const { return bits_ == 0; }
    uint64_t* words() const { return reinterpret_cast<uint64_t*>(bits_ & pointer_mask); }
    uint32_t depth() const { return static_cast<uint32_t>(bits_ >> 48); }
    size_t size() const { return size_t{1} << depth(); }
    // The slot of a key.
    size_t slot(uint32_t key) const { return uint64_t{key} >> (32 - depth()); }
    // The first slot of the bucket that is at `slot` and how many slots it has.
    size_t width(BucketWord word) const { return size_t{1} << (depth() - word.depth()); }
    size_t first_slot(size_t slot, BucketWord word) const { return slot & ~(width(word) - 1); }
    BucketWord at(size_t slot) const { return BucketWord(load_acquire(words()[slot])); }

private:
    uint64_t bits_;
};

class PartitionWriter {
public:
    PartitionWriter(std::atomic<uint64_t>& directory, PartitionState& state);
    ~PartitionWriter();
    PartitionWriter(const PartitionWriter&) = delete;
    PartitionWriter& operator=(const PartitionWriter&) = delete;

    Version* put(const Digest& digest, VersionWord next);
    Version* remove(const Digest& digest);

private:
    struct Garbage {
        void* block;
        size_t bytes;
    };

    DirectoryWord directory() const {
        return DirectoryWord(directory_.load(std::memory_order_relaxed));
    }
    void insert_at(size_t slot, BucketWord word, BucketPlace place, const BucketEntry& entry);
    void remove_at(size_t slot, BucketWord word, BucketPlace place);
    void join_segments(size_t slot, BucketWord word, uint32_t segment);

    bool split(uint32_t key);
    bool double_directory();
    void merge(uint32_t key);
    void halve_directory();
    void replace_directory(DirectoryWord next);

    // Stores a word in all slots of its bucket.
    void store(size_t slot, BucketWord word);
    void store_segment(size_t slot, BucketWord word, uint32_t segment, BucketWord next);

    static std::vector<BucketWord> segments_of(BucketWord word);
    // Makes a bucket of these segments: empty, plain or a chain.
    BucketWord bucket_of(std::span<const BucketWord> segments, uint32_t depth);
    // Builds a plain bucket of depth 0 from up to three runs of entries.
    BucketWord build(std::span<const BucketEntry> first, std::span<const BucketEntry> second,
                     std::span<const BucketEntry> third);

    void* allocate(size_t bytes);
    // Retires a block, usually once the latch is given back. REQUIRES: no word leads to it any
    // more.
    void drop(void* block, size_t bytes);
    void drop_entries(BucketWord plain);
    void drop_chain(BucketWord word);
    void count_records(int32_t change);

    std::atomic<uint64_t>& directory_;
    PartitionState& state_;
    std::array<Garbage, 8> garbage_;
    size_t garbage_count_ = 0;
};

}  // namespace winnow
