#pragma once
// The port of a server: connections whose frames are answered in a core's context.
//
// start() and stop() belong to one thread.

#include <tl/expected.hpp>

#include <cstdint>
#include <memory>

#include "net/tcp_server.h"
#include "server/context.h"
#include "server/options.h"

namespace winnow {

class NetworkFront {
public:
    // The context outlives the front and gets what only the front knows: its counters, and with
    // start() its addresses.
    NetworkFront(const ServerOptions& options, ServerContext& context);
    ~NetworkFront();  // stops

    tl::expected<void, ListenError> start();
    // Ends all connections. May be called more than once.
    void stop();

    uint16_t port() const;

private:
    class Dispatcher;

    const std::string bind_;
    ServerContext& context_;
    std::unique_ptr<Dispatcher> dispatcher_;
    TcpServer network_;
};

}  // namespace winnow
