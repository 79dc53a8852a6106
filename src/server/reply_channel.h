#pragma once
// Where a request that is answered later sends its answer: a socket's connection, or a caller in
// the same process. Part of the dispatcher's contract with whoever feeds it.

#include <cstddef>
#include <functional>
#include <memory>

#include "base/bytes.h"

namespace winnow {

// Any thread, while the request is pending.
class ReplyChannel {
public:
    virtual ~ReplyChannel() = default;
    // Sends behind all that was sent before.
    virtual void send(Buffer&& bytes) = 0;
    // Sends the last part; exactly once. Nothing may be sent after it.
    virtual void finish(Buffer&& last) = 0;
    // Nobody waits for the answer any more.
    virtual bool closed() const = 0;
    // Bytes that were sent and not taken yet: whoever streams waits when they grow.
    virtual size_t unsent_bytes() const = 0;
    // Calls back once, when little is unsent or nobody waits any more; must not block.
    virtual void when_drained(std::function<void()> call) = 0;
};

// Makes the channel of the request at hand, if it turns out to need one.
class ChannelSource {
public:
    virtual ~ChannelSource() = default;
    virtual std::shared_ptr<ReplyChannel> channel() = 0;
};

}  // namespace winnow
