#pragma once
// Decodes replies, the client's half: the messages of a frame body one after another, as views into
// it. A server is not trusted either: everything is checked against the end of the body, and what
// does not fit is an error (server_error) after which the connection is of no use.
// Any thread; one thread at a time for a reader.

#include <cstdint>

#include "base/bytes.h"
#include "base/error.h"
#include "protocol/fields.h"
#include "protocol/operations.h"

namespace winnow {

struct Response {
    ResultCode result = ResultCode::ok;  // may be outside the table
    uint8_t info3 = 0;
    uint32_t generation = 0;  // in a partition message the partition
    uint32_t void_time = 0;
    uint32_t transaction_ttl = 0;  // in a batch the row's index
    FieldTable fields;
    OperationRange ops;

    bool last() const { return info3 & info3::last; }
    bool partition_done() const { return info3 & info3::partition_done; }
    // Of a record of a secondary-index query (field 15): where to resume. 0 if absent.
    Result<int64_t> index_value() const;
};

class ResponseReader {
public:
    // `body` is that of a message frame; a compressed one goes through inflate_frame() first.
    explicit ResponseReader(Bytes body) : body_(body) {}

    // The next message, valid until the next call; null at the end of the body. After an error it
    // stays at the message that does not fit.
    Result<const Response*> next();

private:
    Bytes body_;
    size_t offset_ = 0;
    Response response_;
};

}  // namespace winnow
