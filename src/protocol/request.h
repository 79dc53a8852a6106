#pragma once
// A message from a client: 22 bytes of header, fields, operations. Decoded into views, without an
// allocation, in some tens of nanoseconds.
//
//   u8 header size | u8 info1 | u8 info2 | u8 info3 | u8 info4 | u8 result code
//   u32 generation | u32 record ttl | u32 transaction ttl | u16 fields | u16 operations
//
// The size byte and the result code are not looked at (golden errors-00012, errors-00017). What
// does not fit (too short, a size or count that runs over the end, bytes left over) is an error of
// the whole message, answered with parameter while the connection stays open; everything else is
// for the handler to decide, in its own order. Nothing here outlives the body. Any thread.

#include <cstdint>

#include "base/bytes.h"
#include "base/error.h"
#include "protocol/fields.h"
#include "protocol/message.h"
#include "protocol/operations.h"

namespace winnow {

struct Request {
    uint8_t info1 = 0;
    uint8_t info2 = 0;
    uint8_t info3 = 0;
    uint8_t info4 = 0;
    uint32_t generation = 0;
    uint32_t record_ttl = 0;  // writes: seconds or a special value; reads: touch percent
    uint32_t transaction_ttl_ms = 0;
    FieldTable fields;
    OperationRange ops;

    bool is_batch() const { return info1 & info1::batch; }
    bool may_compress_reply() const { return info1 & info1::compress_response; }
    // The two bits of info4 that ask for details in error replies.
    uint8_t error_verbosity() const { return (info4 & info4::error_verbosity) >> 5; }
};

// `body` is that of a message frame (inflated if it came compressed).
Result<Request> decode_request(Bytes body);

}  // namespace winnow
