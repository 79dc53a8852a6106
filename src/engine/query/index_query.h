#pragma once
// A query through a secondary index: shard by shard, in each by (value, digest), so that every
// partition comes in the order in which it can be resumed. References are copied in chunks under
// the shard's mutex, the records fetched in stages and checked again: an entry may be older than
// the record it leads to.

#include <array>

#include "engine/query/query.h"

namespace winnow {

class IndexQuery : public Query {
public:
    IndexQuery(std::shared_ptr<Namespace> ns, QueryRequest request, std::shared_ptr<Index> index);
    Status step(RecordSink& sink, size_t budget) override;
    int percent() const override { return static_cast<int>(shard_ * 100 / shards_); }

private:
    enum class Taken { yes, full, end };
    static constexpr size_t chunk_size = 128;
    static constexpr uint32_t shards_ = SecondaryIndex::shard_count;

    bool open_shard();
    void close_shard(RecordSink& sink);
    void read_chunk();
    Taken hand_over_chunk(RecordSink& sink);
    Taken hand_over_point(const IndexPoint& point, const PrefixMatch& match, RecordSink& sink);
    Taken hand_over(const IndexPoint& point, const IndexEntry& entry, RecordSink& sink);
    bool matches(const IndexPoint& point, const IndexEntry& entry, const Digest& digest) const;
    const PartitionStart* start_of(uint32_t partition) const;

    std::shared_ptr<Index> index_;
    std::optional<uint16_t> set_;  // only records of this set
    bool empty_ = false;           // the set does not exist
    int64_t first_ = 0;
    int64_t last_ = 0;
    // By partition: its place in request_.partitions plus one, or 0: not asked for.
    std::array<uint16_t, partition_count> places_{};

    uint32_t shard_ = 0;
    bool shard_open_ = false;
    bool shard_exhausted_ = false;
    ScanStart next_ = ScanStart::value(0);
    std::array<IndexPoint, chunk_size> points_;
    size_t points_count_ = 0;
    size_t points_at_ = 0;
    // Among several records of one prefix: the last one handed over.
    std::optional<Digest> tie_;
};

}  // namespace winnow
