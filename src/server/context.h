#pragma once
// What the handlers of a server share. Built once at the start; everything in it may be used by any
// thread.

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "base/executor.h"
#include "engine/database.h"
#include "server/held_bytes.h"
#include "server/latency.h"

namespace winnow {

// Who this server is to its clients. Fixed before the first request.
struct ServerIdentity {
    std::string node_id;                         // 15 or 16 upper hex digits
    std::string cluster_name;                    // empty: none
    std::string build;                           // a.b.c.d: which Aerospike the protocol is that of
    std::string version;                         // of Winnow
    std::vector<std::string> service_addresses;  // host:port, as clients reach it
    uint16_t port = 0;
    uint64_t started_ns = 0;  // monotonic
};

struct NetworkCounters {
    uint64_t open = 0;
    uint64_t opened = 0;
    uint64_t closed = 0;
    uint64_t bytes_in = 0;
    uint64_t bytes_out = 0;
};

// Limits and settings that `set-config` may change while the server runs.
struct ServerSettings {
    std::atomic<uint32_t> batch_max_requests{0};  // rows of a batch; 0: no limit
    std::atomic<uint32_t> query_max{1000};        // queries at work at the same time
    std::atomic<uint32_t> proto_fd_max{15'000};   // connections
};

// What is counted for the server as a whole.
struct ServerCounters {
    std::atomic<uint64_t> info_complete{0};
    // Whole batches, counted when they end; their rows are counted by namespace.
    std::atomic<uint64_t> batch_initiate{0};
    std::atomic<uint64_t> batch_complete{0};
    std::atomic<uint64_t> batch_error{0};
    std::atomic<uint64_t> batch_timeout{0};
};

struct ServerContext {
    Database& database;
    Executor& executor;  // steps queries and large batches
    ServerIdentity identity;
    ServerSettings settings;
    std::function<NetworkCounters()> network_counters;  // may be empty: no network
    // Messages that could not be decoded.
    std::atomic<uint64_t> early_errors{0};
    ServerCounters counters{};
    LatencyTable latencies{database};
    HeldBytes held{uint64_t{1} << 30};
};

}  // namespace winnow
