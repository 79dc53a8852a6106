#pragma once
// A query over many records is a value with step(): each step hands at most as many records to the
// sink as it will take, and keeps nothing in between but where it stands, so that it can wait for a
// slow reader, be dropped at any step, and be driven by a pool, by an embedded caller or by the
// simulation alike.
//
// What is promised: a record that exists throughout and whose indexed value stays as it is comes
// exactly once, also while it is being written to; one that comes, goes or moves may come or not.
// Order inside a partition: primary queries by descending digest, index queries by (value, digest)
// ascending; a partition can be resumed exactly behind any record.
//
// Thread rules: one thread at a time steps a query; start() and step() hold no lock and no
// EpochGuard when they return.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "engine/namespace.h"
#include "record/filter/filter.h"

namespace winnow {

// A partition to read: from its start, or behind a record.
struct PartitionStart {
    uint32_t partition = 0;
    std::optional<Digest> after;  // a digest of this partition; the record need not exist
    int64_t after_value = 0;      // of an index query: the indexed value that goes with it
};

// What an index query asks of a bin: an integer range, both ends included, or one string.
struct IndexPredicate {
    std::string bin;
    IndexType type = IndexType::integer;
    CollectionType collection = CollectionType::none;
    int64_t first = 0;
    int64_t last = 0;
    std::string text;
};

struct QueryRequest {
    std::string set;  // empty: all records, with and without a set
    std::vector<PartitionStart> partitions;
    std::optional<IndexPredicate> predicate;
    std::shared_ptr<const Filter> filter;  // null: none
    uint64_t max_records = 0;              // 0: all, of those that pass the filter
    // Records that have none of these bins are left out; none: no selection.
    std::optional<std::vector<std::string>> bins;
    bool no_bins = false;  // the sink wants no bins: the selection is ignored
};

// Views that are valid during the call.
struct QueryRow {
    const Version& version;
    std::string_view set;
    std::optional<int64_t> index_value;  // of an index query
};

class RecordSink {
public:
    virtual ~RecordSink() = default;
    // False: no room; the step ends and the row is offered again by the next one. An empty sink
    // takes any row.
    virtual bool record(const QueryRow& row) = 0;
    // Every record of the partition has been handed over (not so if max_records ended the query).
    virtual void partition_done(uint32_t partition) = 0;
};

class Query {
public:
    enum class Status { again, done };

    // Errors: index_not_found, index_not_readable; the partitions must be distinct.
    static Result<std::unique_ptr<Query>> start(std::shared_ptr<Namespace> ns,
                                                QueryRequest request);
    virtual ~Query() = default;

    // Looks at some `budget` records and stops early when the sink is full.
    virtual Status step(RecordSink& sink, size_t budget) = 0;

    uint64_t records() const { return records_; }  // handed over so far
    // Left out by the filter, by metadata alone or by their bins.
    uint64_t filtered_by_metadata() const { return filtered_by_metadata_; }
    uint64_t filtered_by_bins() const { return filtered_by_bins_; }
    // Why a query that is done has not seen all, else ok.
    ResultCode failure() const { return failure_; }
    virtual int percent() const = 0;  // of the partitions, 0 to 100
    // What the steps so far have shown, be it by leaving records out: where Store::replies_wait(),
    // their frame may go out once this is durable.
    Lsn shown_lsn() const { return std::max(shown_lsn_, ns_->last_departure()); }

protected:
    Query(std::shared_ptr<Namespace> ns, QueryRequest request)
        : ns_(std::move(ns)), request_(std::move(request)) {}

    bool limit_reached() const {
        return request_.max_records != 0 && records_ >= request_.max_records;
    }
    // Whether it is there for a client. Notes what that shows.
    bool is_live(const IndexEntry& entry, uint64_t now_ms) {
        const bool live = ns_->is_live(entry, now_ms);
        const Lsn lsn = live ? entry.version->lsn() : ns_->lsn_of_dead(entry, now_ms);
        shown_lsn_ = std::max(shown_lsn_, lsn);
        return live;
    }
    // Whether the bins that were asked for leave anything of the record.
    bool has_selected_bins(const Version& version) const;
    // Whether it passes the filter. Notes a failure if that takes too long.
    bool passes(const IndexEntry& entry, uint64_t now_ms);
    // True once filters have worked for long on one chunk of records, which then ends: a step
    // stays short and no EpochGuard is held for long. Counts anew after that.
    bool is_tired();

    std::shared_ptr<Namespace> ns_;
    QueryRequest request_;
    uint64_t records_ = 0;
    ResultCode failure_ = ResultCode::ok;

private:
    Lsn shown_lsn_ = 0;
    uint64_t filtered_by_metadata_ = 0;
    uint64_t filtered_by_bins_ = 0;
    uint64_t filter_steps_ = 0;
};

}  // namespace winnow
