#pragma once
// A frame: 8 bytes of header and a body. All that crosses a connection is frames.
//
//   u8 version (2) | u8 type | u48 size of the body, big-endian | body
//
// A compressed frame (type 4) holds a complete message frame: u64 size of the inner frame with its
// header, then a zlib stream. Views only; any thread (zlib's state is kept per thread, 260 KB in a
// thread that compresses, 50 KB in one that inflates).

#include <cstdint>

#include "base/bytes.h"
#include "base/error.h"
#include "protocol/constants.h"

namespace winnow {

inline constexpr uint8_t frame_version = 2;
inline constexpr size_t frame_header_size = 8;

struct FrameHeader {
    FrameType type = FrameType::message;
    uint64_t size = 0;  // of the body
};

// Reads the header at the start of `head`, at least 8 bytes. An error (other version, unknown type,
// a body above `size_max`) means that the connection must be closed without an answer.
inline Result<FrameHeader> decode_frame_header(Bytes head, uint64_t size_max = body_size_max) {
    uint64_t word = load_be<uint64_t>(head.data());
    FrameHeader header{static_cast<FrameType>(word >> 48 & 0xff), word & 0xffff'ffff'ffff};
    if (word >> 56 != frame_version) return fail(ResultCode::parameter, "unknown frame version");
    if (!is_frame_type(header.type)) return fail(ResultCode::parameter, "unknown frame type");
    if (header.size > size_max) return fail(ResultCode::parameter, "frame too large");
    return header;
}

inline void store_frame_header(uint8_t* at, FrameType type, uint64_t size) {
    store_be(at, uint64_t{frame_version} << 56 | uint64_t{static_cast<uint8_t>(type)} << 48 | size);
}

// Room for a header at the end of `out`; end_frame() stores it once the body behind it is complete.
// Returns where the frame starts.
inline size_t begin_frame(Buffer& out) {
    size_t start = out.size();
    out.extend(frame_header_size);
    return start;
}
inline void end_frame(Buffer& out, size_t start, FrameType type) {
    store_frame_header(out.data() + start, type, out.size() - start - frame_header_size);
}

// How much memory inflating the body of a compressed frame takes: for accounting before it is done.
// Refused (parameter) is what cannot be: an inner body above size_max, or beyond zlib's greatest
// ratio.
Result<uint64_t> inflated_size(Bytes compressed_body, uint64_t size_max = body_size_max);

// Inflates the body of a compressed frame behind what is in `out` and returns the body of the inner
// frame, a view into `out`. Checked: inner version, type and size, stream and check sum, nothing
// behind the stream. On an error (parameter: answered, the connection stays) `out` is as before.
Result<Bytes> inflate_frame(Bytes compressed_body, Buffer& out, uint64_t size_max = body_size_max);

// Replaces the message frame that starts at `start` and ends with the buffer by a compressed frame,
// if that is smaller. Returns whether it did.
bool deflate_frame(Buffer& out, size_t start);

}  // namespace winnow
