#include "server/server.h"

#include <fmt/core.h>

#include <cerrno>

#include "base/cores.h"
#include "base/random.h"
#include "net/connection.h"
#include "net/frame_handler.h"
#include "net/socket_address.h"
#include "net/tcp_server.h"
#include "net/thread_pool.h"
#include "server/dispatch.h"

namespace winnow {

const char* const winnow_version = WINNOW_VERSION;
// 8.0: with 8.1 clients send expression indexes, with 8.1.2 projections, with 8.2 text expressions.
const char* const protocol_build = "8.0.0.15";

namespace {

class SocketChannel : public ReplyChannel {
public:
    explicit SocketChannel(std::shared_ptr<Connection> connection)
        : connection_(std::move(connection)) {}
    void send(Buffer&& bytes) override { connection_->send(std::move(bytes)); }
    void finish(Buffer&& last) override { connection_->finish(std::move(last)); }
    bool closed() const override { return connection_->closed(); }
    size_t unsent_bytes() const override { return connection_->unsent_bytes(); }
    void when_drained(std::function<void()> call) override {
        connection_->when_drained(std::move(call));
    }

private:
    std::shared_ptr<Connection> connection_;
};

class SocketChannelSource : public ChannelSource {
public:
    explicit SocketChannelSource(Connection& connection) : connection_(connection) {}
    std::shared_ptr<ReplyChannel> channel() override {
        return std::make_shared<SocketChannel>(connection_.handle());
    }

private:
    Connection& connection_;
};

class Dispatcher : public FrameHandler {
public:
    explicit Dispatcher(ServerContext& context) : context_(context) {}

    uint64_t frame_size(Bytes head) override { return dispatch_frame_size(head); }

    Outcome on_frame(Connection& connection, Bytes frame, Buffer& out) override {
        SocketChannelSource channels(connection);
        switch (dispatch(context_, frame, channels, out)) {
            case Handled::replied: return Outcome::replied;
            case Handled::pending: return Outcome::pending;
            case Handled::close: return Outcome::close;
        }
        return Outcome::close;
    }

    size_t connections_max(size_t) const override {
        return context_.settings.proto_fd_max.load(std::memory_order_relaxed);
    }

    void on_close(Connection&) override {}

private:
    ServerContext& context_;
};

size_t thread_count(const ServerOptions& options) {
    if (options.threads != 0) return options.threads;
    return usable_cores();
}

TcpServer::Options network_options(const ServerOptions& options) {
    TcpServer::Options network;
    network.address = options.bind;
    network.port = options.port;
    network.threads = thread_count(options);
    network.connections_max = options.connections_max;
    network.buffered_bytes_max = options.buffered_bytes_max;
    return network;
}

// What clients are told to connect to: the address that was bound, or, if that is every address,
// those of this machine's interfaces.
std::vector<std::string> service_addresses(const std::string& bind, uint16_t port) {
    bool all = bind.empty() || bind == "0.0.0.0" || bind == "::";
    std::vector<std::string> addresses;
    for (const std::string& each : all ? interface_addresses() : std::vector{bind})
        addresses.push_back(each.find(':') != std::string::npos ? fmt::format("[{}]:{}", each, port)
                                                                : fmt::format("{}:{}", each, port));
    return addresses;
}

}  // namespace

// In the order in which they depend on each other.
struct Server::Parts {
    ServerOptions options;
    ThreadPool pool;
    Database database;
    ServerContext context;
    Dispatcher dispatcher;
    TcpServer network;

    Parts(ServerOptions given, Clock& clock)
        : options(std::move(given)),
          pool(thread_count(options)),
          database({options.namespaces}, clock, pool),
          context{database, pool, {}, {}, {}, {}},
          dispatcher(context),
          network(network_options(options), dispatcher) {}
};

Server::Server(ServerOptions options, Clock& clock) : parts_(new Parts(std::move(options), clock)) {
    ServerContext& context = parts_->context;
    ServerIdentity& identity = context.identity;
    identity.node_id = fmt::format("BB9{:012X}", system_random() & 0xffff'ffff'ffff);
    identity.cluster_name = parts_->options.cluster_name;
    identity.build = protocol_build;
    identity.version = winnow_version;
    identity.started_ns = clock.monotonic_ns();
    context.settings.batch_max_requests = parts_->options.batch_max_requests;
    if (parts_->options.buffered_bytes_max != 0)
        context.held.set_limit(parts_->options.buffered_bytes_max);
    context.settings.query_max = parts_->options.query_max;
    context.settings.proto_fd_max = static_cast<uint32_t>(parts_->options.connections_max);
    context.network_counters = [network = &parts_->network] {
        TcpServer::Counters now = network->counters();
        return NetworkCounters{now.open, now.accepted, now.closed, now.bytes_in, now.bytes_out};
    };
}

Server::~Server() {
    stop();
}

tl::expected<void, std::string> Server::start() {
    const ServerOptions& options = parts_->options;
    if (auto listening = parts_->network.listen(); !listening) {
        const ListenError& error = listening.error();
        std::string text = error.text;
        if (error.error_number == EADDRINUSE)
            text += fmt::format("; stop what listens there, or choose another port: --port {}",
                                options.port + 100);
        return tl::unexpected<std::string>(text);
    }
    // Clients ask for the address at once: it stands before the first is accepted.
    ServerIdentity& identity = parts_->context.identity;
    identity.port = parts_->network.port();
    identity.service_addresses = service_addresses(options.bind, identity.port);
    CHECK(parts_->network.start().has_value());
    return {};
}

void Server::stop() {
    parts_->network.stop();
    parts_->pool.stop();
}

uint16_t Server::port() const {
    return parts_->network.port();
}
ServerContext& Server::context() {
    return parts_->context;
}

}  // namespace winnow
