// Reading values from text: see text.h. A value is first written as msgpack, with 32-bit counts
// that are filled in when a collection ends; what the bin stores is then made from that.

#include <charconv>
#include <limits>

#include "record/value/canonical.h"
#include "record/value/msgpack.h"
#include "record/value/text.h"

namespace winnow {
namespace {

constexpr int no_hex = -1;

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : no_hex;
}

void append_utf8(Buffer& out, uint32_t point) {
    auto byte = [&](uint32_t value) { out.append_byte(static_cast<uint8_t>(value)); };
    if (point < 0x80) return byte(point);
    if (point < 0x800) {
        byte(0xc0 | point >> 6);
    } else {
        if (point < 0x10000) {
            byte(0xe0 | point >> 12);
        } else {
            byte(0xf0 | point >> 18);
            byte(0x80 | (point >> 12 & 0x3f));
        }
        byte(0x80 | (point >> 6 & 0x3f));
    }
    byte(0x80 | (point & 0x3f));
}

bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

class Parser {
public:
    explicit Parser(std::string_view text) : text_(text), writer_(out_) {}

    Result<> whole() {
        WINNOW_TRY(value(0));
        space();
        if (at_ != text_.size()) return wrong("something is left over behind the value");
        return {};
    }
    Bytes msgpack() const { return out_.bytes(); }

private:
    static tl::unexpected<Error> wrong(const char* why) { return fail(ResultCode::parameter, why); }
    bool done() const { return at_ == text_.size(); }
    char peek() const { return done() ? '\0' : text_[at_]; }
    bool take(char c) {
        if (peek() != c || done()) return false;
        at_++;
        return true;
    }
    void space() {
        while (!done() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t' ||
                           text_[at_] == '\r'))
            at_++;
    }

    Result<> value(unsigned depth);
    Result<> word(unsigned depth);
    Result<> number();
    Result<> integer(std::string_view digits);
    Result<> collection(unsigned depth, uint8_t flags);
    Result<> ordered(unsigned depth);
    Result<> quoted(Particle type);
    Result<> geojson();
    Result<> hex(std::string_view name);
    Result<> unquote();
    Result<> escape();
    Result<> unicode();
    bool four_digits(uint32_t& point);
    bool two_digits(uint8_t& byte);

    std::string_view text_;
    size_t at_ = 0;
    Buffer out_;
    MsgpackWriter writer_;
    Buffer content_;  // of the string at hand
};

Result<> Parser::value(unsigned depth) {
    space();
    if (done()) return wrong("a value is missing");
    char c = peek();
    if (c == '"') return quoted(Particle::string);
    if (c == '[' || c == '{') return collection(depth, 0);
    if (c == '-' || (c >= '0' && c <= '9')) return number();
    if (is_word(c)) return word(depth);
    return wrong("not a value");
}

Result<> Parser::word(unsigned depth) {
    size_t begin = at_;
    while (!done() && is_word(text_[at_])) at_++;
    std::string_view name = text_.substr(begin, at_ - begin);
    if (name == "ordered") return ordered(depth);
    if (name == "geo") return geojson();
    if (peek() == '"') return hex(name);
    if (name == "null") {
        writer_.nil();
    } else if (name == "true" || name == "false") {
        writer_.boolean(name == "true");
    } else if (name == "nan") {
        writer_.float64(std::numeric_limits<double>::quiet_NaN());
    } else if (name == "inf") {
        writer_.float64(std::numeric_limits<double>::infinity());
    } else {
        return wrong("an unknown word");
    }
    return {};
}

Result<> Parser::number() {
    if (text_.substr(at_).starts_with("-inf")) {
        at_ += 4;
        writer_.float64(-std::numeric_limits<double>::infinity());
        return {};
    }
    size_t begin = at_;
    bool real = false;
    for (; !done(); at_++) {
        char c = text_[at_];
        if (c == '.' || c == 'e' || c == 'E') {
            real = true;
        } else if (c != '-' && c != '+' && (c < '0' || c > '9')) {
            break;
        }
    }
    std::string_view digits = text_.substr(begin, at_ - begin);
    if (!real) return integer(digits);
    double parsed;
    auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), parsed);
    if (problem != std::errc() || end != digits.data() + digits.size())
        return wrong("not a number, or beyond what a double holds");
    writer_.float64(parsed);
    return {};
}

Result<> Parser::integer(std::string_view digits) {
    const char* end = digits.data() + digits.size();
    bool complete;
    if (digits[0] == '-') {
        int64_t parsed;
        auto result = std::from_chars(digits.data(), end, parsed);
        complete = result.ec == std::errc() && result.ptr == end;
        if (complete) writer_.integer(parsed);
    } else {
        uint64_t parsed;
        auto result = std::from_chars(digits.data(), end, parsed);
        complete = result.ec == std::errc() && result.ptr == end;
        if (complete) writer_.uinteger(parsed);
    }
    if (!complete) return wrong("not a number, or beyond 64 bits");
    return {};
}

Result<> Parser::ordered(unsigned depth) {
    uint8_t flags = order_sorted;
    if (take(':')) {
        auto result = std::from_chars(text_.data() + at_, text_.data() + text_.size(), flags);
        if (result.ec != std::errc()) return wrong("flags are a number from 0 to 255");
        at_ = static_cast<size_t>(result.ptr - text_.data());
    }
    if (peek() != '[' && peek() != '{') return wrong("a list or map is missing behind ordered");
    return collection(depth, flags);
}

Result<> Parser::collection(unsigned depth, uint8_t flags) {
    if (depth >= value_depth_max) return wrong("lists and maps are nested too deep");
    bool map = text_[at_++] == '{';
    char close = map ? '}' : ']';
    size_t head = out_.size();
    out_.append_byte(map ? 0xdf : 0xdd);
    out_.append_be(uint32_t{0});
    uint32_t count = 0;
    if (flags != 0) {
        writer_.ext(flags, {});
        if (map) writer_.nil();
        count = 1;
    }
    space();
    for (bool first = true; !take(close); first = false, count++) {
        if (!first && !take(',')) return wrong("a comma or a closing bracket is missing");
        WINNOW_TRY(value(depth + 1));
        space();
        if (!map) continue;
        if (!take(':')) return wrong("a colon is missing behind a key");
        WINNOW_TRY(value(depth + 1));
        space();
    }
    store_be(out_.data() + head + 1, count);
    return {};
}

Result<> Parser::quoted(Particle type) {
    WINNOW_TRY(unquote());
    writer_.string(type, content_.bytes());
    return {};
}

Result<> Parser::geojson() {
    if (peek() == '"') return quoted(Particle::geojson);
    size_t begin = at_, open = 0;
    bool in_string = false;
    for (; !done(); at_++) {
        char c = text_[at_];
        if (in_string && c == '\\') {
            if (++at_ == text_.size()) break;
        } else if (c == '"') {
            in_string = !in_string;
        } else if (!in_string && c == '{') {
            open++;
        } else if (!in_string && c == '}' && open != 0 && --open == 0) {
            at_++;
            writer_.string(Particle::geojson, bytes_of(text_.substr(begin, at_ - begin)));
            return {};
        }
        if (open == 0) return wrong("geo is followed by braces or a string");
    }
    return wrong("the braces behind geo do not close");
}

bool Parser::two_digits(uint8_t& byte) {
    if (text_.size() - at_ < 2) return false;
    int high = hex_digit(text_[at_]), low = hex_digit(text_[at_ + 1]);
    if (high == no_hex || low == no_hex) return false;
    byte = static_cast<uint8_t>(high << 4 | low);
    at_ += 2;
    return true;
}

// name"hexadecimal"
Result<> Parser::hex(std::string_view name) {
    at_++;
    content_.clear();
    while (!take('"')) {
        uint8_t byte;
        if (!two_digits(byte)) return wrong("bytes are pairs of hexadecimal digits in quotes");
        content_.append_byte(byte);
    }
    Bytes content = content_.bytes();
    if (name == "raw") {
        writer_.raw(content);
        return {};
    }
    if (name == "ext") {
        if (content.empty()) return wrong("an ext begins with its type");
        writer_.ext(content[0], content.subspan(1));
        return {};
    }
#define WINNOW_X(particle, code, text)                                                         \
    if (name == text && (is_blob(Particle::particle) || Particle::particle == Particle::hll || \
                         Particle::particle == Particle::vector)) {                            \
        writer_.string(Particle::particle, content);                                           \
        return {};                                                                             \
    }
    WINNOW_PARTICLES(WINNOW_X)
#undef WINNOW_X
    return wrong("an unknown kind of bytes");
}

// The content of a string in quotes, into content_.
Result<> Parser::unquote() {
    at_++;
    content_.clear();
    for (;;) {
        if (done()) return wrong("a string does not end");
        char c = text_[at_++];
        if (c == '"') return {};
        if (c == '\\') {
            WINNOW_TRY(escape());
        } else if (static_cast<uint8_t>(c) < 0x20) {
            return wrong("a control character in a string must be escaped");
        } else {
            content_.append_byte(static_cast<uint8_t>(c));
        }
    }
}

Result<> Parser::escape() {
    constexpr std::string_view names = "\"\\/bfnrt", bytes = "\"\\/\b\f\n\r\t";
    if (take('u')) return unicode();
    uint8_t byte;
    if (take('x')) {
        if (!two_digits(byte)) return wrong("\\x needs two hexadecimal digits");
        content_.append_byte(byte);
        return {};
    }
    size_t index = done() ? std::string_view::npos : names.find(text_[at_]);
    if (index == std::string_view::npos) return wrong("an unknown escape in a string");
    at_++;
    content_.append_byte(static_cast<uint8_t>(bytes[index]));
    return {};
}

bool Parser::four_digits(uint32_t& point) {
    uint8_t high, low;
    if (!two_digits(high) || !two_digits(low)) return false;
    point = static_cast<uint32_t>(high << 8 | low);
    return true;
}

Result<> Parser::unicode() {
    uint32_t point, low;
    if (!four_digits(point)) return wrong("\\u needs four hexadecimal digits");
    if (point >= 0xdc00 && point < 0xe000) return wrong("half a surrogate pair");
    if (point >= 0xd800 && point < 0xdc00) {
        if (!take('\\') || !take('u') || !four_digits(low) || low < 0xdc00 || low >= 0xe000)
            return wrong("half a surrogate pair");
        point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
    }
    append_utf8(content_, point);
    return {};
}

Result<Particle> store_string(Bytes content, Buffer& out) {
    if (content.empty() || !is_storable(content[0]))
        return fail(ResultCode::parameter, "a bin cannot hold a string of unknown type");
    auto type = static_cast<Particle>(content[0]);
    size_t before = out.size();
    if (type == Particle::geojson) {
        constexpr uint8_t head[] = {0, 0, 0};
        out.append(Bytes(head));
    }
    out.append(content.subspan(1));
    auto checked = check_particle(content[0], out.bytes().subspan(before));
    if (checked) return type;
    out.truncate(before);
    return fail(checked.error());
}

// What a bin stores for a msgpack value that is well-formed.
Result<Particle> store(Bytes value, Buffer& out) {
    MsgpackToken token;
    MsgpackReader reader(value);
    CHECK(reader.next(token));
    switch (token.kind) {
        case MsgpackKind::nil: return Particle::nil;
        case MsgpackKind::boolean: out.append_byte(token.boolean ? 1 : 0); return Particle::boolean;
        case MsgpackKind::integer: out.append_be(token.integer); return Particle::integer;
        case MsgpackKind::float64: out.append(value.subspan(1)); return Particle::float64;
        case MsgpackKind::string: return store_string(token.bytes, out);
        case MsgpackKind::array:
        case MsgpackKind::map: {
            bool list = token.kind == MsgpackKind::array;
            auto type = list ? Particle::list : Particle::map;
            auto stored = canonicalize(type, value, out, ResultCode::parameter);
            if (!stored) return fail(stored.error());
            return type;
        }
        default:
            return fail(ResultCode::parameter, "a bin cannot hold an ext, or more than an int64");
    }
}

}  // namespace

Result<Particle> parse_value(std::string_view text, Buffer& out) {
    Parser parser(text);
    WINNOW_TRY(parser.whole());
    return store(parser.msgpack(), out);
}

}  // namespace winnow
