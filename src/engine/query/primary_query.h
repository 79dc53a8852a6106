#pragma once
// A query without an index: walks partitions in digest order.

#include "engine/index/partition_walk.h"
#include "engine/query/query.h"

namespace winnow {

class PrimaryQuery : public Query {
public:
    PrimaryQuery(std::shared_ptr<Namespace> ns, QueryRequest request);
    Status step(RecordSink& sink, size_t budget) override;
    int percent() const override;

private:
    enum class Chunk { more, full, tired, end };
    Chunk walk_chunk(RecordSink& sink, size_t& seen);
    void next_partition();

    size_t at_ = 0;  // in request_.partitions
    PartitionWalk walk_{0};
    WalkOptions options_;
    bool no_such_set_ = false;
};

}  // namespace winnow
