#include "protocol/frame.h"
#include "server/handlers/handlers.h"

namespace winnow {

// Security is not enabled: clients that were given a user go on without one. A simple reply is
// exactly 16 bytes of body: u8 0, u8 result, u8 command, u8 fields, 12 zeros.
void handle_admin(Bytes body, Buffer& out) {
    constexpr size_t admin_header_size = 16;
    size_t start = begin_frame(out);
    uint8_t* at = out.extend(admin_header_size);
    std::memset(at, 0, admin_header_size);
    at[1] = static_cast<uint8_t>(ResultCode::security_not_enabled);
    if (body.size() > 2) at[2] = body[2];
    end_frame(out, start, FrameType::admin);
}

}  // namespace winnow
