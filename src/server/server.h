#pragma once
// The server: a database, a pool of threads for its long work, and a TCP server in front.
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
#include "server/context.h"
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

// The version of Winnow, and the build of Aerospike whose protocol it speaks.
extern const char* const winnow_version;
extern const char* const protocol_build;

}  // namespace winnow
