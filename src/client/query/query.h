#pragma once
// Queries: all records of a namespace or set, or those that a secondary index finds.
//
//   Query query{.ns = "test", .set = "flights"};
//   query.where = Predicate::range("delay", 60, 120);
//   PartitionProgress progress = PartitionProgress::all();
//   client.query(query, progress, [&](const RecordView& record) { ...; return true; });
//
// Records come as views into whole reply frames, decoded one by one as they are asked for, in the
// calling thread. Nothing is locked meanwhile: the call-back may run commands of its own. A slow
// call-back slows the server down, it does not fill memory; but one that stays away for longer than
// the socket timeout makes the server give up.
//
// With max_records the query ends after so many records; `progress` says where, and the next call
// with it goes on there, until progress.done().

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/cluster/cluster.h"
#include "client/failure.h"
#include "client/policies.h"
#include "client/query/partition_progress.h"
#include "client/record.h"
#include "client/value.h"
#include "record/collection_type.h"

namespace winnow::client {

// What a secondary index is asked for.
struct Predicate {
    std::string bin;
    Particle particle = Particle::nil;
    std::string first;  // the bounds as bytes of the wire, both inclusive
    std::string last;
    CollectionType collection = CollectionType::none;  // else: an element of the collection fits

    // Integers, strings and blobs.
    static Predicate equals(std::string_view bin, const ValueView& value,
                            CollectionType collection = CollectionType::none);
    static Predicate range(std::string_view bin, int64_t first, int64_t last,
                           CollectionType collection = CollectionType::none);
};

struct Query {
    std::string ns = {};
    std::string set = {};                // empty: records of all sets and of none
    std::vector<std::string> bins = {};  // empty: all
    bool no_bins = false;                // digest, generation and expiry alone
    std::optional<Predicate> where = {};
    uint64_t max_records = 0;  // 0: no limit
};

class QueryPart;

// The records of one reply frame.
class RecordFrame {
public:
    // The next record, valid until the call after; null: no more. Only what was taken counts as
    // read, should the visitor end the query.
    const RecordView* next();
    // The last record taken counts as not read: whoever goes on with this progress gets it again.
    void put_back();

private:
    friend class QueryRun;
    RecordFrame(Bytes body, QueryPart& part, PartitionProgress& progress)
        : reader_(body), part_(part), progress_(progress) {}
    bool take_record(const Response& response);
    void take_partition(const Response& response);

    ResponseReader reader_;
    QueryPart& part_;
    PartitionProgress& progress_;
    std::optional<RecordView> view_;
    PartitionStatus before_;  // of the last record's partition, before that record
};

// False ends the query, which is no failure. What a visitor leaves of a frame counts as read.
using FrameVisitor = std::function<bool(RecordFrame&)>;
using RecordVisitor = std::function<bool(const RecordView&)>;

// REQUIRES: progress is of a query with the same namespace, set and predicate. After a failure it
// still says how far the query came.
Outcome<> run_query(const Cluster& cluster, const Query& query, const QueryPolicy& policy,
                    PartitionProgress& progress, const FrameVisitor& visit);

}  // namespace winnow::client
