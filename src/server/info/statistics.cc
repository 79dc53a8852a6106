// The statistics of the server as a whole: `statistics` answers key=value;key=value.

#include <cstdio>
#include <cstring>

#include "server/info/answer.h"
#include "server/info/cluster.h"
#include "server/info/commands.h"
#include "server/info/neutral_keys.h"

namespace winnow {
namespace {

struct MachineMemory {
    uint64_t total_kbytes = 0;
    uint64_t free_kbytes = 0;  // could be had without swapping
};

MachineMemory machine_memory() {
    MachineMemory memory;
    std::FILE* file = std::fopen("/proc/meminfo", "r");
    if (file == nullptr) return memory;
    char line[128];
    while (std::fgets(line, sizeof line, file) != nullptr) {
        unsigned long long kbytes = 0;
        if (std::sscanf(line, "MemTotal: %llu", &kbytes) == 1) memory.total_kbytes = kbytes;
        if (std::sscanf(line, "MemAvailable: %llu", &kbytes) == 1) memory.free_kbytes = kbytes;
    }
    std::fclose(file);
    return memory;
}

void append_cluster(InfoPairs& pairs, const ServerIdentity& identity, uint64_t uptime_seconds) {
    pairs.add("failed_best_practices", false);
    pairs.add("cluster_size", 1);
    pairs.add("cluster_key", cluster_key(identity));
    pairs.add("cluster_generation", 1);
    pairs.add("cluster_principal", identity.node_id);
    pairs.add("paxos_principal", identity.node_id);
    pairs.add("cluster_integrity", true);
    pairs.add("cluster_is_member", true);
    pairs.add("cluster_duplicate_nodes", "null");
    pairs.add("cluster_clock_skew_outliers", "null");
    pairs.add("migrate_allowed", true);
    pairs.add("uptime", uptime_seconds);
    pairs.add("time_since_rebalance", uptime_seconds);
}

void append_machine(InfoPairs& pairs) {
    MachineMemory memory = machine_memory();
    pairs.add("system_total_mem_kbytes", memory.total_kbytes);
    pairs.add("system_free_mem_kbytes", memory.free_kbytes);
    pairs.add("system_free_mem_pct",
              memory.total_kbytes == 0 ? 0 : memory.free_kbytes * 100 / memory.total_kbytes);
}

void append_network(InfoPairs& pairs, const ServerContext& context) {
    NetworkCounters network;
    if (context.network_counters) network = context.network_counters();
    pairs.add("client_connections", network.open);
    pairs.add("client_connections_opened", network.opened);
    pairs.add("client_connections_closed", network.closed);
    pairs.add("client_bytes_in", network.bytes_in);
    pairs.add("client_bytes_out", network.bytes_out);
}

void append_work(InfoPairs& pairs, const ServerContext& context) {
    const ServerCounters& counters = context.counters;
    uint64_t early = context.early_errors.load();
    pairs.add("info_complete", counters.info_complete.load());
    pairs.add("demarshal_error", early);
    pairs.add("early_tsvc_client_error", early);
    pairs.add("batch_index_initiate", counters.batch_initiate.load());
    pairs.add("batch_index_complete", counters.batch_complete.load());
    pairs.add("batch_index_error", counters.batch_error.load());
    pairs.add("batch_index_timeout", counters.batch_timeout.load());
    pairs.add("long_queries_active", context.database.jobs().running());
}

}  // namespace

Result<> info_statistics(ServerContext& context, const InfoCommand&, Buffer& out) {
    uint64_t objects = 0;
    for (const auto& ns : context.database.namespaces()) objects += ns->primary().size();
    uint64_t now_ns = context.database.clock().monotonic_ns();

    InfoPairs pairs(out);
    append_cluster(pairs, context.identity, (now_ns - context.identity.started_ns) / 1'000'000'000);
    append_machine(pairs);
    pairs.add("objects", objects);
    append_network(pairs, context);
    append_work(pairs, context);
    for (std::string_view key : server_keys) pairs.add(key, 0);
    return {};
}

}  // namespace winnow
