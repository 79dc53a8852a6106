// Who the server is and what it can do: what every client asks when it connects.
//
// The build is that of the Aerospike server whose protocol is spoken; clients choose their forms by
// it and by the features, so the two have to agree.

#include "server/info/commands.h"

namespace winnow {

Result<> info_node(ServerContext& context, const InfoCommand&, Buffer& out) {
    out.append(context.identity.node_id);
    return {};
}

Result<> info_build(ServerContext& context, const InfoCommand&, Buffer& out) {
    out.append(context.identity.build);
    return {};
}

Result<> info_edition(ServerContext&, const InfoCommand&, Buffer& out) {
    out.append("Aerospike Community Edition");
    return {};
}

// Programs read the edition and the build out of it; what really runs stands behind them.
Result<> info_version(ServerContext& context, const InfoCommand& command, Buffer& out) {
    auto edition = info_edition(context, command, out);
    if (!edition) return edition;
    out.append(" build ");
    out.append(context.identity.build);
    out.append(" (Winnow ");
    out.append(context.identity.version);
    out.append(")");
    return {};
}

// No `lut-now`, which changes what old clients send, and no token that is the beginning of another
// one that clients look for: some compare the beginnings only.
Result<> info_features(ServerContext&, const InfoCommand&, Buffer& out) {
    out.append(
        "batch-any;batch-index;blob-bits;cdt-index;cdt-list;cdt-map;cluster-stable;float;geo;"
        "peers;pipelining;pquery;pscans;query-show;relaxed-sc;replicas;replicas-all;"
        "replicas-master;replicas-max;sindex-exists;truncate-namespace;udf");
    return {};
}

Result<> info_cluster_name(ServerContext& context, const InfoCommand&, Buffer& out) {
    const std::string& name = context.identity.cluster_name;
    out.append(name.empty() ? std::string_view("null") : std::string_view(name));
    return {};
}

}  // namespace winnow
