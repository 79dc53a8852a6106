#pragma once
// The client: of a server or cluster by Client::connect(), of a database in this process by
// Database::connect() (winnow/database.h). Any thread may use it; it needs no further set-up.

#include "client/client.h"
#include "winnow/batch.h"
#include "winnow/failure.h"
#include "winnow/key.h"
#include "winnow/operation.h"
#include "winnow/policies.h"
#include "winnow/query.h"
#include "winnow/record.h"
#include "winnow/value.h"

namespace winnow {

using client::Client;
using client::Cluster;
using client::ClusterOptions;
using client::IndexSpec;
using client::IndexType;
using client::Node;
using client::NodeAddress;
using client::UdfModule;

}  // namespace winnow
