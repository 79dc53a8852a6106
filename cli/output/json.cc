#include "cli/output/json.h"

#include <fmt/format.h>

#include <cmath>
#include <iterator>

#include "record/value/msgpack.h"
#include "record/value/text.h"

namespace winnow::cli {
namespace {

void append_real(std::string& out, double value) {
    if (!std::isfinite(value)) {
        std::string_view name = std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf";
        fmt::format_to(std::back_inserter(out), R"({{"$number": "{}"}})", name);
    } else {
        out += client::ValueView(value).text();  // 1.0, so that it is read as no integer
    }
}

void append_tagged(std::string& out, std::string_view tag, std::string_view text) {
    fmt::format_to(std::back_inserter(out), R"({{"${}": )", tag);
    append_json_string(out, text);
    out += '}';
}

// Values inside a collection. False: bytes that are no value.
class ElementPrinter {
public:
    ElementPrinter(std::string& out, Bytes bytes) : out_(out), bytes_(bytes), reader_(bytes) {}

    bool print(unsigned depth = 0) {
        size_t start = reader_.position();
        MsgpackToken token;
        if (depth >= value_depth_max || !reader_.next(token)) return false;
        switch (token.kind) {
            case MsgpackKind::nil: out_ += "null"; return true;
            case MsgpackKind::boolean: out_ += token.boolean ? "true" : "false"; return true;
            case MsgpackKind::integer: out_ += fmt::to_string(token.integer); return true;
            case MsgpackKind::uinteger: out_ += fmt::to_string(token.uinteger); return true;
            case MsgpackKind::float32:
            case MsgpackKind::float64: append_real(out_, token.real); return true;
            case MsgpackKind::array: return print_array(token, depth);
            case MsgpackKind::map: return print_map(token, depth);
            case MsgpackKind::string:
                if (token.is_string_of(Particle::string)) {
                    append_json_string(out_, text_of(token.content()));
                    return true;
                }
                if (token.is_string_of(Particle::blob)) {
                    append_tagged(out_, "bytes", hex_text(token.content()));
                    return true;
                }
                break;
            case MsgpackKind::ext:
            case MsgpackKind::wildcard:
            case MsgpackKind::infinity: break;
        }
        append_tagged(out_, "value", element_text(since(start)));
        return true;
    }

private:
    Bytes since(size_t start) const { return bytes_.subspan(start, reader_.position() - start); }

    bool print_array(MsgpackToken& token, unsigned depth) {
        uint8_t flags = 0;
        if (!reader_.order_header(token, flags)) return false;
        out_ += '[';
        for (uint32_t i = 0; i < token.count; i++) {
            if (i != 0) out_ += ", ";
            if (!print(depth + 1)) return false;
        }
        out_ += ']';
        return true;
    }

    bool print_map(MsgpackToken& token, unsigned depth) {
        uint8_t flags = 0;
        if (!reader_.order_header(token, flags)) return false;
        size_t pairs = reader_.position();
        bool strings = true;
        for (uint32_t i = 0; i < token.count && strings; i++) {
            MsgpackToken key;
            if (!reader_.next(key)) return false;
            strings = key.is_string_of(Particle::string);
            if (strings && !reader_.skip()) return false;
        }
        reader_.seek(pairs);
        out_ += strings ? "{" : R"({"$map": [)";
        for (uint32_t i = 0; i < token.count; i++) {
            if (i != 0) out_ += ", ";
            if (!strings) out_ += '[';
            if (!print(depth + 1)) return false;
            out_ += strings ? ": " : ", ";
            if (!print(depth + 1)) return false;
            if (!strings) out_ += ']';
        }
        out_ += strings ? "}" : "]}";
        return true;
    }

    std::string& out_;
    Bytes bytes_;
    MsgpackReader reader_;
};

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    for (size_t at = 0; at < text.size();) {
        if (size_t length = utf8_length(text, at); length != 0) {
            if (text[at] == '"' || text[at] == '\\') out += '\\';
            out += text.substr(at, length);
            at += length;
            continue;
        }
        uint8_t byte = static_cast<uint8_t>(text[at++]);
        fmt::format_to(std::back_inserter(out), "\\u{:04x}", byte < 0x80 ? byte : 0xdc00 + byte);
    }
    out += '"';
}

void append_json(std::string& out, const client::ValueView& value) {
    switch (value.particle()) {
        case Particle::nil: out += "null"; return;
        case Particle::integer: out += fmt::to_string(*value.integer()); return;
        case Particle::boolean: out += value.boolean().value_or(false) ? "true" : "false"; return;
        case Particle::string: append_json_string(out, *value.string()); return;
        case Particle::blob: append_tagged(out, "bytes", hex_text(value.bytes())); return;
        case Particle::geojson: append_tagged(out, "geo", *value.geojson()); return;
        case Particle::float64:
            if (std::optional<double> number = value.float64()) return append_real(out, *number);
            break;
        case Particle::list:
        case Particle::map: {
            size_t before = out.size();
            if (ElementPrinter(out, value.bytes()).print()) return;
            out.resize(before);
            break;
        }
        default: break;
    }
    append_tagged(out, "value", value.text());
}

std::string hex_text(Bytes bytes) {
    std::string text;
    for (uint8_t byte : bytes) fmt::format_to(std::back_inserter(text), "{:02x}", byte);
    return text;
}

}  // namespace winnow::cli
