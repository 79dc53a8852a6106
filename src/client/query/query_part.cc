#include "client/query/query_part.h"

#include <algorithm>
#include <utility>

namespace winnow::client {

void QueryPart::add(const PartitionStatus& status) {
    if (!status.started) {
        whole_.push_back(status.id);
        return;
    }
    resumed_.push_back(status.digest);
    resumed_values_.push_back(status.index_value);
}

void QueryPart::add_partitions(RequestWriter& writer) const {
    if (!whole_.empty()) writer.add_partitions(whole_);
    if (resumed_.empty()) return;
    writer.add_resume_digests(resumed_);
    if (by_index) writer.add_resume_values(resumed_values_);
}

void QueryPart::finish(ResultCode code, PartitionProgress& progress) {
    over = true;
    channel.keep();
    // Nothing there, such as an unknown set, is an end like any other.
    if (code != ResultCode::ok && code != ResultCode::not_found) {
        failure = server_failure(code, node->name());
        return;
    }
    if (!unavailable.empty()) failure = server_failure(unavailable_code, node->name());
    // At its limit the node may have left out partitions; which ones, it does not say.
    if (received >= share) return;
    auto finished = [&](uint16_t id) {
        if (std::find(unavailable.begin(), unavailable.end(), id) == unavailable.end())
            progress.find(id)->done = true;
    };
    for (uint16_t id : whole_) finished(id);
    for (const Digest& digest : resumed_) finished(static_cast<uint16_t>(digest.partition()));
}

void QueryPart::fail_reply(const char* text) {
    fail_with(
        failure_of(Error(ResultCode::server_error, text), FailureSource::reply, node->name()));
}

void QueryPart::fail_with(Failure reason) {
    over = true;
    failure = std::move(reason);
}

}  // namespace winnow::client
