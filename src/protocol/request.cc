#include "protocol/request.h"

namespace winnow {

namespace {

// Clients in Go up to version 7 write an index name without counting it. The message is then one
// field short: what is taken for an operation, or left over, is its last field.
bool decode_uncounted(Bytes body, ContentCounts counts, Request& request) {
    if (!request.fields.has(FieldId::index_name) || counts.fields == UINT16_MAX) return false;
    counts.fields++;
    size_t offset = message_header_size;
    return decode_contents(body, counts, offset, request.fields, request.ops) &&
           offset == body.size();
}

}  // namespace

Result<Request> decode_request(Bytes body) {
    Result<Request> result;  // one object to the end, so that it is built where the caller wants it
    if (body.size() < message_header_size || body.size() > body_size_max) {
        result = fail(ResultCode::parameter, "message shorter than its header");
        return result;
    }
    Request& request = *result;
    const uint8_t* head = body.data();
    request.info1 = head[1];
    request.info2 = head[2];
    request.info3 = head[3];
    request.info4 = head[4];
    request.generation = load_be<uint32_t>(head + 6);
    request.record_ttl = load_be<uint32_t>(head + 10);
    request.transaction_ttl_ms = load_be<uint32_t>(head + 14);

    ContentCounts counts = ContentCounts::load(head + 18);
    size_t offset = message_header_size;
    bool fits =
        decode_contents(body, counts, offset, request.fields, request.ops) && offset == body.size();
    if (!fits && !decode_uncounted(body, counts, request))
        result = fail(ResultCode::parameter, "fields and operations do not fit the message");
    return result;
}

}  // namespace winnow
