#include "client/cluster/node.h"

#include <fmt/core.h>

#include "base/clock.h"

namespace winnow::client {
namespace {

// A channel used so recently is taken without asking the kernel about it: the question would cost
// every command of a busy client a system call.
constexpr uint64_t unquestioned_ms = 16;

}  // namespace

std::string NodeAddress::text() const {
    bool bare_v6 = host.find(':') != std::string::npos;
    return bare_v6 ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

void ChannelLease::keep() {
    if (channel_ != nullptr) node_->put_back(std::move(channel_));
}

NodeAddress Node::address() const {
    std::lock_guard lock(address_mutex_);
    return address_;
}

void Node::move_to(NodeAddress address) {
    {
        std::lock_guard lock(address_mutex_);
        if (address_ == address) return;
        address_ = std::move(address);
    }
    close_idle();
}

Node::Idle Node::pop_idle() {
    std::lock_guard lock(idle_lock_);
    if (idle_.empty()) return {};
    Idle last = std::move(idle_.back());
    idle_.pop_back();
    return last;
}

Result<ChannelLease> Node::take(Deadline deadline, bool fresh) {
    while (!fresh) {
        Idle idle = pop_idle();
        if (idle.channel == nullptr) break;
        // Unsigned, so that a clock that was set back leads to the question too.
        bool recent = system_clock().now_ms() - idle.since_ms <= unquestioned_ms;
        if (recent || idle.channel->reusable())
            return ChannelLease(*this, std::move(idle.channel), false);
    }
    Result<std::unique_ptr<Channel>> channel =
        transport_.open(address(), deadline.within(options_.connect_timeout_ms));
    if (!channel) return fail(channel.error());
    return ChannelLease(*this, std::move(*channel), true);
}

void Node::put_back(std::unique_ptr<Channel> channel) {
    channel->rest();
    Idle idle{std::move(channel), system_clock().now_ms()};
    std::lock_guard lock(idle_lock_);
    // One too many closes after the lock is gone: `idle` was declared before it.
    if (active() && idle_.size() < options_.idle_channels_max) idle_.push_back(std::move(idle));
}

void Node::close_idle() {
    std::vector<Idle> closing;
    std::lock_guard lock(idle_lock_);
    closing.swap(idle_);
}

Outcome<InfoReply> Node::info(std::span<const std::string_view> lines, uint32_t timeout_ms) {
    Deadline deadline = Deadline::in(timeout_ms);
    Result<ChannelLease> channel = take(deadline);
    if (!channel) return fail(failure_of(channel.error(), FailureSource::connection, name_));
    Result<InfoReply> reply = ask_info(**channel, lines, deadline);
    if (!reply && !channel->fresh() && reply.error().code != ResultCode::timeout) {
        channel = take(deadline, true);
        if (!channel) return fail(failure_of(channel.error(), FailureSource::connection, name_));
        reply = ask_info(**channel, lines, deadline);
    }
    if (!reply) return fail(failure_of(reply.error(), FailureSource::connection, name_));
    channel->keep();
    return *std::move(reply);
}

Result<Bytes> receive_message(Channel& channel, Deadline deadline, Buffer& inflated) {
    Result<Frame> frame = channel.receive(deadline);
    if (!frame) return fail(frame.error());
    if (frame->type == FrameType::message) return frame->body;
    if (frame->type != FrameType::compressed)
        return fail(ResultCode::server_error, "the reply is of another kind than the request");
    inflated.clear();
    Result<Bytes> body = inflate_frame(frame->body, inflated);
    if (!body) return fail(ResultCode::server_error, body.error().text);
    return *body;
}

Result<InfoReply> ask_info(Channel& channel, std::span<const std::string_view> lines,
                           Deadline deadline) {
    Buffer request;
    size_t start = begin_frame(request);
    for (std::string_view line : lines) {
        request.append(line);
        request.append_byte('\n');
    }
    end_frame(request, start, FrameType::info);
    WINNOW_TRY(channel.send(request.bytes(), deadline));
    Result<Frame> frame = channel.receive(deadline);
    if (!frame) return fail(frame.error());
    if (frame->type != FrameType::info)
        return fail(ResultCode::server_error, "the reply is of another kind than the request");
    return InfoReply(std::string(text_of(frame->body)));
}

}  // namespace winnow::client
