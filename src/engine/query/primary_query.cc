#include "engine/query/primary_query.h"

#include "base/epoch.h"

namespace winnow {
namespace {

constexpr size_t chunk_size = 128;

PartitionWalk walk_from(const PartitionStart& start) {
    return start.after ? PartitionWalk::after(*start.after) : PartitionWalk(start.partition);
}

}  // namespace

PrimaryQuery::PrimaryQuery(std::shared_ptr<Namespace> ns, QueryRequest request)
    : Query(std::move(ns), std::move(request)) {
    if (!request_.set.empty()) {
        auto id = ns_->sets().find(request_.set);
        no_such_set_ = !id;
        options_.set = id;
    }
    // A row takes the head of the version and its digest, which lies at the end.
    options_.prefetch_bytes = 128;
    if (!request_.partitions.empty()) walk_ = walk_from(request_.partitions[0]);
}

int PrimaryQuery::percent() const {
    if (request_.partitions.empty()) return 100;
    return static_cast<int>(at_ * 100 / request_.partitions.size());
}

void PrimaryQuery::next_partition() {
    at_++;
    if (at_ < request_.partitions.size()) walk_ = walk_from(request_.partitions[at_]);
}

// Hands over a few records under one EpochGuard.
PrimaryQuery::Chunk PrimaryQuery::walk_chunk(RecordSink& sink, size_t& seen) {
    EpochGuard guard;
    IndexEntry entries[chunk_size];
    const PartitionWalk before = walk_;
    const size_t count = walk_.next(ns_->primary(), entries, options_);
    const uint64_t now_ms = ns_->clock().now_ms();
    seen += count + 1;
    for (size_t i = 0; i < count; i++) {
        const IndexEntry& entry = entries[i];
        if (!is_live(entry, now_ms) || !has_selected_bins(*entry.version)) continue;
        const bool passed = passes(entry, now_ms);
        if (failure_ != ResultCode::ok) return Chunk::end;
        if (passed && !sink.record({*entry.version, ns_->sets().name(entry.set), std::nullopt})) {
            walk_ = i == 0 ? before : PartitionWalk::after(entries[i - 1].version->digest());
            return Chunk::full;
        }
        records_ += passed;
        if (limit_reached()) return Chunk::end;
        if (is_tired()) {
            walk_ = PartitionWalk::after(entry.version->digest());
            return Chunk::tired;
        }
    }
    return Chunk::more;
}

Query::Status PrimaryQuery::step(RecordSink& sink, size_t budget) {
    size_t seen = 0;
    while (at_ < request_.partitions.size() && seen < budget) {
        uint32_t partition = request_.partitions[at_].partition;
        if (!no_such_set_ && ns_->primary().count(partition) != 0) {
            Chunk result = walk_chunk(sink, seen);
            if (result == Chunk::end) return Status::done;
            if (result == Chunk::full || result == Chunk::tired) return Status::again;
            if (!walk_.done()) continue;
        } else {
            seen++;
        }
        sink.partition_done(partition);
        next_partition();
    }
    return at_ < request_.partitions.size() ? Status::again : Status::done;
}

}  // namespace winnow
