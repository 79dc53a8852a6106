#include "server/network_front.h"

#include <fmt/core.h>

#include "net/connection.h"
#include "net/frame_handler.h"
#include "net/socket_address.h"
#include "server/dispatch.h"

namespace winnow {
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

TcpServer::Options network_options(const ServerOptions& options) {
    TcpServer::Options network;
    network.address = options.bind;
    network.port = options.port;
    network.threads = options.threads;
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

class NetworkFront::Dispatcher : public FrameHandler {
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

NetworkFront::NetworkFront(const ServerOptions& options, ServerContext& context)
    : bind_(options.bind),
      context_(context),
      dispatcher_(new Dispatcher(context)),
      network_(network_options(options), *dispatcher_) {
    context.network_counters = [this] {
        TcpServer::Counters now = network_.counters();
        return NetworkCounters{now.open, now.accepted, now.closed, now.bytes_in, now.bytes_out};
    };
}

NetworkFront::~NetworkFront() {
    stop();
}

tl::expected<void, ListenError> NetworkFront::start() {
    if (auto listening = network_.listen(); !listening) return listening;
    // Clients ask for the address at once: it stands before the first is accepted.
    ServerIdentity& identity = context_.identity;
    identity.port = network_.port();
    identity.service_addresses = service_addresses(bind_, identity.port);
    return network_.start();
}

void NetworkFront::stop() {
    network_.stop();
}

uint16_t NetworkFront::port() const {
    return network_.port();
}

}  // namespace winnow
