#pragma once
// How requests reach a node: the seam between the client and whatever carries its bytes. A command
// is one request frame out and reply frames in; nobody above knows whether there is a socket.
//
//   Transport        any thread: opens channels
//   Channel          one conversation; one owner at a time
//
// Pooling, routing, retries and all meaning of the bytes lie above (cluster/, command/).

#include <cstdint>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/error.h"
#include "net/client_socket.h"
#include "protocol/frame.h"

namespace winnow::client {

struct NodeAddress {
    std::string host;
    uint16_t port = 0;

    std::string text() const;  // host:port, [host]:port if the host has colons
    bool operator==(const NodeAddress&) const = default;
};

struct Frame {
    FrameType type = FrameType::message;
    Bytes body;
};

class Channel {
public:
    virtual ~Channel() = default;

    // One whole request frame. Errors of both: timeout, or server_error if the conversation has
    // broken off or the peer does not keep to the protocol. The channel is then of no use.
    virtual Result<> send(Bytes frame, Deadline deadline) = 0;
    // The next reply frame; valid until the next call.
    virtual Result<Frame> receive(Deadline deadline) = 0;

    // Asked before a channel that has lain idle is used again: false if it has broken off, or if
    // something came in that nobody asked for.
    virtual bool reusable() = 0;
    // It is going to lie idle: gives back memory beyond the ordinary.
    virtual void rest() {}
};

class Transport {
public:
    virtual ~Transport() = default;
    virtual Result<std::unique_ptr<Channel>> open(const NodeAddress& address,
                                                  Deadline deadline) = 0;
    // What a child of fork() is told that uses its parent's client.
    virtual const char* text_after_fork() const {
        return "this client was connected by another process, before fork(): connect one in this "
               "process";
    }
};

}  // namespace winnow::client
