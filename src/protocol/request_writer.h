#pragma once
// Builds request frames into a buffer: the client's half, the mirror image of request.h and
// batch.h.
//
//   RequestWriter writer(buffer);
//   writer.begin({.info1 = info1::read | info1::get_all, .transaction_ttl_ms = 1000});
//   writer.add_field(FieldId::namespace_name, "test");
//   writer.add_digest(digest);
//   writer.end();
//
// A batch: begin(), filters, begin_batch(flags), then for each row begin_row() with its fields and
// operations, or repeat_row(); end() closes all. Not thread-safe; the buffer belongs to the caller.

#include <cstdint>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "protocol/constants.h"
#include "protocol/frame.h"
#include "protocol/query_fields.h"
#include "record/key/digest.h"
#include "record/operation.h"

namespace winnow {

struct RequestHeader {
    uint8_t info1 = 0;
    uint8_t info2 = 0;
    uint8_t info3 = 0;
    uint8_t info4 = 0;
    uint32_t generation = 0;
    uint32_t record_ttl = 0;
    uint32_t transaction_ttl_ms = 0;
};

struct BatchRowHeader {
    uint32_t index = 0;
    Digest digest{};
    // The type byte. info alone, or any of its bits; 0 writes the old form (info1 only).
    uint8_t type = batch_row::info | batch_row::ttl;
    uint8_t info1 = 0;
    uint8_t info2 = 0;
    uint8_t info3 = 0;
    uint8_t info4 = 0;
    uint16_t generation = 0;
    uint32_t record_ttl = 0;
};

class RequestWriter {
public:
    explicit RequestWriter(Buffer& out) : out_(out) {}
    RequestWriter(const RequestWriter&) = delete;
    RequestWriter& operator=(const RequestWriter&) = delete;

    void begin(const RequestHeader& header);
    // Completes the frame; with `compress` it goes out compressed if that pays.
    void end(bool compress = false);

    // Fields come before operations, in a row too.
    void add_field(FieldId id, Bytes data);
    void add_field(FieldId id, std::string_view data) { add_field(id, bytes_of(data)); }
    void add_number(FieldId id, uint64_t value);  // 8 bytes: task id, max records
    void add_number(FieldId id, uint32_t value);  // 4 bytes: timeouts, rates
    void add_byte(FieldId id, uint8_t value);
    void add_digest(const Digest& digest) {
        add_field(FieldId::digest, Bytes(digest.bytes.data(), digest.bytes.size()));
    }
    void add_key(uint8_t particle, Bytes value);
    void add_partitions(std::span<const uint16_t> partitions);
    void add_resume_digests(std::span<const Digest> digests);
    void add_resume_values(std::span<const int64_t> values);
    void add_index_range(const IndexRange& range);

    void add_operation(OperationCode code, uint8_t particle, std::string_view name, Bytes value);
    void add_read(std::string_view name) { add_operation(OperationCode::read, 0, name, {}); }

    void begin_batch(uint8_t flags, FieldId field = FieldId::batch);
    void begin_row(const BatchRowHeader& row);
    void repeat_row(uint32_t index, const Digest& digest);

private:
    uint8_t* begin_field(FieldId id, size_t size);
    void start_row(uint32_t index, const Digest& digest, uint8_t type);
    void store_counts();
    void end_batch();

    Buffer& out_;
    size_t frame_start_ = 0;
    size_t counts_at_ = 0;  // of the message or of the open row; 0: a repeated row, which has none
    uint16_t fields_ = 0;
    uint16_t ops_ = 0;
    size_t batch_start_ = 0;  // 0: no batch
    uint32_t rows_ = 0;
};

}  // namespace winnow
