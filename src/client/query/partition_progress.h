#pragma once
// How far a query has come in each of its partitions: what it is asked to read, and what it hands
// back. A plain value: kept, stored or sent elsewhere, and given to another query of the same kind
// it continues where this one ended.
//
// Within a partition records come in a fixed order, that of digests (primary index) or of indexed
// value and digest (secondary index), so the last record tells where to go on.

#include <cstdint>
#include <span>
#include <vector>

#include "base/error.h"
#include "record/key/digest.h"

namespace winnow::client {

struct PartitionStatus {
    uint16_t id = 0;
    bool done = false;     // everything was read
    bool started = false;  // digest and index_value are those of the last record
    Digest digest;
    int64_t index_value = 0;
};

class PartitionProgress {
public:
    // Nothing read yet. `begin` and `count` within the 4096 partitions, else parameter.
    static PartitionProgress all();
    static Result<PartitionProgress> range(uint32_t begin, uint32_t count);
    static Result<PartitionProgress> one(uint32_t partition) { return range(partition, 1); }
    // One partition of a primary index, from behind a record on. That record need not be there.
    static PartitionProgress after(const Digest& digest);
    // From what statuses() gave, or a part of it; other partitions are not read. parameter: an id
    // that does not exist or comes twice, or a digest of another partition.
    static Result<PartitionProgress> of(std::span<const PartitionStatus> statuses);

    std::span<const PartitionStatus> statuses() const { return statuses_; }
    // Nothing is left to read.
    bool done() const;

    // For the query that runs. Null: not one of these partitions.
    PartitionStatus* find(uint32_t partition) {
        size_t index = partition - begin_;  // wraps below begin_, and so ends above the size
        return index < statuses_.size() ? &statuses_[index] : nullptr;
    }

private:
    PartitionProgress(uint32_t begin, uint32_t count);

    uint32_t begin_;
    std::vector<PartitionStatus> statuses_;  // of begin_, begin_ + 1, ...
};

}  // namespace winnow::client
