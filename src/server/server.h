#pragma once
// The server: a core, a pool of threads for its long work, and a port in front.
//
//   Server server(options);
//   if (auto started = server.start(); !started) ...started.error() is one line to show...
//   server.stop();
//
// start() and stop() belong to one thread.

#include <tl/expected.hpp>

#include <memory>
#include <string>

#include "base/clock.h"
#include "server/core.h"
#include "server/options.h"

namespace winnow {

class Server {
public:
    // REQUIRES: options that complete() has passed.
    explicit Server(ServerOptions options, Clock& clock = system_clock());
    ~Server();  // stops

    tl::expected<void, std::string> start();
    // Ends connections, then queries and background work. May be called more than once.
    void stop();

    uint16_t port() const;
    ServerContext& context();

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace winnow
