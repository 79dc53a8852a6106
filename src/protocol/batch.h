#pragma once
// The rows of a batch (field 41 or 42): many single-record commands in one message.
//
//   u32 rows | u8 flags | rows:
//   u32 index | 20 bytes digest | u8 type, then
//     01              nothing more: as the row before
//     00              u8 info1                               | u16 fields | u16 operations | ...
//     02 + bits       u8 info1, info2, info3 [u8 info4] [u16 generation] [u32 ttl] | counts | ...
//
// Type bits 10, 04, 08 say which of the three in brackets are there, in this order. Any other type,
// a repeat as first row, a row that is cut, no rows at all: the whole batch is refused (parameter,
// in a message with LAST) before any row runs. Bytes behind the rows are ignored (golden
// batch-00059). So a handler goes over the rows twice: once to check (next() may fail, and unknown
// namespaces refuse the batch), then, after rewind(), to run them.
//
// A reader is a small value that keeps its place: it can be parked between steps as long as the
// body lives. No allocation. One thread at a time.

#include <cstdint>

#include "base/bytes.h"
#include "base/error.h"
#include "protocol/fields.h"
#include "protocol/operations.h"

namespace winnow {

struct BatchRow {
    uint32_t index = 0;  // the client's, echoed in the reply; any number
    Digest digest;
    bool repeat = false;    // info, fields and ops are those of the row before
    bool old_form = false;  // type 00: a read, with info1 alone
    uint8_t info1 = 0;
    uint8_t info2 = 0;
    uint8_t info3 = 0;
    uint8_t info4 = 0;
    uint32_t generation = 0;
    uint32_t record_ttl = 0;
    FieldTable fields;
    OperationRange ops;
};

class BatchReader {
public:
    // From a message that has the batch bit. No field 41 or 42, no rows, or more rows than the
    // bytes can hold: parameter. If both fields are there, 42 counts (golden batch-00102).
    static Result<BatchReader> open(const FieldTable& fields);

    uint32_t row_count() const { return row_count_; }
    uint8_t flags() const { return flags_; }
    bool responds_all() const { return flags_ & batch_flag::respond_all_keys; }

    // The next row, valid until the next call; null behind the last one. After an error it stays at
    // the row that does not fit.
    Result<const BatchRow*> next();
    // To the first row again.
    void rewind();

private:
    Result<> read_row();
    Result<> read_new_row(uint8_t type);

    Bytes rows_;  // the field, from the count on
    uint32_t row_count_ = 0;
    uint32_t rows_read_ = 0;
    size_t offset_ = 0;
    uint8_t flags_ = 0;
    BatchRow row_;
};

}  // namespace winnow
