#include "protocol/reply/reply.h"

namespace winnow {

namespace {

// Below this a compressed frame saves less than it costs.
constexpr size_t compress_frame_size_min = 128;
constexpr uint32_t operations_max = UINT16_MAX;

void store_reply_header(uint8_t* at, const ReplyHeader& header) {
    at[0] = message_header_size;
    at[1] = 0;
    at[2] = 0;
    at[3] = header.info3;
    at[4] = 0;
    at[5] = static_cast<uint8_t>(header.result);
    store_be(at + 6, header.generation);
    store_be(at + 10, header.void_time);
    store_be(at + 14, header.transaction_ttl);
    store_be<uint32_t>(at + 18, 0);  // counts
}

}  // namespace

void MessageWriter::end_frame(bool compress) {
    winnow::end_frame(out_, frame_start_, FrameType::message);
    if (compress && frame_size() > compress_frame_size_min) deflate_frame(out_, frame_start_);
}

void MessageWriter::begin_message(const ReplyHeader& header) {
    message_start_ = out_.size();
    fields_ = ops_ = 0;
    too_large_ = false;
    store_reply_header(out_.extend(message_header_size), header);
}

void MessageWriter::set_header(const ReplyHeader& header) {
    store_reply_header(out_.data() + message_start_, header);
}

void MessageWriter::end_message() {
    if (too_large_) [[unlikely]]
        return fail_message(ResultCode::record_too_big);
    uint8_t* counts = out_.data() + message_start_ + 18;
    store_be(counts, static_cast<uint16_t>(fields_));
    store_be(counts + 2, static_cast<uint16_t>(ops_));
}

void MessageWriter::fail_message(ResultCode code) {
    uint8_t* head = out_.data() + message_start_;
    ReplyHeader header;
    header.result = code;
    header.transaction_ttl = load_be<uint32_t>(head + 14);  // a batch row keeps its index
    out_.truncate(message_start_ + message_header_size);
    store_reply_header(head, header);
}

void MessageWriter::add_field(FieldId id, Bytes data) {
    uint8_t* at = take(5 + data.size());
    if (at == nullptr) return;
    store_be(at, static_cast<uint32_t>(1 + data.size()));
    at[4] = static_cast<uint8_t>(id);
    if (!data.empty()) std::memcpy(at + 5, data.data(), data.size());
    fields_++;
}

uint8_t* MessageWriter::add_operation(OperationCode code, uint8_t particle, std::string_view name,
                                      size_t value_size) {
    uint8_t* at = take_operation(operation_header_size + name.size() + value_size);
    if (at == nullptr) return nullptr;
    store_be(at, static_cast<uint32_t>(4 + name.size() + value_size));
    at[4] = static_cast<uint8_t>(code);
    at[5] = particle;
    at[6] = 0;
    at[7] = static_cast<uint8_t>(name.size());
    at += operation_header_size;
    if (!name.empty()) std::memcpy(at, name.data(), name.size());
    return at + name.size();
}

void MessageWriter::add_operation(OperationCode code, uint8_t particle, std::string_view name,
                                  Bytes value) {
    uint8_t* at = add_operation(code, particle, name, value.size());
    if (at != nullptr && !value.empty()) std::memcpy(at, value.data(), value.size());
}

void MessageWriter::add_bin(OperationCode code, uint8_t particle, Bytes length_name_value) {
    constexpr size_t before_name_length = operation_header_size - 1;
    uint8_t* at = take_operation(before_name_length + length_name_value.size());
    if (at == nullptr) return;
    store_be(at, static_cast<uint32_t>(3 + length_name_value.size()));
    at[4] = static_cast<uint8_t>(code);
    at[5] = particle;
    at[6] = 0;
    std::memcpy(at + before_name_length, length_name_value.data(), length_name_value.size());
}

uint8_t* MessageWriter::take_operation(size_t size) {
    if (ops_ == operations_max) [[unlikely]] {
        too_large_ = true;
        return nullptr;
    }
    ops_++;
    return take(size);
}

void append_header_reply(Buffer& out, const ReplyHeader& header) {
    uint8_t* at = out.extend(header_reply_size);
    store_frame_header(at, FrameType::message, message_header_size);
    store_reply_header(at + frame_header_size, header);
}

}  // namespace winnow
