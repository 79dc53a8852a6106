#include "protocol/message.h"

namespace winnow {

namespace {

constexpr size_t field_header_size = 5;
// A bit of the version byte that announces a time stamp of cross-datacenter replication in the
// operation; refused, as golden errors-00967 shows. The other bits of it mean nothing.
constexpr uint8_t version_with_time = 0x01;

// One bit for each operation code of the table; bit 0 is free.
constexpr uint32_t known_operation_codes =
#define WINNOW_X(name, code, writes, text) 1u << code |
    WINNOW_OPERATION_CODES(WINNOW_X) 0;
#undef WINNOW_X

constexpr uint32_t code_bit(uint8_t code) {
    return code < 32 && (known_operation_codes >> code & 1) ? 1u << code : 1u;
}

bool decode_fields(Bytes bytes, uint32_t count, size_t& offset, FieldTable& fields) {
    fields.reset(bytes.data());
    size_t at = offset;
    for (; count > 0; count--) {
        if (bytes.size() - at < field_header_size) return false;
        uint32_t size = load_be<uint32_t>(bytes.data() + at);
        if (size == 0 || size > bytes.size() - at - sizeof size) return false;
        fields.add(bytes[at + 4], static_cast<uint32_t>(at + field_header_size), size - 1);
        at += sizeof size + size;
    }
    offset = at;
    return true;
}

}  // namespace

bool OperationRange::decode(Bytes bytes, uint32_t count, size_t& offset) {
    begin_ = end_ = bytes.data() + offset;
    count_ = 0;
    codes_ = 0;
    long_name_ = false;
    size_t at = offset;
    for (uint32_t left = count; left > 0; left--) {
        if (bytes.size() - at < operation_header_size) return false;
        const uint8_t* op = bytes.data() + at;
        uint32_t size = load_be<uint32_t>(op);
        uint8_t version = op[6], name_length = op[7];
        if (size > bytes.size() - at - sizeof size) return false;
        if (size < 4u + name_length || (version & version_with_time)) return false;
        codes_ |= code_bit(op[4]);
        long_name_ |= name_length > bin_name_length_max;
        at += sizeof size + size;
    }
    end_ = bytes.data() + at;
    count_ = count;
    offset = at;
    return true;
}

bool decode_contents(Bytes bytes, ContentCounts counts, size_t& offset, FieldTable& fields,
                     OperationRange& ops) {
    return decode_fields(bytes, counts.fields, offset, fields) &&
           ops.decode(bytes, counts.ops, offset);
}

}  // namespace winnow
