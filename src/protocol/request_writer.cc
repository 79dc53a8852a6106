#include "protocol/request_writer.h"

#include <cstring>

#include "protocol/message.h"

namespace winnow {

namespace {

constexpr size_t compress_frame_size_min = 128;
constexpr size_t field_header_size = 5;

}  // namespace

void RequestWriter::begin(const RequestHeader& header) {
    frame_start_ = begin_frame(out_);
    uint8_t* at = out_.extend(message_header_size);
    at[0] = message_header_size;
    at[1] = header.info1;
    at[2] = header.info2;
    at[3] = header.info3;
    at[4] = header.info4;
    at[5] = 0;
    store_be(at + 6, header.generation);
    store_be(at + 10, header.record_ttl);
    store_be(at + 14, header.transaction_ttl_ms);
    counts_at_ = frame_start_ + frame_header_size + 18;
    fields_ = ops_ = 0;
    batch_start_ = 0;
}

void RequestWriter::end(bool compress) {
    if (batch_start_ != 0) end_batch();
    store_counts();
    end_frame(out_, frame_start_, FrameType::message);
    if (compress && out_.size() - frame_start_ > compress_frame_size_min)
        deflate_frame(out_, frame_start_);
}

void RequestWriter::store_counts() {
    if (counts_at_ == 0) return;
    store_be(out_.data() + counts_at_, fields_);
    store_be(out_.data() + counts_at_ + 2, ops_);
}

uint8_t* RequestWriter::begin_field(FieldId id, size_t size) {
    CHECK(counts_at_ != 0 && ops_ == 0 && fields_ < UINT16_MAX);
    fields_++;
    uint8_t* at = out_.extend(field_header_size + size);
    store_be(at, static_cast<uint32_t>(1 + size));
    at[4] = static_cast<uint8_t>(id);
    return at + field_header_size;
}

void RequestWriter::add_field(FieldId id, Bytes data) {
    uint8_t* at = begin_field(id, data.size());
    if (!data.empty()) std::memcpy(at, data.data(), data.size());
}

void RequestWriter::add_number(FieldId id, uint64_t value) {
    store_be(begin_field(id, sizeof value), value);
}

void RequestWriter::add_number(FieldId id, uint32_t value) {
    store_be(begin_field(id, sizeof value), value);
}

void RequestWriter::add_byte(FieldId id, uint8_t value) {
    *begin_field(id, 1) = value;
}

void RequestWriter::add_key(uint8_t particle, Bytes value) {
    uint8_t* at = begin_field(FieldId::key, 1 + value.size());
    *at++ = particle;
    if (!value.empty()) std::memcpy(at, value.data(), value.size());
}

void RequestWriter::add_partitions(std::span<const uint16_t> partitions) {
    uint8_t* at = begin_field(FieldId::partitions, partitions.size() * sizeof(uint16_t));
    for (uint16_t partition : partitions) {
        store_le(at, partition);
        at += sizeof partition;
    }
}

void RequestWriter::add_resume_digests(std::span<const Digest> digests) {
    uint8_t* at = begin_field(FieldId::resume_digests, digests.size() * digest_size);
    for (const Digest& digest : digests) {
        std::memcpy(at, digest.bytes.data(), digest_size);
        at += digest_size;
    }
}

void RequestWriter::add_resume_values(std::span<const int64_t> values) {
    uint8_t* at = begin_field(FieldId::resume_values, values.size() * sizeof(int64_t));
    for (int64_t value : values) {
        store_le(at, value);
        at += sizeof value;
    }
}

void RequestWriter::add_index_range(const IndexRange& range) {
    CHECK(range.bin.size() <= UINT8_MAX);
    size_t size = 3 + range.bin.size() + 8 + range.begin.size() + range.end.size();
    begin_field(FieldId::index_range, 0);
    size_t field_start = out_.size() - field_header_size;
    store_be(out_.data() + field_start, static_cast<uint32_t>(1 + size));
    out_.append_byte(1);
    out_.append_byte(static_cast<uint8_t>(range.bin.size()));
    out_.append(range.bin);
    out_.append_byte(range.particle);
    out_.append_be(static_cast<uint32_t>(range.begin.size()));
    out_.append(range.begin);
    out_.append_be(static_cast<uint32_t>(range.end.size()));
    out_.append(range.end);
}

void RequestWriter::add_operation(OperationCode code, uint8_t particle, std::string_view name,
                                  Bytes value) {
    CHECK(counts_at_ != 0 && name.size() <= UINT8_MAX && ops_ < UINT16_MAX);
    ops_++;
    uint8_t* at = out_.extend(operation_header_size + name.size() + value.size());
    store_be(at, static_cast<uint32_t>(4 + name.size() + value.size()));
    at[4] = static_cast<uint8_t>(code);
    at[5] = particle;
    at[6] = 0;
    at[7] = static_cast<uint8_t>(name.size());
    at += operation_header_size;
    if (!name.empty()) std::memcpy(at, name.data(), name.size());
    if (!value.empty()) std::memcpy(at + name.size(), value.data(), value.size());
}

void RequestWriter::begin_batch(uint8_t flags, FieldId field) {
    begin_field(field, 0);
    store_counts();  // the message is complete but for its rows
    batch_start_ = out_.size();
    rows_ = 0;
    out_.append_be<uint32_t>(0);
    out_.append_byte(flags);
}

void RequestWriter::start_row(uint32_t index, const Digest& digest, uint8_t type) {
    store_counts();
    rows_++;
    out_.append_be(index);
    out_.append(Bytes(digest.bytes.data(), digest_size));
    out_.append_byte(type);
}

void RequestWriter::begin_row(const BatchRowHeader& row) {
    start_row(row.index, row.digest, row.type);
    out_.append_byte(row.info1);
    if (row.type & batch_row::info) {
        out_.append_byte(row.info2);
        out_.append_byte(row.info3);
    }
    if (row.type & batch_row::info4) out_.append_byte(row.info4);
    if (row.type & batch_row::generation) out_.append_be(row.generation);
    if (row.type & batch_row::ttl) out_.append_be(row.record_ttl);
    counts_at_ = out_.size();
    fields_ = ops_ = 0;
    out_.append_be<uint32_t>(0);
}

void RequestWriter::repeat_row(uint32_t index, const Digest& digest) {
    CHECK(rows_ > 0);
    start_row(index, digest, batch_row::repeat);
    counts_at_ = 0;
}

void RequestWriter::end_batch() {
    store_be(out_.data() + batch_start_, rows_);
    store_be(out_.data() + batch_start_ - field_header_size,
             static_cast<uint32_t>(1 + out_.size() - batch_start_));
}

}  // namespace winnow
