#include "client/query/partition_progress.h"

#include <algorithm>

namespace winnow::client {

PartitionProgress::PartitionProgress(uint32_t begin, uint32_t count)
    : begin_(begin), statuses_(count) {
    for (uint32_t i = 0; i < count; i++) statuses_[i].id = static_cast<uint16_t>(begin + i);
}

PartitionProgress PartitionProgress::all() {
    return PartitionProgress(0, partition_count);
}

Result<PartitionProgress> PartitionProgress::range(uint32_t begin, uint32_t count) {
    if (begin >= partition_count || count == 0 || count > partition_count - begin)
        return fail(ResultCode::parameter, "partitions are numbered from 0 to 4095");
    return PartitionProgress(begin, count);
}

PartitionProgress PartitionProgress::after(const Digest& digest) {
    PartitionProgress progress(digest.partition(), 1);
    progress.statuses_[0].started = true;
    progress.statuses_[0].digest = digest;
    return progress;
}

Result<PartitionProgress> PartitionProgress::of(std::span<const PartitionStatus> statuses) {
    if (statuses.empty()) return fail(ResultCode::parameter, "no partition is given");
    auto by_id = [](const PartitionStatus& a, const PartitionStatus& b) { return a.id < b.id; };
    auto [first, last] = std::minmax_element(statuses.begin(), statuses.end(), by_id);
    if (last->id >= partition_count)
        return fail(ResultCode::parameter, "partitions are numbered from 0 to 4095");
    PartitionProgress progress(first->id, last->id - first->id + 1u);
    std::vector<bool> seen(progress.statuses_.size());
    for (const PartitionStatus& status : statuses) {
        size_t index = status.id - progress.begin_;
        if (seen[index]) return fail(ResultCode::parameter, "a partition is given twice");
        if (status.started && status.digest.partition() != status.id)
            return fail(ResultCode::parameter, "the digest belongs to another partition");
        seen[index] = true;
        progress.statuses_[index] = status;
    }
    for (size_t i = 0; i < seen.size(); i++) {
        if (!seen[i]) progress.statuses_[i].done = true;
    }
    return progress;
}

bool PartitionProgress::done() const {
    return std::all_of(statuses_.begin(), statuses_.end(),
                       [](const PartitionStatus& status) { return status.done; });
}

}  // namespace winnow::client
