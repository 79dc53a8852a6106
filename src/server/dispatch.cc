#include "server/dispatch.h"

#include "server/handlers/handlers.h"
#include "server/info/info.h"

namespace winnow {
namespace {

// Info requests hold commands, and at most a Lua module in base64.
constexpr uint64_t info_size_max = uint64_t{16} << 20;
constexpr uint64_t admin_size_max = uint64_t{1} << 20;

uint64_t size_max_of(FrameType type) {
    switch (type) {
        case FrameType::info: return info_size_max;
        case FrameType::admin: return admin_size_max;
        case FrameType::message:
        case FrameType::compressed: return body_size_max;
    }
    return 0;
}

Handled handle_message(ServerContext& context, Bytes body, ChannelSource& channels, Buffer& out) {
    auto request = decode_request(body);
    if (!request) {
        context.early_errors.fetch_add(1, std::memory_order_relaxed);
        reply_error(out, request.error().code);
        return Handled::replied;
    }
    if (request->is_batch()) return handle_batch(context, *request, body, channels, out);
    if (is_query(*request)) return handle_query(context, *request, channels, out);
    handle_record(context, *request, out);
    return Handled::replied;
}

Handled handle_compressed(ServerContext& context, Bytes body, ChannelSource& channels,
                          Buffer& out) {
    // Kept per thread, but not the memory of an unusually large message.
    constexpr size_t kept_bytes = 1 << 20;
    thread_local Buffer inflated;
    inflated.clear();
    auto size = inflated_size(body);
    HeldBytes::Share share = context.held.take(size ? *size : 0);
    if (!share) {
        reply_error(out, ResultCode::device_overload);
        return Handled::replied;
    }
    auto inner = inflate_frame(body, inflated);
    Handled handled = Handled::replied;
    if (inner)
        handled = handle_message(context, *inner, channels, out);
    else
        reply_error(out, inner.error().code);
    if (inflated.capacity() > kept_bytes) inflated.release();
    return handled;
}

}  // namespace

uint64_t dispatch_frame_size(Bytes head) {
    auto header = decode_frame_header(head);
    if (!header || header->size > size_max_of(header->type)) return 0;
    return frame_header_size + header->size;
}

Handled dispatch(ServerContext& context, Bytes frame, ChannelSource& channels, Buffer& out) {
    auto header = decode_frame_header(frame);
    if (!header) return Handled::close;
    Bytes body = frame.subspan(frame_header_size);
    switch (header->type) {
        case FrameType::info: handle_info(context, body, out); return Handled::replied;
        case FrameType::admin: handle_admin(body, out); return Handled::replied;
        case FrameType::message: return handle_message(context, body, channels, out);
        case FrameType::compressed: return handle_compressed(context, body, channels, out);
    }
    return Handled::close;
}

}  // namespace winnow
