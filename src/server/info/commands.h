#pragma once
// The functions of the info commands, by group; each group has a file of its name. What each says
// stands in the table (info_table.cc), what it looks like where it is written.

#include "server/info/info.h"

namespace winnow {

// X(function)
#define WINNOW_INFO_FUNCTIONS(X) \
    /* identity.cc */            \
    X(info_node)                 \
    X(info_build)                \
    X(info_version)              \
    X(info_edition)              \
    X(info_features)             \
    X(info_cluster_name)         \
    /* cluster.cc */             \
    X(info_partitions)           \
    X(info_generation)           \
    X(info_peers)                \
    X(info_service)              \
    X(info_service_old)          \
    X(info_replicas)             \
    X(info_replicas_all)         \
    X(info_replicas_master)      \
    X(info_cluster_stable)       \
    X(info_enterprise_only)      \
    /* admin.cc */               \
    X(info_empty)                \
    X(info_ok)                   \
    X(info_user_agent_set)       \
    X(info_best_practices)       \
    X(info_logs)                 \
    X(info_log)                  \
    X(info_get_stats)            \
    /* statistics.cc */          \
    X(info_statistics)           \
    /* namespaces.cc */          \
    X(info_namespaces)           \
    X(info_namespace)            \
    X(info_sets)                 \
    /* config.cc */              \
    X(info_get_config)           \
    X(info_set_config)           \
    /* latencies.cc */           \
    X(info_latencies)            \
    X(info_histogram)            \
    /* indexes.cc */             \
    X(info_sindex_create)        \
    X(info_sindex_delete)        \
    X(info_sindex_exists)        \
    X(info_sindex_list)          \
    X(info_sindex)               \
    X(info_sindex_stat)          \
    /* truncate.cc */            \
    X(info_truncate)             \
    X(info_truncate_namespace)   \
    X(info_truncate_undo)        \
    /* jobs.cc */                \
    X(info_query_show)           \
    X(info_query_abort)          \
    X(info_query_abort_all)      \
    X(info_scan_abort_all)       \
    X(info_jobs)                 \
    /* modules.cc */             \
    X(info_udf_put)              \
    X(info_udf_get)              \
    X(info_udf_remove)

#define WINNOW_X(function) \
    Result<> function(ServerContext& context, const InfoCommand& command, Buffer& out);
WINNOW_INFO_FUNCTIONS(WINNOW_X)
#undef WINNOW_X

}  // namespace winnow
