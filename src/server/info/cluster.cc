#include "server/info/cluster.h"

#include <fmt/core.h>

#include "base/random.h"
#include "server/info/answer.h"
#include "server/info/commands.h"

namespace winnow {
namespace {

// Of partitions, peers and racks alike: nothing of them ever changes. Zero would do for all but the
// peers, where a client that has seen none yet assumes it.
constexpr std::string_view generation = "1";

// 512 bytes FF in base64: all partitions.
const std::string& all_partitions() {
    static const std::string bitmap = std::string(682, '/') + "8=";
    return bitmap;
}

void append_joined(Buffer& out, const std::vector<std::string>& items, char separator) {
    for (size_t i = 0; i < items.size(); i++) {
        if (i > 0) out.append_byte(static_cast<uint8_t>(separator));
        out.append(items[i]);
    }
}

// `<ns><middle><bitmap>` for each namespace, no `;` at the end: some clients read an empty entry.
void append_replicas(const ServerContext& context, std::string_view middle, Buffer& out) {
    bool first = true;
    for (const auto& ns : context.database.namespaces()) {
        if (!first) out.append_byte(';');
        first = false;
        out.append(ns->name());
        out.append(middle);
        out.append(all_partitions());
    }
}

}  // namespace

std::string cluster_key(const ServerIdentity& identity) {
    uint64_t seed = identity.started_ns;
    for (char each : identity.node_id) seed = seed * 31 + static_cast<unsigned char>(each);
    uint64_t key = Random(seed).next() & 0xffff'ffff'ffff;  // twelve digits or fewer
    return fmt::format("{:X}", key | 1);                    // never 0, which means no cluster
}

Result<> info_partitions(ServerContext&, const InfoCommand&, Buffer& out) {
    append_number(out, uint64_t{partition_count});
    return {};
}

Result<> info_generation(ServerContext&, const InfoCommand&, Buffer& out) {
    out.append(generation);
    return {};
}

// `<generation>,<default port>,[<peers>]`
Result<> info_peers(ServerContext& context, const InfoCommand&, Buffer& out) {
    out.append(generation);
    out.append_byte(',');
    append_number(out, uint64_t{context.identity.port});
    out.append(",[]");
    return {};
}

Result<> info_service(ServerContext& context, const InfoCommand&, Buffer& out) {
    append_joined(out, context.identity.service_addresses, ',');
    return {};
}

Result<> info_service_old(ServerContext& context, const InfoCommand&, Buffer& out) {
    append_joined(out, context.identity.service_addresses, ';');
    return {};
}

// `<ns>:<regime>,<replication factor>,<bitmap>`; regime 0: not strongly consistent.
Result<> info_replicas(ServerContext& context, const InfoCommand&, Buffer& out) {
    append_replicas(context, ":0,1,", out);
    return {};
}

Result<> info_replicas_all(ServerContext& context, const InfoCommand&, Buffer& out) {
    append_replicas(context, ":1,", out);
    return {};
}

Result<> info_replicas_master(ServerContext& context, const InfoCommand&, Buffer& out) {
    append_replicas(context, ":", out);
    return {};
}

// `cluster-stable:[size=n;][namespace=N;][ignore-migrations=true|false]`
Result<> info_cluster_stable(ServerContext& context, const InfoCommand& command, Buffer& out) {
    if (auto text = command.parameter("ignore-migrations"); text)
        if (*text != "true" && *text != "false")
            return fail(ResultCode::parameter, "bad ignore migrations");
    if (auto text = command.parameter("size"); text) {
        auto size = parse_number(*text);
        if (!size) return fail(ResultCode::parameter, "bad size");
        if (*size != 1) return fail(ResultCode::cluster_changed, "cluster not specified size");
    }
    if (command.parameter("namespace")) {
        auto ns = take_namespace(context, command, "namespace");
        if (!ns) return fail(ns.error());
    }
    out.append(cluster_key(context.identity));
    return {};
}

Result<> info_enterprise_only(ServerContext&, const InfoCommand&, Buffer&) {
    return fail(ResultCode::enterprise_only, "enterprise only");
}

}  // namespace winnow
