#include "embedded/database.h"

#include <fmt/core.h>

#include <cerrno>
#include <utility>

#include "embedded/core.h"
#include "embedded/in_process_transport.h"

namespace winnow::embedded {

using client::FailureSource;
using client::Outcome;
using client::request_failure;

namespace {

ServerOptions server_options(Options&& options) {
    ServerOptions server;
    server.namespaces = std::move(options.namespaces);
    server.cluster_name = std::move(options.cluster_name);
    if (options.serve) {
        server.bind = std::move(options.serve->bind);
        server.port = options.serve->port;
        server.threads = options.serve->threads;
    }
    return server;
}

client::Failure listen_failure(const ListenError& error) {
    std::string text = error.text;
    if (error.error_number == EADDRINUSE)
        text += "; stop what listens there, or choose another port (0: any free one)";
    return request_failure(ResultCode::server_error, text);
}

}  // namespace

Outcome<std::unique_ptr<Database>> Database::open(Options options) {
    if (!options.path.empty())
        return fail(request_failure(
            ResultCode::unsupported,
            fmt::format("path '{}': this version keeps data in memory only; leave the path empty",
                        options.path)));
    Clock& clock = options.clock != nullptr ? *options.clock : system_clock();
    const bool served = options.serve.has_value();
    ServerOptions server = server_options(std::move(options));
    if (auto checked = complete(server); !checked)
        return fail(request_failure(ResultCode::parameter, checked.error()));
    std::shared_ptr<Core> core = Core::make(server, clock, served);
    if (served) {
        if (auto started = core->serve(); !started) return fail(listen_failure(started.error()));
    }
    return std::unique_ptr<Database>(new Database(std::move(core)));
}

Database::Database(std::shared_ptr<Core> core) : core_(std::move(core)) {}

Database::~Database() {
    if (!core_->foreign()) core_->end_serving();
}

Outcome<std::unique_ptr<client::Client>> Database::connect() const {
    if (core_->foreign())
        return fail(request_failure(ResultCode::server_error, Core::foreign_text()));
    client::ClusterOptions options;
    options.seeds = {{"embedded", 0}};
    options.tend_interval_ms = 0;  // nothing of it ever changes
    return client::Client::connect(std::move(options), std::make_unique<InProcessTransport>(core_));
}

uint16_t Database::port() const {
    return core_->port();
}

}  // namespace winnow::embedded
