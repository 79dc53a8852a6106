#pragma once
// What requests, replies and the rows of a batch have in common: a count of fields and a count of
// operations, then the fields, then the operations.

#include <cstddef>

#include "base/bytes.h"
#include "base/error.h"
#include "protocol/fields.h"
#include "protocol/operations.h"

namespace winnow {

inline constexpr size_t message_header_size = 22;

struct ContentCounts {
    uint16_t fields = 0;
    uint16_t ops = 0;

    static ContentCounts load(const uint8_t* at) {
        return {load_be<uint16_t>(at), load_be<uint16_t>(at + 2)};
    }
};

// Decodes fields and operations from `offset` of `bytes` on and moves `offset` behind them. False
// if something runs over the end; `offset`, `fields` and `ops` are then of no use. `bytes` has less
// than 4 GiB.
bool decode_contents(Bytes bytes, ContentCounts counts, size_t& offset, FieldTable& fields,
                     OperationRange& ops);

}  // namespace winnow
