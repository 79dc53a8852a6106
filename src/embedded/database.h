#pragma once
// A database inside the process: opened in milliseconds, spoken to by the same client as a server,
// over calls instead of a socket.
//
//   auto database = embedded::Database::open();
//   if (!database) ...database.error().message()...
//   auto client = (*database)->connect();
//   (*client)->put(Key::of("test", "demo", 1), std::array{Bin{"a", 1}});
//
// A command runs in the thread that calls it; so does a query, a step at a time, as its caller
// reads on. One thread of the database's own starts when something is to be done behind the
// callers' backs: a large index to build, expired or truncated records to free; served on a port,
// also the threads of its network.
//
// fork(): a child cannot use a database of its parent and is told so; it can open one of its own.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "client/client.h"
#include "engine/options.h"

namespace winnow::embedded {

// A port that others reach the database by, as they would reach a server.
struct ServeOptions {
    std::string bind = "127.0.0.1";  // address or name; empty: all of this machine's
    uint16_t port = 0;               // 0: any free one, see Database::port()
    size_t threads = 0;              // for connections, and as many for queries; 0: one per core
};

struct Options {
    using Serve = ServeOptions;

    std::string path = {};                          // empty: in memory; a path is refused as yet
    std::vector<NamespaceOptions> namespaces = {};  // empty: test and bar
    std::string cluster_name = {};                  // that clients must ask for, if they ask
    std::optional<Serve> serve = {};                // none: reached from this process alone
    Clock* clock = nullptr;                         // null: the machine's; outlives the database
};

class Core;

// Any thread.
class Database {
public:
    // Errors: parameter (an option, which the text names), unsupported (a path), server_error (the
    // port cannot be listened on).
    static client::Outcome<std::unique_ptr<Database>> open(Options options = {});
    // Ends serving. Clients of connect() keep the data alive and go on working.
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    // A client for any number of threads. It keeps what it needs of the database alive.
    client::Outcome<std::unique_ptr<client::Client>> connect() const;
    // 0: not served.
    uint16_t port() const;

private:
    explicit Database(std::shared_ptr<Core> core);
    std::shared_ptr<Core> core_;
};

}  // namespace winnow::embedded
