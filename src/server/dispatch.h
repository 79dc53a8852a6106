#pragma once
// From a frame to its reply: decodes, finds the handler, and lets it answer. The same for a socket
// and for a caller in the process. Must not block; any thread, one frame of a connection at a time.

#include "protocol/frame.h"
#include "server/context.h"
#include "server/reply_channel.h"

namespace winnow {

enum class Handled {
    replied,  // the reply is in `out`
    pending,  // what is in `out` goes first, the channel of the request is sent the rest
    close,    // nothing sensible can be answered: end the connection
};

// The size of the frame that begins with `head` (at least 8 bytes), header included; 0: not a
// frame that is accepted here.
uint64_t dispatch_frame_size(Bytes head);

// Answers one whole frame. Appends to `out`.
Handled dispatch(ServerContext& context, Bytes frame, ChannelSource& channels, Buffer& out);

}  // namespace winnow
