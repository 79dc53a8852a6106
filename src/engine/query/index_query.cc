#include "engine/query/index_query.h"

#include <algorithm>

#include "base/epoch.h"
#include "engine/index/index_value.h"
#include "record/value/particle.h"

namespace winnow {

IndexQuery::IndexQuery(std::shared_ptr<Namespace> ns, QueryRequest request,
                       std::shared_ptr<Index> index)
    : Query(std::move(ns), std::move(request)), index_(std::move(index)) {
    const IndexPredicate& predicate = *request_.predicate;
    first_ = predicate.first;
    last_ = predicate.last;
    if (predicate.type == IndexType::string)
        first_ = last_ = string_index_value(bytes_of(predicate.text));
    if (!request_.set.empty()) {
        set_ = ns_->sets().find(request_.set);
        empty_ = !set_;
    }
    for (size_t i = 0; i < request_.partitions.size(); i++)
        places_[request_.partitions[i].partition] = static_cast<uint16_t>(i + 1);
}

const PartitionStart* IndexQuery::start_of(uint32_t partition) const {
    uint16_t place = places_[partition];
    return place == 0 ? nullptr : &request_.partitions[place - 1u];
}

// Finds the smallest point from which any partition of the shard is to be read. False if none is.
bool IndexQuery::open_shard() {
    std::optional<IndexPoint> least;
    uint32_t from = shard_ * SecondaryIndex::partitions_per_shard;
    for (uint32_t i = 0; i < SecondaryIndex::partitions_per_shard; i++) {
        const PartitionStart* start = start_of(from + i);
        if (start == nullptr) continue;
        IndexPoint point{first_, 0};
        if (start->after && start->after_value >= first_)
            point = {start->after_value, digest_prefix(*start->after)};
        least = least ? std::min(*least, point) : point;
    }
    if (!least || empty_ || least->value > last_) return false;
    next_ = ScanStart::at(*least);
    return true;
}

void IndexQuery::close_shard(RecordSink& sink) {
    uint32_t from = shard_ * SecondaryIndex::partitions_per_shard;
    for (uint32_t i = 0; i < SecondaryIndex::partitions_per_shard; i++)
        if (places_[from + i] != 0) sink.partition_done(from + i);
    shard_++;
    shard_open_ = false;
}

void IndexQuery::read_chunk() {
    points_count_ = index_->entries().scan_shard(shard_, next_, last_, points_);
    points_at_ = 0;
    shard_exhausted_ = points_count_ < points_.size();
    if (points_count_ != 0) next_ = ScanStart::after(points_[points_count_ - 1]);
}

// Whether the record is what the query asks for, now.
bool IndexQuery::matches(const IndexPoint& point, const IndexEntry& entry,
                         const Digest& digest) const {
    if (set_ && entry.set != *set_) return false;
    const PartitionStart& start = *start_of(digest.partition());
    if (start.after) {
        if (point.value < start.after_value) return false;
        if (point.value == start.after_value && digest <= *start.after) return false;
    }
    if (index_->value_of(*entry.version, entry.set) != point.value) return false;
    const IndexPredicate& predicate = *request_.predicate;
    if (predicate.type != IndexType::string) return true;
    int at = entry.version->find_bin(predicate.bin);
    return at != Version::none &&
           text_of(entry.version->bin(static_cast<uint32_t>(at)).value) == predicate.text;
}

IndexQuery::Taken IndexQuery::hand_over(const IndexPoint& point, const IndexEntry& entry,
                                        RecordSink& sink) {
    const Version& version = *entry.version;
    const uint64_t now_ms = ns_->clock().now_ms();
    if (!is_live(entry, now_ms)) return Taken::yes;
    if (!matches(point, entry, version.digest()) || !has_selected_bins(version)) return Taken::yes;
    if (!passes(entry, now_ms)) return failure_ == ResultCode::ok ? Taken::yes : Taken::end;
    if (!sink.record({version, ns_->sets().name(entry.set), point.value})) return Taken::full;
    records_++;
    return limit_reached() ? Taken::end : Taken::yes;
}

// All records of one entry: nearly always one.
IndexQuery::Taken IndexQuery::hand_over_point(const IndexPoint& point, const PrefixMatch& match,
                                              RecordSink& sink) {
    if (!match.entry) return Taken::yes;
    if (!match.more && !tie_) return hand_over(point, match.entry, sink);
    for (;;) {
        IndexEntry some[16];
        size_t count = ns_->primary().find_by_prefix(point.prefix, tie_ ? &*tie_ : nullptr, some);
        for (size_t i = 0; i < count; i++) {
            Taken taken = hand_over(point, some[i], sink);
            if (taken != Taken::yes) return taken;
            tie_ = some[i].version->digest();
        }
        if (count < std::size(some)) break;
    }
    tie_.reset();
    return Taken::yes;
}

IndexQuery::Taken IndexQuery::hand_over_chunk(RecordSink& sink) {
    // Entries of partitions that were not asked for cost no look at the record.
    std::array<DigestPrefix, chunk_size> prefixes;
    std::array<size_t, chunk_size> places;
    size_t count = 0;
    for (size_t i = points_at_; i < points_count_; i++) {
        if (places_[prefix_partition(points_[i].prefix)] == 0) continue;
        prefixes[count] = points_[i].prefix;
        places[count++] = i;
    }
    EpochGuard guard;
    std::array<PrefixMatch, chunk_size> matches;
    ns_->primary().find_by_prefixes({prefixes.data(), count}, {matches.data(), count});
    for (size_t i = 0; i < count; i++) {
        Taken taken = hand_over_point(points_[places[i]], matches[i], sink);
        if (taken == Taken::full) points_at_ = places[i];
        if (taken != Taken::yes) return taken;
        if (is_tired()) {
            points_at_ = places[i] + 1;
            return Taken::yes;
        }
    }
    points_at_ = points_count_;
    return Taken::yes;
}

Query::Status IndexQuery::step(RecordSink& sink, size_t budget) {
    size_t seen = 0;
    while (shard_ < shards_ && seen < budget) {
        if (!shard_open_) {
            shard_open_ = true;
            points_at_ = points_count_ = 0;
            shard_exhausted_ = !open_shard();
        }
        if (points_at_ < points_count_) {
            seen += points_count_ - points_at_;
            Taken taken = hand_over_chunk(sink);
            if (taken == Taken::full) return Status::again;
            if (taken == Taken::end) return Status::done;
        } else if (shard_exhausted_) {
            seen++;
            close_shard(sink);
        } else {
            read_chunk();
        }
    }
    return shard_ < shards_ ? Status::again : Status::done;
}

}  // namespace winnow
