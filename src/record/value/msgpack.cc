#include "record/value/msgpack.h"

#include <bit>
#include <limits>

namespace winnow {
namespace {

// The ext type of wildcard and infinity.
constexpr uint8_t ext_argument = 0xff;

constexpr bool is_ext(uint8_t byte) {
    return (byte >= 0xc7 && byte <= 0xc9) || (byte >= 0xd4 && byte <= 0xd8);
}

// How many bytes of length or count a head needs beyond those that fit its first byte.
constexpr unsigned shortest_string_length(uint64_t size) {
    if (size < 32) return 0;
    if (size <= 0xff) return 1;
    return size <= 0xffff ? 2 : 4;
}
constexpr unsigned shortest_count_length(uint64_t count) {
    if (count < 16) return 0;
    return count <= 0xffff ? 2 : 4;
}

}  // namespace

bool MsgpackReader::take_count(unsigned size, uint64_t& count) {
    if (left() < size) return false;
    switch (size) {
        case 1: count = *at_; break;
        case 2: count = load_be<uint16_t>(at_); break;
        case 4: count = load_be<uint32_t>(at_); break;
        default: count = load_be<uint64_t>(at_); break;
    }
    at_ += size;
    return true;
}

bool MsgpackReader::read_unsigned(unsigned size, MsgpackToken& token) {
    uint64_t value;
    if (!take_count(size, value)) return false;
    token.kind = value > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())
                     ? MsgpackKind::uinteger
                     : MsgpackKind::integer;
    token.uinteger = value;
    // The form half as wide reaches so far; the narrowest is the fixint of 7 bits.
    uint64_t shorter = size == 1 ? 0x7f : (uint64_t{1} << (4 * size)) - 1;
    token.minimal = value > shorter;
    return true;
}

bool MsgpackReader::read_signed(unsigned size, MsgpackToken& token) {
    uint64_t bits;
    if (!take_count(size, bits)) return false;
    unsigned unused = 64 - 8 * size;
    token.kind = MsgpackKind::integer;
    token.integer = static_cast<int64_t>(bits << unused) >> unused;
    int64_t shorter = size == 1 ? -32 : -(int64_t{1} << (4 * size - 1));
    token.minimal = token.integer < shorter;
    return true;
}

bool MsgpackReader::read_real(bool wide, MsgpackToken& token) {
    uint64_t bits;
    if (!take_count(wide ? 8 : 4, bits)) return false;
    token.kind = wide ? MsgpackKind::float64 : MsgpackKind::float32;
    token.real = wide ? std::bit_cast<double>(bits)
                      : static_cast<double>(std::bit_cast<float>(static_cast<uint32_t>(bits)));
    return true;
}

bool MsgpackReader::read_string(uint64_t size, MsgpackToken& token) {
    if (left() < size) return false;
    token.kind = MsgpackKind::string;
    token.bytes = {at_, size};
    at_ += size;
    return true;
}

bool MsgpackReader::read_ext(uint64_t size, MsgpackToken& token) {
    if (left() < size + 1) return false;
    token.kind = MsgpackKind::ext;
    token.ext_type = *at_;
    token.bytes = {at_ + 1, size};
    at_ += size + 1;
    if (token.ext_type == ext_argument && size == 1 && token.bytes[0] <= 1)
        token.kind = token.bytes[0] == 0 ? MsgpackKind::wildcard : MsgpackKind::infinity;
    return true;
}

bool MsgpackReader::read_head(MsgpackKind kind, uint64_t count, MsgpackToken& token) {
    token.kind = kind;
    token.count = static_cast<uint32_t>(count);
    return token.children() <= left();
}

bool MsgpackReader::next_of_any_size(MsgpackToken& token) {
    if (at_ == end_) return false;
    uint8_t byte = *at_++;
    token.minimal = true;
    if (byte < 0x80 || byte >= 0xe0) {
        token.kind = MsgpackKind::integer;
        token.integer = static_cast<int8_t>(byte);
        return true;
    }
    if (byte < 0x90) return read_head(MsgpackKind::map, byte & 15u, token);
    if (byte < 0xa0) return read_head(MsgpackKind::array, byte & 15u, token);
    if (byte < 0xc0) return read_string(byte & 31u, token);
    if (byte == 0xc0) {
        token.kind = MsgpackKind::nil;
        return true;
    }
    if (byte == 0xc2 || byte == 0xc3) {
        token.kind = MsgpackKind::boolean;
        token.boolean = byte == 0xc3;
        return true;
    }
    if (byte >= 0xd9 || (byte >= 0xc4 && byte <= 0xc9)) return read_sized(byte, token);
    if (byte == 0xca || byte == 0xcb) return read_real(byte == 0xcb, token);
    if (byte >= 0xd4) return read_ext(uint64_t{1} << (byte - 0xd4), token);
    if (byte >= 0xd0) return read_signed(1u << (byte - 0xd0), token);
    if (byte >= 0xcc) return read_unsigned(1u << (byte - 0xcc), token);
    return false;  // c1
}

// The forms with a length or count of 1, 2 or 4 bytes behind the first.
bool MsgpackReader::read_sized(uint8_t byte, MsgpackToken& token) {
    uint64_t count;
    if (byte >= 0xdc) {
        unsigned size = (byte & 1u) != 0 ? 4 : 2;
        if (!take_count(size, count)) return false;
        token.minimal = shortest_count_length(count) == size;
        return read_head(byte >= 0xde ? MsgpackKind::map : MsgpackKind::array, count, token);
    }
    if (byte >= 0xd9) {
        unsigned size = 1u << (byte - 0xd9);
        if (!take_count(size, count)) return false;
        token.minimal = shortest_string_length(count) == size;
        return read_string(count, token);
    }
    if (byte >= 0xc7) return take_count(1u << (byte - 0xc7), count) && read_ext(count, token);
    token.minimal = false;  // c4, c5, c6: strings by another name
    return take_count(1u << (byte - 0xc4), count) && read_string(count, token);
}

bool MsgpackReader::skip(uint64_t count) {
    MsgpackToken token;
    for (uint64_t owed = count; owed != 0; owed--) {
        if (owed > left()) return false;
        if (pass_short()) continue;
        if (!next(token)) return false;
        owed += token.children();
    }
    return true;
}

bool MsgpackReader::order_header(MsgpackToken& head, uint8_t& flags) {
    flags = 0;
    if (head.count == 0 || at_ == end_ || !is_ext(*at_)) return true;
    const uint8_t* before = at_;
    MsgpackToken token;
    if (!next(token)) return false;
    if (token.kind != MsgpackKind::ext || token.ext_type == ext_argument) {
        at_ = before;  // wildcard or infinity, an element
        return true;
    }
    flags = token.ext_type;
    head.count--;
    return head.kind == MsgpackKind::array || (next(token) && token.kind == MsgpackKind::nil);
}

void MsgpackWriter::integer(int64_t value) {
    if (value >= 0) return uinteger(static_cast<uint64_t>(value));
    if (value >= -32) {
        out_.append_byte(static_cast<uint8_t>(value));
    } else if (value >= std::numeric_limits<int8_t>::min()) {
        out_.append_byte(0xd0);
        out_.append_be(static_cast<int8_t>(value));
    } else if (value >= std::numeric_limits<int16_t>::min()) {
        out_.append_byte(0xd1);
        out_.append_be(static_cast<int16_t>(value));
    } else if (value >= std::numeric_limits<int32_t>::min()) {
        out_.append_byte(0xd2);
        out_.append_be(static_cast<int32_t>(value));
    } else {
        out_.append_byte(0xd3);
        out_.append_be(value);
    }
}

void MsgpackWriter::uinteger(uint64_t value) {
    if (value < 0x80) {
        out_.append_byte(static_cast<uint8_t>(value));
    } else if (value <= 0xff) {
        out_.append_byte(0xcc);
        out_.append_be(static_cast<uint8_t>(value));
    } else if (value <= 0xffff) {
        out_.append_byte(0xcd);
        out_.append_be(static_cast<uint16_t>(value));
    } else if (value <= 0xffff'ffff) {
        out_.append_byte(0xce);
        out_.append_be(static_cast<uint32_t>(value));
    } else {
        out_.append_byte(0xcf);
        out_.append_be(value);
    }
}

void MsgpackWriter::float32(float value) {
    out_.append_byte(0xca);
    out_.append_be(std::bit_cast<uint32_t>(value));
}

void MsgpackWriter::float64(double value) {
    out_.append_byte(0xcb);
    out_.append_be(std::bit_cast<uint64_t>(value));
}

void MsgpackWriter::string_head(size_t size) {
    CHECK(size <= 0xffff'ffff);
    switch (shortest_string_length(size)) {
        case 0: out_.append_byte(static_cast<uint8_t>(0xa0 | size)); break;
        case 1:
            out_.append_byte(0xd9);
            out_.append_be(static_cast<uint8_t>(size));
            break;
        case 2:
            out_.append_byte(0xda);
            out_.append_be(static_cast<uint16_t>(size));
            break;
        default:
            out_.append_byte(0xdb);
            out_.append_be(static_cast<uint32_t>(size));
            break;
    }
}

void MsgpackWriter::string(Particle type, Bytes content) {
    string_head(content.size() + 1);
    out_.append_byte(static_cast<uint8_t>(type));
    out_.append(content);
}

void MsgpackWriter::raw(Bytes content) {
    string_head(content.size());
    out_.append(content);
}

void MsgpackWriter::collection_head(uint8_t fix, uint8_t wide, uint64_t count) {
    CHECK(count <= 0xffff'ffff);
    switch (shortest_count_length(count)) {
        case 0: out_.append_byte(static_cast<uint8_t>(fix | count)); break;
        case 2:
            out_.append_byte(wide);
            out_.append_be(static_cast<uint16_t>(count));
            break;
        default:
            out_.append_byte(static_cast<uint8_t>(wide + 1));
            out_.append_be(static_cast<uint32_t>(count));
            break;
    }
}

void MsgpackWriter::array(uint32_t count, uint8_t flags) {
    collection_head(0x90, 0xdc, uint64_t{count} + (flags != 0));
    if (flags != 0) ext(flags, {});
}

void MsgpackWriter::map(uint32_t count, uint8_t flags) {
    collection_head(0x80, 0xde, uint64_t{count} + (flags != 0));
    if (flags == 0) return;
    ext(flags, {});
    nil();
}

void MsgpackWriter::ext(uint8_t type, Bytes content) {
    size_t size = content.size();
    CHECK(size <= 0xffff'ffff);
    if (std::has_single_bit(size) && size <= 16) {
        out_.append_byte(static_cast<uint8_t>(0xd4 + std::countr_zero(size)));
    } else if (size <= 0xff) {
        out_.append_byte(0xc7);
        out_.append_be(static_cast<uint8_t>(size));
    } else if (size <= 0xffff) {
        out_.append_byte(0xc8);
        out_.append_be(static_cast<uint16_t>(size));
    } else {
        out_.append_byte(0xc9);
        out_.append_be(static_cast<uint32_t>(size));
    }
    out_.append_byte(type);
    out_.append(content);
}

void MsgpackWriter::wildcard() {
    constexpr uint8_t content[] = {0};
    ext(ext_argument, content);
}

void MsgpackWriter::infinity() {
    constexpr uint8_t content[] = {1};
    ext(ext_argument, content);
}

}  // namespace winnow
