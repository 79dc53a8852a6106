#include "server/core.h"

#include <fmt/core.h>

#include "base/random.h"

namespace winnow {

const char* const winnow_version = WINNOW_VERSION;
// 8.0: with 8.1 clients send expression indexes, with 8.1.2 projections, with 8.2 text expressions.
const char* const protocol_build = "8.0.0.15";

ServerCore::ServerCore(const ServerOptions& options, Clock& clock, const Executors& executors)
    : database_({options.namespaces}, clock, executors.background),
      context_{database_, executors.requests, {}, {}, {}, {}} {
    ServerIdentity& identity = context_.identity;
    identity.node_id = fmt::format("BB9{:012X}", system_random() & 0xffff'ffff'ffff);
    identity.cluster_name = options.cluster_name;
    identity.build = protocol_build;
    identity.version = winnow_version;
    identity.started_ns = clock.monotonic_ns();
    context_.settings.batch_max_requests = options.batch_max_requests;
    context_.settings.query_max = options.query_max;
    context_.settings.proto_fd_max = static_cast<uint32_t>(options.connections_max);
    if (options.buffered_bytes_max != 0) context_.held.set_limit(options.buffered_bytes_max);
}

}  // namespace winnow
