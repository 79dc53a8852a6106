// Every info command there is. What is not here is "unrecognized command"; so are, on purpose,
// bins, latency and what only Aerospike's enterprise edition replicates.

#include "server/info/commands.h"

namespace winnow {
namespace {

constexpr InfoEntry table[] = {
    // Asked at connect.
    {"node", info_node, "the id of this node"},
    {"name", info_node, "the same, as it was once called"},
    {"build", info_build, "the build of Aerospike whose protocol is spoken"},
    {"version", info_version, "edition, build and version"},
    {"edition", info_edition, "the edition whose commands are served"},
    {"features", info_features, "what clients may use"},
    {"cluster-name", info_cluster_name, "the name of the cluster, or null"},
    {"status", info_ok, "ok while the server runs"},

    // The cluster: asked every second.
    {"partitions", info_partitions, "how many partitions a namespace has"},
    {"partition-generation", info_generation, "changes when partitions move"},
    {"peers-generation", info_generation, "changes when nodes come or go"},
    {"rebalance-generation", info_generation, "changes when racks change"},
    {"peers-clear-std", info_peers, "the other nodes"},
    {"peers-clear-alt", info_peers, "the other nodes, by their alternate addresses"},
    {"peers-tls-std", info_enterprise_only, "the other nodes, by TLS"},
    {"peers-tls-alt", info_enterprise_only, "the other nodes, by TLS at alternate addresses"},
    {"alumni-clear-std", info_peers, "nodes that were ever seen"},
    {"alumni-clear-alt", info_peers, "nodes that were ever seen, by their alternate addresses"},
    {"alumni-tls-std", info_enterprise_only, "nodes that were ever seen, by TLS"},
    {"alumni-tls-alt", info_enterprise_only, "the same at alternate addresses"},
    {"service-clear-std", info_service, "how clients reach this node"},
    {"service-clear-alt", info_empty, "its alternate addresses: none"},
    {"service-tls-std", info_enterprise_only, "its address for TLS"},
    {"service-tls-alt", info_enterprise_only, "its alternate address for TLS"},
    {"admin-clear-std", info_empty, "its address for admin programs alone: none"},
    {"admin-tls-std", info_enterprise_only, "the same for TLS"},
    {"service", info_service_old, "how clients reach this node, as older ones ask"},
    {"services", info_empty, "the other nodes, as older clients ask"},
    {"services-alternate", info_empty, "the same at alternate addresses"},
    {"services-alumni", info_empty, "nodes that were ever seen, as older programs ask"},
    {"replicas", info_replicas, "which partitions this node has"},
    {"replicas-all", info_replicas_all, "the same, as older clients ask"},
    {"replicas-master", info_replicas_master, "the same of master copies alone"},
    {"cluster-stable", info_cluster_stable, "the key of the cluster if it is as expected"},
    {"rack-ids", info_enterprise_only, "the rack of each node"},
    {"racks", info_enterprise_only, "the nodes of each rack"},
    {"roster", info_enterprise_only, "the nodes of a strongly consistent namespace"},
    {"roster-set", info_enterprise_only, "changes them"},
    {"revive", info_enterprise_only, "revives its dead partitions"},
    {"quiesce", info_enterprise_only, "hands partitions over before a node stops"},
    {"quiesce-undo", info_enterprise_only, "takes that back"},
    {"recluster", info_ok, "forms the cluster anew: one node needs nothing"},

    // What is in it.
    {"namespaces", info_namespaces, "the names of all namespaces"},
    {"namespace", info_namespace, "/N: statistics and settings of a namespace"},
    {"sets", info_sets, "[/N[/S]]: what is known of sets"},
    {"statistics", info_statistics, "statistics of the server"},
    {"get-stats", info_get_stats, "statistics of a context"},
    {"get-config", info_get_config, "[context=C]: settings"},
    {"set-config", info_set_config, "context=C;key=value: changes a setting"},
    {"latencies", info_latencies, "[hist=H]: how long commands took lately"},
    {"histogram", info_histogram, "namespace=N;type=ttl|object-size: none is kept"},
    {"truncate", info_truncate, "namespace=N;set=S[;lut=T]: removes the records of a set"},
    {"truncate-namespace", info_truncate_namespace, "namespace=N[;lut=T]: removes all records"},
    {"truncate-undo", info_truncate_undo, "nothing to undo"},
    {"truncate-namespace-undo", info_truncate_undo, "nothing to undo"},

    // Secondary indexes.
    {"sindex-create", info_sindex_create, "creates an index"},
    {"sindex-delete", info_sindex_delete, "drops an index"},
    {"sindex-exists", info_sindex_exists, "whether there is an index of a name"},
    {"sindex-list", info_sindex_list, "[ns=N]: all indexes"},
    {"sindex-stat", info_sindex_stat, "ns=N;indexname=I: size and progress of an index"},
    {"sindex", info_sindex, "[/N[/I]]: all indexes, or one"},

    // Queries at work.
    {"query-show", info_query_show, "[trid=T]: queries that run or have run lately"},
    {"query-abort", info_query_abort, "trid=T: ends a query"},
    {"query-abort-all", info_query_abort_all, "ends all queries"},
    {"scan-show", info_query_show, "query-show, as older clients ask"},
    {"scan-abort", info_query_abort, "query-abort, as older clients ask"},
    {"scan-abort-all", info_scan_abort_all, "query-abort-all, as older clients ask"},
    {"jobs", info_jobs, "[module=M;cmd=get-job|kill-job;trid=T]: the oldest form of these"},

    // Lua modules.
    {"udf-list", info_empty, "all modules"},
    {"udf-put", info_udf_put, "registers a module"},
    {"udf-get", info_udf_get, "the text of a module"},
    {"udf-remove", info_udf_remove, "removes a module"},
    {"udf-clear-cache", info_ok, "nothing is cached"},

    // Admin programs.
    {"user-agent-set", info_user_agent_set, "value=B: what client is at the other end"},
    {"user-agents", info_empty, "the clients: they are not kept"},
    {"health-outliers", info_empty, "parts that stand out: none"},
    {"health-stats", info_empty, "what that is judged by: nothing is measured"},
    {"best-practices", info_best_practices, "rules for the machine that it breaks"},
    {"logs", info_logs, "where the log goes"},
    {"log", info_log, "/0: how much is logged"},
    {"feature-key", info_enterprise_only, "the licence"},
    {"xdr-set-filter", info_enterprise_only, "what other data centers get"},
};

}  // namespace

std::span<const InfoEntry> info_table() {
    return table;
}

}  // namespace winnow
