#include "protocol/frame.h"

#define ZLIB_CONST
#include <zlib.h>

#include <memory>

namespace winnow {

namespace {

constexpr size_t size_field = sizeof(uint64_t);
// Deflate codes at most 258 bytes in 2 bits: no stream inflates to more than this many times its
// size, whatever a frame claims.
constexpr uint64_t inflate_ratio_max = 1032;

// The states of zlib are large and slow to set up, so each thread keeps its own, from first use on.
struct InflateEnd {
    void operator()(z_stream* stream) const {
        inflateEnd(stream);
        delete stream;
    }
};
struct DeflateEnd {
    void operator()(z_stream* stream) const {
        deflateEnd(stream);
        delete stream;
    }
};

z_stream* thread_inflater() {
    thread_local std::unique_ptr<z_stream, InflateEnd> kept;
    if (kept) return inflateReset(kept.get()) == Z_OK ? kept.get() : nullptr;
    auto stream = std::make_unique<z_stream>();
    if (inflateInit(stream.get()) != Z_OK) return nullptr;
    kept.reset(stream.release());
    return kept.get();
}

z_stream* thread_deflater() {
    thread_local std::unique_ptr<z_stream, DeflateEnd> kept;
    if (kept) return deflateReset(kept.get()) == Z_OK ? kept.get() : nullptr;
    auto stream = std::make_unique<z_stream>();
    if (deflateInit(stream.get(), Z_BEST_SPEED) != Z_OK) return nullptr;
    kept.reset(stream.release());
    return kept.get();
}

void set_input(z_stream& stream, Bytes in, uint8_t* out, size_t out_size) {
    stream.next_in = in.data();
    stream.avail_in = static_cast<uInt>(in.size());
    stream.next_out = out;
    stream.avail_out = static_cast<uInt>(out_size);
}

// Inflates `in` to exactly `out_size` bytes; nothing may be left over on either side.
bool inflate_exactly(Bytes in, uint8_t* out, size_t out_size) {
    z_stream* stream = thread_inflater();
    if (stream == nullptr) return false;
    set_input(*stream, in, out, out_size);
    return inflate(stream, Z_FINISH) == Z_STREAM_END && stream->avail_in == 0 &&
           stream->avail_out == 0;
}

}  // namespace

Result<uint64_t> inflated_size(Bytes compressed_body, uint64_t size_max) {
    if (compressed_body.size() < size_field)
        return fail(ResultCode::parameter, "compressed frame cut");
    uint64_t size = load_be<uint64_t>(compressed_body.data());
    if (size < frame_header_size)
        return fail(ResultCode::parameter, "compressed frame without a frame in it");
    if (size - frame_header_size > size_max || size > compressed_body.size() * inflate_ratio_max)
        return fail(ResultCode::parameter, "compressed frame claims too large a size");
    return size;
}

Result<Bytes> inflate_frame(Bytes compressed_body, Buffer& out, uint64_t size_max) {
    Result<uint64_t> size = inflated_size(compressed_body, size_max);
    if (!size) return fail(size.error());
    uint8_t* frame = out.reserve(*size);
    if (!inflate_exactly(compressed_body.subspan(size_field), frame, *size))
        return fail(ResultCode::parameter, "damaged compressed frame");
    Result<FrameHeader> header = decode_frame_header({frame, frame_header_size}, size_max);
    if (!header) return fail(header.error());
    if (header->type != FrameType::message || header->size != *size - frame_header_size)
        return fail(ResultCode::parameter, "compressed frame of another type or size");
    out.commit(*size);
    return Bytes{frame + frame_header_size, header->size};
}

bool deflate_frame(Buffer& out, size_t start) {
    size_t frame_size = out.size() - start;
    constexpr size_t head = frame_header_size + size_field;
    z_stream* stream = thread_deflater();
    if (stream == nullptr || frame_size <= head) return false;
    // The compressed frame is made behind the plain one and then moved over it. It gets less room
    // than the plain one has, so that it either fits and is smaller, or is given up.
    uint8_t* room = out.reserve(frame_size);
    size_t room_size = frame_size - head - 1;
    const uint8_t* frame = out.data() + start;
    set_input(*stream, {frame, frame_size}, room + head, room_size);
    if (deflate(stream, Z_FINISH) != Z_STREAM_END) return false;
    size_t deflated = room_size - stream->avail_out;
    store_frame_header(room, FrameType::compressed, size_field + deflated);
    store_be<uint64_t>(room + frame_header_size, frame_size);
    std::memmove(out.data() + start, room, head + deflated);
    out.truncate(start + head + deflated);
    return true;
}

}  // namespace winnow
