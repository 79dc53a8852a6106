// Frames: header, inflating within a limit, and that what is deflated inflates to itself.

#include "protocol/frame.h"
#include "touch.h"

using namespace winnow;
using winnow::fuzz::require;

namespace {

constexpr uint64_t size_max = 1 << 20;

void check_inflate(Bytes body) {
    Buffer out;
    out.append("before");
    Result<Bytes> inner = inflate_frame(body, out, size_max);
    if (!inner) {
        require(out.size() == 6 && inner.error().code == ResultCode::parameter);
        return;
    }
    fuzz::touch(*inner);
    require(inner->size() <= size_max && out.size() == 6 + frame_header_size + inner->size());
}

void check_round_trip(Bytes body) {
    Buffer out;
    size_t start = begin_frame(out);
    out.append(body);
    end_frame(out, start, FrameType::message);
    size_t plain_size = out.size();
    if (!deflate_frame(out, start)) {
        require(out.size() == plain_size);
        return;
    }
    require(out.size() < plain_size);
    Result<FrameHeader> header = decode_frame_header(out.bytes());
    require(header && header->type == FrameType::compressed);
    require(header->size == out.size() - frame_header_size);
    Buffer inflated;
    Result<Bytes> inner = inflate_frame(out.bytes().subspan(frame_header_size), inflated);
    require(inner && same_bytes(*inner, body));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size < frame_header_size) return 0;
    Bytes frame(data, size);
    Bytes body = frame.subspan(frame_header_size);
    Result<FrameHeader> header = decode_frame_header(frame, size_max);
    if (header) require(header->size <= size_max && frame_type_name(header->type) != "unknown");
    check_inflate(body);
    check_round_trip(body);
    return 0;
}
