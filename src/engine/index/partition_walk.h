#pragma once
// A walk over the records of one partition in descending digest order: a plain value that names
// where it stands by partition and digest, holds no pointer, and may be kept, copied or sent away
// between two calls.
//
// Exactly once: a record that is there from the first call to the last comes exactly once, whatever
// is written meanwhile. One that comes or goes during the walk comes once or not at all.
//
// Thread rules: next() under an EpochGuard of the caller; what it fills in is valid under that
// guard. A walk belongs to one thread at a time; any number may walk a partition.

#include <cstdint>
#include <optional>
#include <span>

#include "engine/index/primary_index.h"
#include "record/key/digest.h"

namespace winnow {

struct WalkOptions {
    std::optional<uint16_t> set;  // only records of this set; others cost no look at the version
    // How much of each version to prefetch: head_size for filters on metadata, the usual size of a
    // record to copy it, 0 if the versions will not be looked at.
    uint16_t prefetch_bytes = Version::head_size;
};

class PartitionWalk {
public:
    // All records of the partition.
    explicit PartitionWalk(uint32_t partition) : partition_(partition) {}
    // The records below this digest, which need not exist, in its partition.
    static PartitionWalk after(const Digest& digest) {
        PartitionWalk walk(digest.partition());
        walk.last_ = digest;
        walk.started_ = true;
        return walk;
    }

    // Fills `out` with the next records and moves on behind them; returns how many. Looks at a
    // bounded number of entries, so it may return fewer, even none, before done(). 64 to 256 are a
    // good size: the versions are prefetched while `out` is filled.
    size_t next(const PrimaryIndex& index, std::span<IndexEntry> out,
                const WalkOptions& options = {});

    bool done() const { return done_; }
    uint32_t partition() const { return partition_; }
    // The digest behind which the walk stands; nothing before the first record and when done().
    std::optional<Digest> position() const {
        return started_ && !done_ ? std::optional<Digest>(last_) : std::nullopt;
    }

private:
    struct Filling;
    static class DirectoryWord directory_of(const PrimaryIndex& index, uint32_t partition);

    uint32_t partition_;
    bool started_ = false;
    bool done_ = false;
    Digest last_;
};

}  // namespace winnow
