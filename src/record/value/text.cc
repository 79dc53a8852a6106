#include "record/value/text.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>

#include "record/value/msgpack.h"

namespace winnow {
namespace {

// True if the text is one pair of braces with its content, so that a reader finds its end.
bool is_braced(std::string_view text) {
    if (text.empty() || text[0] != '{') return false;
    size_t open = 0, length;
    bool quoted = false, escaped = false;
    for (size_t i = 0; i < text.size(); i += length) {
        length = utf8_length(text, i);
        if (length == 0) return false;
        char c = text[i];
        if (escaped || (quoted && c == '\\')) {
            escaped = !escaped;
        } else if (c == '"') {
            quoted = !quoted;
        } else if (!quoted && c == '{') {
            open++;
        } else if (!quoted && c == '}' && --open == 0) {
            return i + 1 == text.size();
        }
    }
    return false;
}

class Printer {
public:
    explicit Printer(size_t size_max) : size_max_(size_max) {}

    void bin(Particle type, Bytes value);
    void element(MsgpackReader& reader, unsigned depth);
    std::string take() {
        if (malformed_) {
            text_ += "<malformed>";
        } else if (full()) {
            text_ += "...";
        }
        return std::move(text_);
    }

private:
    bool full() const { return malformed_ || text_.size() > size_max_; }
    void malformed() { malformed_ = true; }
    template <class T>
    void number(T value) {
        char digits[32];
        text_.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
    }
    void real(double value);
    void hex_digits(uint8_t byte) {
        constexpr char digits[] = "0123456789abcdef";
        text_ += digits[byte >> 4];
        text_ += digits[byte & 15];
    }
    void hex(std::string_view name, Bytes content, int first = -1);
    void quoted(std::string_view content);
    void geojson(std::string_view content);
    void string(Bytes content);
    void collection(MsgpackToken head, MsgpackReader& reader, unsigned depth);

    std::string text_;
    size_t size_max_;
    bool malformed_ = false;  // ends the text
};

void Printer::real(double value) {
    if (std::isnan(value)) {
        text_ += "nan";
        return;
    }
    size_t before = text_.size();
    number(value);
    if (text_.find_first_of(".einf", before) == std::string::npos) text_ += ".0";
}

void Printer::hex(std::string_view name, Bytes content, int first) {
    text_ += name;
    text_ += '"';
    if (first >= 0) hex_digits(static_cast<uint8_t>(first));
    for (uint8_t byte : content) {
        if (full()) return;
        hex_digits(byte);
    }
    text_ += '"';
}

void Printer::quoted(std::string_view content) {
    text_ += '"';
    for (size_t i = 0; i < content.size() && !full();) {
        char c = content[i];
        size_t length = utf8_length(content, i);
        if (c == '"' || c == '\\') {
            text_ += '\\';
            text_ += c;
        } else if (c == '\n') {
            text_ += "\\n";
        } else if (c == '\t') {
            text_ += "\\t";
        } else if (length == 0) {
            text_ += "\\x";
            hex_digits(static_cast<uint8_t>(c));
        } else {
            text_ += content.substr(i, length);
        }
        i += length == 0 ? 1 : length;
    }
    if (!full()) text_ += '"';
}

void Printer::geojson(std::string_view content) {
    text_ += "geo";
    bool fits = content.size() <= size_max_ - std::min(size_max_, text_.size());
    if (fits && is_braced(content)) {
        text_ += content;
    } else {
        quoted(content);
    }
}

// The content of a string inside a collection, type byte first.
void Printer::string(Bytes content) {
    if (content.empty()) return hex("raw", content);
    Bytes rest = content.subspan(1);
    auto type = static_cast<Particle>(content[0]);
    if (type == Particle::string) return quoted(text_of(rest));
    if (type == Particle::geojson) return geojson(text_of(rest));
    if (is_blob(type) || type == Particle::hll || type == Particle::vector)
        return hex(particle_text(content[0]), rest);
    hex("raw", content);
}

void Printer::collection(MsgpackToken head, MsgpackReader& reader, unsigned depth) {
    uint8_t flags;
    if (depth >= value_depth_max || !reader.order_header(head, flags)) return malformed();
    bool map = head.kind == MsgpackKind::map;
    if (flags != 0) text_ += "ordered";
    if (flags > 1) {
        text_ += ':';
        number(static_cast<unsigned>(flags));
    }
    text_ += map ? '{' : '[';
    for (uint32_t i = 0; i < head.count && !full(); i++) {
        if (i != 0) text_ += ", ";
        element(reader, depth + 1);
        if (!map || full()) continue;
        text_ += ": ";
        element(reader, depth + 1);
    }
    if (!full()) text_ += map ? '}' : ']';
}

void Printer::element(MsgpackReader& reader, unsigned depth) {
    MsgpackToken token;
    if (full()) return;
    if (!reader.next(token)) return malformed();
    switch (token.kind) {
        case MsgpackKind::nil: text_ += "null"; break;
        case MsgpackKind::boolean: text_ += token.boolean ? "true" : "false"; break;
        case MsgpackKind::integer: number(token.integer); break;
        case MsgpackKind::uinteger: number(token.uinteger); break;
        case MsgpackKind::float32:
        case MsgpackKind::float64: real(token.real); break;
        case MsgpackKind::string: string(token.bytes); break;
        case MsgpackKind::array:
        case MsgpackKind::map: collection(token, reader, depth); break;
        case MsgpackKind::ext: hex("ext", token.bytes, token.ext_type); break;
        case MsgpackKind::wildcard: text_ += "wildcard"; break;
        case MsgpackKind::infinity: text_ += "infinity"; break;
    }
}

void Printer::bin(Particle type, Bytes value) {
    switch (type) {
        case Particle::nil: text_ += "null"; break;
        case Particle::integer: number(static_cast<int64_t>(particle_integer(value))); break;
        case Particle::float64:
            if (value.size() != 8) return malformed();
            real(std::bit_cast<double>(load_be<uint64_t>(value.data())));
            break;
        case Particle::boolean:
            if (value.size() != 1) return malformed();
            text_ += value[0] != 0 ? "true" : "false";
            break;
        case Particle::string: quoted(text_of(value)); break;
        case Particle::geojson: geojson(text_of(geojson_text(value))); break;
        case Particle::list:
        case Particle::map: {
            MsgpackReader reader(value);
            element(reader, 0);
            if (!full() && !reader.at_end()) malformed();
            break;
        }
        default:
            auto code = static_cast<uint8_t>(type);
            if (is_particle_type(code)) {
                hex(particle_text(code), value);
            } else {
                hex("raw", value, code);
            }
    }
}

}  // namespace

size_t utf8_length(std::string_view text, size_t at) {
    auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
    auto follows = [&](size_t i) { return i < text.size() && (byte(i) & 0xc0) == 0x80; };
    uint8_t first = byte(at);
    if (first < 0x80) return first >= 0x20 && first != 0x7f ? 1 : 0;
    if (!follows(at + 1)) return 0;
    uint8_t second = byte(at + 1);
    // c2 80 to c2 9f are control characters.
    if (first < 0xe0) return first > 0xc2 || (first == 0xc2 && second >= 0xa0) ? 2 : 0;
    if (!follows(at + 2)) return 0;
    // No overlong forms, no surrogates.
    if (first == 0xe0 && second < 0xa0) return 0;
    if (first == 0xed && second >= 0xa0) return 0;
    if (first < 0xf0) return 3;
    if (!follows(at + 3)) return 0;
    bool in_range = first == 0xf0 ? second >= 0x90 : first < 0xf4 || second < 0x90;
    return first <= 0xf4 && in_range ? 4 : 0;
}

std::string value_text(Particle type, Bytes value, size_t size_max) {
    Printer printer(size_max);
    printer.bin(type, value);
    return printer.take();
}

std::string element_text(Bytes value, size_t size_max) {
    Printer printer(size_max);
    MsgpackReader reader(value);
    printer.element(reader, 0);
    return printer.take();
}

}  // namespace winnow
