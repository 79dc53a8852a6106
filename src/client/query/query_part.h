#pragma once
// The part of a query that one node answers in one attempt. Of query.cc alone.

#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "client/cluster/node.h"
#include "client/failure.h"
#include "client/query/partition_progress.h"
#include "protocol/request_writer.h"

namespace winnow::client {

class QueryPart {
public:
    void add(const PartitionStatus& status);
    void add_partitions(RequestWriter& writer) const;

    // The stream has ended with this code; the channel is in order.
    void finish(ResultCode code, PartitionProgress& progress);
    void fail_reply(const char* text);
    void fail_with(Failure failure);

    Node* node = nullptr;
    ChannelLease channel;
    Buffer inflated;
    uint64_t share = UINT64_MAX;  // of max_records; UINT64_MAX: no limit
    uint64_t received = 0;
    bool by_index = false;
    bool over = false;  // nothing more will come
    std::optional<Failure> failure;
    std::vector<uint16_t> unavailable;
    ResultCode unavailable_code = ResultCode::ok;

private:
    std::vector<uint16_t> whole_;  // partitions from their start
    std::vector<Digest> resumed_;  // others from behind a record
    std::vector<int64_t> resumed_values_;
};

}  // namespace winnow::client
