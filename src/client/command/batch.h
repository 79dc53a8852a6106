#pragma once
// Many commands on single records at once: rows are grouped by node, each node gets one request,
// and the rows it answers are handed to a call-back in the order in which they arrive.
//
// Every row is handed over exactly once, also if a node fails. The call-back runs in the calling
// thread with nothing locked; what it is given lives until it returns.

#include <cstdint>
#include <functional>
#include <span>

#include "client/bin_operation.h"
#include "client/cluster/cluster.h"
#include "client/failure.h"
#include "client/key.h"
#include "client/policies.h"
#include "client/record.h"

namespace winnow::client {

enum class BatchAction : uint8_t { read, operate, remove };

// One row of a mixed batch. Points at what the caller keeps until the call returns.
struct BatchEntry {
    const Key* key = nullptr;
    BatchAction action = BatchAction::read;
    BinSelection bins = BinSelection::all();  // of a read
    std::span<const BinOperation> ops = {};   // of operate: reads and writes
    const WriteRules* rules = nullptr;        // of operate and remove; null: the defaults
    int32_t read_touch_ttl_percent = 0;       // of a read
    Bytes filter = {};                        // replaces that of the policy; empty: none
};

struct BatchAnswer {
    size_t index;  // of the row
    // ok, the code of the row, or that of the node's failure for a row that was not answered.
    ResultCode code;
    // Not answered, or the server timed out: a write may have been done.
    bool in_doubt;
    const RecordView* record;  // null unless the code is ok
};
using BatchVisitor = std::function<void(const BatchAnswer&)>;

// Rows that fail by themselves (not_found, ...) are no failure of the batch; a node that refuses or
// breaks off is.
Outcome<> run_batch(const Cluster& cluster, std::span<const BatchEntry> entries,
                    const BatchPolicy& policy, const BatchVisitor& visit);

// The same bins of many records; like the above, at less cost.
Outcome<> run_batch_read(const Cluster& cluster, std::span<const Key> keys,
                         const BinSelection& bins, const BatchPolicy& policy,
                         const BatchVisitor& visit);

}  // namespace winnow::client
