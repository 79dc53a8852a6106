#pragma once
// How a server is set up: defaults, then the configuration file, then the command line.

#include <tl/expected.hpp>

#include <cstdint>
#include <string>
#include <vector>

#include "engine/options.h"

namespace winnow {

struct ServerOptions {
    std::string bind = "127.0.0.1";
    uint16_t port = 3000;
    size_t threads = 0;  // for I/O, and as many for queries; 0: one per core
    size_t connections_max = 15'000;
    uint64_t buffered_bytes_max = 0;  // over all connections; 0: 1 GiB, at most a quarter of memory
    uint32_t batch_max_requests = 0;  // rows of a batch; 0: no limit
    uint32_t query_max = 1000;        // queries at work at the same time
    std::string cluster_name;
    std::vector<NamespaceOptions> namespaces;  // empty: test and bar
};

// Fills in what was left open and checks the whole: names, limits, numbers.
tl::expected<void, std::string> complete(ServerOptions& options);

// What `threads` stands for.
size_t thread_count(const ServerOptions& options);

}  // namespace winnow
