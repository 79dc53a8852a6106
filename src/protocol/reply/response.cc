#include "protocol/reply/response.h"

#include "protocol/constants.h"
#include "protocol/message.h"

namespace winnow {

Result<int64_t> Response::index_value() const {
    if (!fields.has(FieldId::resume_values)) return 0;
    Bytes bytes = fields.get(FieldId::resume_values);
    if (bytes.size() != sizeof(int64_t))
        return fail(ResultCode::server_error, "indexed value not of 8 bytes");
    return load_le<int64_t>(bytes.data());
}

Result<const Response*> ResponseReader::next() {
    if (offset_ == body_.size()) return nullptr;
    if (body_.size() > body_size_max || body_.size() - offset_ < message_header_size)
        return fail(ResultCode::server_error, "reply cut in its header");
    const uint8_t* head = body_.data() + offset_;
    response_.info3 = head[3];
    response_.result = static_cast<ResultCode>(head[5]);
    response_.generation = load_be<uint32_t>(head + 6);
    response_.void_time = load_be<uint32_t>(head + 10);
    response_.transaction_ttl = load_be<uint32_t>(head + 14);
    size_t offset = offset_ + message_header_size;
    if (!decode_contents(body_, ContentCounts::load(head + 18), offset, response_.fields,
                         response_.ops))
        return fail(ResultCode::server_error, "reply cut in its fields or operations");
    offset_ = offset;
    return &response_;
}

}  // namespace winnow
