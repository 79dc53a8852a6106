#pragma once
// The transport over TCP sockets.

#include <memory>

#include "client/transport/transport.h"

namespace winnow::client {

class TcpTransport : public Transport {
public:
    Result<std::unique_ptr<Channel>> open(const NodeAddress& address, Deadline deadline) override;
};

}  // namespace winnow::client
