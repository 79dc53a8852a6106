#pragma once
// For tests: bytes written as hexadecimal, and back.

#include <string>
#include <string_view>

#include "base/bytes.h"

namespace winnow::test {

// Owns the bytes of a text such as "93 c70001 01 02"; spaces do not count.
class Hex {
public:
    explicit Hex(std::string_view text) {
        unsigned digits = 0, value = 0;
        for (char c : text) {
            if (c == ' ') continue;
            value = value << 4 | static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10);
            if (++digits % 2 == 0) bytes_ += static_cast<char>(value);
        }
        CHECK(digits % 2 == 0);
    }
    Bytes bytes() const { return bytes_of(bytes_); }

private:
    std::string bytes_;
};

inline std::string hex_of(Bytes bytes) {
    std::string text;
    for (uint8_t byte : bytes) {
        text += "0123456789abcdef"[byte >> 4];
        text += "0123456789abcdef"[byte & 15];
    }
    return text;
}

}  // namespace winnow::test
