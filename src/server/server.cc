#include "server/server.h"

#include <fmt/core.h>

#include <cerrno>

#include "net/thread_pool.h"
#include "server/network_front.h"

namespace winnow {
// In the order in which they depend on each other.
struct Server::Parts {
    ServerOptions options;
    ThreadPool pool;
    ServerCore core;
    NetworkFront front;

    Parts(ServerOptions given, Clock& clock)
        : options(std::move(given)),
          pool(thread_count(options)),
          core(options, clock, {pool, pool}),
          front(options, core.context()) {}
};

Server::Server(ServerOptions options, Clock& clock)
    : parts_(new Parts(std::move(options), clock)) {}

Server::~Server() {
    stop();
}

tl::expected<void, std::string> Server::start() {
    auto started = parts_->front.start();
    if (started) return {};
    std::string text = started.error().text;
    if (started.error().error_number == EADDRINUSE)
        text += fmt::format("; stop what listens there, or choose another port: --port {}",
                            parts_->options.port + 100);
    return tl::unexpected<std::string>(text);
}

void Server::stop() {
    parts_->front.stop();
    parts_->pool.stop();
}

uint16_t Server::port() const {
    return parts_->front.port();
}
ServerContext& Server::context() {
    return parts_->core.context();
}

}  // namespace winnow
