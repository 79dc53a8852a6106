#pragma once
// The answer to `peers-clear-std`: which other nodes there are.
//
//   generation,default port,[[name,tls name,[host[:port],...]],...]

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "client/transport/transport.h"

namespace winnow::client {

struct Peer {
    std::string name;
    std::vector<NodeAddress> addresses;
};

struct PeerList {
    uint64_t generation = 0;
    std::vector<Peer> peers;
};

// server_error: it is no such list.
Result<PeerList> parse_peers(std::string_view value);

}  // namespace winnow::client
