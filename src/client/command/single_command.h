#pragma once
// Runs a command on one record: to the node of its partition, again after a failure that allows
// it, and judges whether a write that failed may have been done.

#include <string_view>

#include "base/bytes.h"
#include "client/cluster/cluster.h"
#include "client/failure.h"
#include "client/key.h"
#include "client/policies.h"
#include "client/record.h"

namespace winnow::client {

struct SingleCommand {
    const Key& key;
    Bytes frame;  // the request, the same for every attempt
    const Policy& policy;
    ReplicaChoice replica = ReplicaChoice::sequence;
    bool writes = false;
};

// The reply's message goes to `record` unless that is null. Any code but ok is a Failure.
Outcome<> run(const Cluster& cluster, const SingleCommand& command, Record* record);

}  // namespace winnow::client
