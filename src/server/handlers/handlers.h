#pragma once
// One function for each kind of message, each in a file of its own: it decodes what is left to
// decode, makes one call to the engine and encodes the answer.

#include "protocol/request.h"
#include "server/dispatch.h"

namespace winnow {

// A record: get, put, operate, delete, touch, exists.
void handle_record(ServerContext& context, const Request& request, Buffer& out);

// Many records by digest. Small batches are answered at once, large ones in steps.
Handled handle_batch(ServerContext& context, const Request& request, Bytes body,
                     ChannelSource& channels, Buffer& out);

// Many records by partition or index. Short ones are answered at once, others in steps.
Handled handle_query(ServerContext& context, const Request& request, ChannelSource& channels,
                     Buffer& out);

// Users and roles: not enabled.
void handle_admin(Bytes body, Buffer& out);

// Whether a message without a digest is a query over many records.
bool is_query(const Request& request);

// Answers with a code alone.
void reply_error(Buffer& out, ResultCode code);

}  // namespace winnow
