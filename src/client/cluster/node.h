#pragma once
// One node of the cluster: its name, where it is, and the channels to it that lie idle.
//
// Any thread. Nodes belong to their cluster and live as long as it, also when the node itself has
// left: a command that still holds one gets a connection error, never a dangling pointer.

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/spin_lock.h"
#include "client/cluster/info_reply.h"
#include "client/failure.h"
#include "client/transport/transport.h"

namespace winnow::client {

class Node;

// A channel taken from a node. keep() gives it back; without it the channel is closed, which is
// right whenever a conversation was left unfinished.
class ChannelLease {
public:
    ChannelLease() = default;
    ChannelLease(Node& node, std::unique_ptr<Channel> channel, bool fresh)
        : node_(&node), channel_(std::move(channel)), fresh_(fresh) {}

    Channel& operator*() const { return *channel_; }
    Channel* operator->() const { return channel_.get(); }
    explicit operator bool() const { return channel_ != nullptr; }
    // It was opened for this lease: if it fails, it was not because it had lain idle.
    bool fresh() const { return fresh_; }
    void keep();

private:
    Node* node_ = nullptr;
    std::unique_ptr<Channel> channel_;
    bool fresh_ = false;
};

// The next message frame of a channel, inflated into `inflated` if it came compressed. Any other
// kind of frame is an error (server_error).
Result<Bytes> receive_message(Channel& channel, Deadline deadline, Buffer& inflated);

class Node {
public:
    struct Options {
        uint32_t connect_timeout_ms = 1000;
        size_t idle_channels_max = 256;
    };

    Node(Transport& transport, std::string name, NodeAddress address, Options options)
        : transport_(transport),
          name_(std::move(name)),
          options_(options),
          address_(std::move(address)) {}
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;

    const std::string& name() const { return name_; }
    NodeAddress address() const;
    void move_to(NodeAddress address);

    // False: it has left, or does not answer.
    bool active() const { return active_.load(std::memory_order_relaxed); }
    void set_active(bool active) { active_.store(active, std::memory_order_relaxed); }

    // An idle channel, or a new one. With `fresh` a new one in any case.
    Result<ChannelLease> take(Deadline deadline, bool fresh = false);
    // Closes what lies idle.
    void close_idle();

    // Asks info lines, each without its LF.
    Outcome<InfoReply> info(std::span<const std::string_view> lines, uint32_t timeout_ms);

private:
    friend class ChannelLease;
    struct Idle {
        std::unique_ptr<Channel> channel;
        uint64_t since_ms = 0;
    };

    Idle pop_idle();
    void put_back(std::unique_ptr<Channel> channel);

    Transport& transport_;
    const std::string name_;
    const Options options_;
    std::atomic<bool> active_{true};

    mutable std::mutex address_mutex_;
    NodeAddress address_;

    SpinLock idle_lock_;
    std::vector<Idle> idle_;  // the one used last at the end
};

// Asks info lines over a channel.
Result<InfoReply> ask_info(Channel& channel, std::span<const std::string_view> lines,
                           Deadline deadline);

}  // namespace winnow::client
