#include "protocol/base64.h"

#include <algorithm>

namespace winnow {
namespace {

constexpr std::string_view digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// 64 and more: none.
uint32_t value_of(char c) {
    if (c >= 'A' && c <= 'Z') return static_cast<uint32_t>(c - 'A');
    if (c >= 'a' && c <= 'z') return static_cast<uint32_t>(c - 'a' + 26);
    if (c >= '0' && c <= '9') return static_cast<uint32_t>(c - '0' + 52);
    if (c == '+') return 62;
    return c == '/' ? 63 : 64;
}

}  // namespace

std::string to_base64(Bytes bytes) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (size_t at = 0; at < bytes.size(); at += 3) {
        Bytes group = bytes.subspan(at, std::min<size_t>(3, bytes.size() - at));
        uint32_t bits = 0;
        for (size_t i = 0; i < 3; i++) bits = bits << 8 | (i < group.size() ? group[i] : 0u);
        for (size_t i = 0; i < 4; i++)
            text += i <= group.size() ? digits[bits >> (18 - 6 * i) & 63] : '=';
    }
    return text;
}

Result<std::string> from_base64(std::string_view text) {
    if (text.size() % 4 != 0)
        return fail(ResultCode::parameter, "base64 of a length it cannot have");
    size_t fillers = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
    std::string bytes;
    bytes.reserve(text.size() / 4 * 3);
    uint32_t bits = 0;
    for (size_t i = 0; i < text.size(); i++) {
        uint32_t value = i + fillers < text.size() ? value_of(text[i]) : 0;
        if (value > 63) return fail(ResultCode::parameter, "a character that base64 does not have");
        bits = bits << 6 | value;
        if (i % 4 != 3) continue;
        for (int shift : {16, 8, 0}) bytes += static_cast<char>(bits >> shift & 255);
    }
    bytes.resize(bytes.size() - fillers);
    return bytes;
}

}  // namespace winnow
