#pragma once
// The primary index of one namespace: digest -> version, in 4096 partitions. Inside a partition
// records stand in descending digest order, the order of the wire, so that a scan is a forward walk
// and "resume after this digest" a lookup. Per record 16 bytes and a little.
//
//   partition  8 B: [directory ptr:48 | depth:8]
//   directory     : 2^depth words
//   word       8 B: [bucket ptr:48 | local depth:8 | n:8]
//   bucket        : n x 16 B, exactly sized, immutable but for the version words
//   entry     16 B: u32 inverted order key | u32 modulo word | u64 [version ptr:48 | set id:16]
//
// A directory has at most one word for eight records, so digests that a client makes up to agree in
// their first bytes cannot make it explode; a bucket that may not split grows, and one of more than
// 254 entries becomes a chain of such (n = 255, index_bucket.h).
//
// Thread rules. Readers (find, find_many, find_by_prefix, walks) hold an EpochGuard, take no latch
// and never wait; what they return is valid while the guard is held. Writers (put, remove) hold the
// lock of the record, so that there is one writer of a digest at a time; writers of different
// records may share a partition. Inside, each change takes the partition's latch for some 100 ns.
// A replaced version is seen by every reader that starts after put() returned.
//
// Ownership: versions in the index belong to it, and the destructor frees them; what put() and
// remove() return belongs to the caller, who retires it (retire_version).

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>

#include "engine/index/digest_prefix.h"
#include "record/key/digest.h"
#include "record/version.h"

namespace winnow {

// A record as the index knows it. False if there is none.
struct IndexEntry {
    const Version* version = nullptr;
    uint16_t set = 0;
    uint32_t modulo_word = 0;  // Digest::modulo_word()

    explicit operator bool() const { return version != nullptr; }
};

// The record of a digest prefix; `more` if other records share it.
struct PrefixMatch {
    IndexEntry entry;
    bool more = false;
};

// Asks for the cache lines of the first `bytes` bytes of a version.
inline void prefetch_version(const Version* version, size_t bytes) {
    auto first = reinterpret_cast<uintptr_t>(version);
    for (uintptr_t line = first & ~uintptr_t{63}; line < first + bytes; line += 64)
        __builtin_prefetch(reinterpret_cast<const void*>(line));
}

struct PartitionState;

class PrimaryIndex {
public:
    PrimaryIndex();
    // No reader or writer may be left.
    ~PrimaryIndex();
    PrimaryIndex(const PrimaryIndex&) = delete;
    PrimaryIndex& operator=(const PrimaryIndex&) = delete;

    IndexEntry find(const Digest& digest) const;

    // find() for many at once, 3 to 4 times faster a record: the cache misses of 16 records
    // overlap. The versions' first lines are in the cache afterwards. REQUIRES: equal sizes.
    void find_many(std::span<const Digest> digests, std::span<IndexEntry> entries) const;

    // The records whose digest begins with `prefix`, in ascending digest order, after `after`
    // (null: from the first); at most out.size() of them. Nearly always there is one or none.
    size_t find_by_prefix(DigestPrefix prefix, const Digest* after,
                          std::span<IndexEntry> out) const;

    // Of each prefix the record with the lowest digest, staged as find_many. REQUIRES: equal sizes.
    void find_by_prefixes(std::span<const DigestPrefix> prefixes,
                          std::span<PrefixMatch> matches) const;

    // Makes `next` the version of the record, new or not; returns the version it replaced, or null.
    Version* put(const Digest& digest, Version* next, uint16_t set);

    // Takes the record out; returns its version, or null if there was none.
    Version* remove(const Digest& digest);

    uint64_t count(uint32_t partition) const;
    uint64_t size() const;        // sums 4096 counters, about 2 us
    size_t memory_bytes() const;  // all of the index without the versions; sums likewise

private:
    friend class PartitionWalk;

    // By partition. Writers touch a directory word only to replace the directory, so readers share
    // these lines in peace; latches and counters lie apart.
    std::unique_ptr<std::atomic<uint64_t>[]> directories_;
    std::unique_ptr<PartitionState[]> states_;
};

}  // namespace winnow
