#pragma once
// What the network asks of the layer above it: how long a frame is, and what to answer to it.
// net cuts the byte stream into whole frames and knows nothing else about them.

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"

namespace winnow {

class Connection;

// One for a whole server. Called by all I/O threads at once, but for one connection always by the
// one thread that owns it, one frame at a time. Must not block.
class FrameHandler {
public:
    // So many bytes have always arrived before frame_size is asked; no frame is shorter.
    static constexpr size_t head_bytes = 8;

    enum class Outcome {
        replied,  // the reply (which may be empty) is in `out`
        pending,  // somebody holds connection.handle() and will answer with send() and finish();
                  // until then no further frame of this connection is handled
        close,    // send what is in `out`, then close the connection
    };

    virtual ~FrameHandler() = default;

    // The size in bytes, head included, of the frame that starts with `head` (at least head_bytes
    // of it, maybe more than the frame), or 0: not a frame, or longer than allowed; the connection
    // is closed once earlier replies are sent. Asked again while a long frame arrives; the answer
    // depends on nothing but the head.
    virtual uint64_t frame_size(Bytes head) = 0;

    // One whole frame. `frame` is valid during the call only. Replies are appended to `out`, which
    // already holds the replies to earlier frames: never touch those.
    virtual Outcome on_frame(Connection& connection, Bytes frame, Buffer& out) = 0;

    // How many connections may be open at this moment; `configured` is what the server was started
    // with. Asked whenever one more arrives.
    virtual size_t connections_max(size_t configured) const { return configured; }

    // The connection has ended, whoever ended it; called once, by the thread that owns it.
    virtual void on_close(Connection& connection) = 0;
};

}  // namespace winnow
