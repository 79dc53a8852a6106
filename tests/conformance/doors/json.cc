#include "doors/json.h"

#include <fmt/core.h>

#include <charconv>

#include "record/value/msgpack.h"

namespace winnow::conformance {
namespace {

using client::Value;
using client::ValueView;

Json text_node(Bytes content) {
    Json node;
    node.kind = Json::Kind::string;
    node.string = text_of(content);
    return node;
}

Json number_node(Json::Kind kind, int64_t number) {
    Json node;
    node.kind = kind;
    node.integer = number;
    return node;
}

// The next value of a list or map as a tree. REQUIRES: what the parser made.
Json tree(MsgpackReader& reader) {
    MsgpackToken token;
    uint8_t flags = 0;
    CHECK(reader.next(token));
    if (token.kind == MsgpackKind::boolean) return number_node(Json::Kind::boolean, token.boolean);
    if (token.kind == MsgpackKind::integer) return number_node(Json::Kind::integer, token.integer);
    if (token.kind == MsgpackKind::string) return text_node(token.content());
    Json node;
    if (token.kind == MsgpackKind::array || token.kind == MsgpackKind::map)
        CHECK(reader.order_header(token, flags));
    if (token.kind == MsgpackKind::array) {
        node.kind = Json::Kind::array;
        for (uint32_t i = 0; i < token.count; i++) node.items.push_back(tree(reader));
    } else if (token.kind == MsgpackKind::map) {
        node.kind = Json::Kind::object;
        for (uint32_t i = 0; i < token.count; i++) {
            std::string name = tree(reader).string;
            node.members.emplace_back(std::move(name), tree(reader));
        }
    }
    return node;
}

// A tagged value as the text that Value::parse() reads.
Result<std::string> value_text(const Json& tagged);

Result<std::string> list_text(const Json& list) {
    std::string text = "[";
    for (const Json& item : list.items) {
        auto one = value_text(item);
        if (!one) return one;
        text += (text.size() == 1 ? "" : ", ") + *one;
    }
    return text + "]";
}

Result<std::string> map_text(const Json& pairs) {
    std::string text = "{";
    for (const Json& pair : pairs.items) {
        auto key = value_text(pair[0]), value = value_text(pair[1]);
        if (!key) return key;
        if (!value) return value;
        text += fmt::format("{}{}: {}", text.size() == 1 ? "" : ", ", *key, *value);
    }
    return text + "}";
}

Result<std::string> value_text(const Json& tagged) {
    switch (tagged.kind) {
        case Json::Kind::null: return std::string("null");
        case Json::Kind::boolean: return std::string(tagged.integer ? "true" : "false");
        case Json::Kind::integer: return std::to_string(tagged.integer);
        case Json::Kind::string: return ValueView(tagged.string).text();
        case Json::Kind::array: return list_text(tagged);
        case Json::Kind::object: break;
    }
    if (tagged.members.empty()) return fail(ResultCode::parameter, "a value without a tag");
    const auto& [tag, content] = tagged.members.front();
    std::string order = tagged.has("ordered") ? "ordered" : "";
    if (tag == "map" || tag == "list") {
        auto text = tag == "map" ? map_text(content) : list_text(content);
        return text ? Result<std::string>(order + *text) : text;
    }
    if (tag == "bytes") return fmt::format("bytes\"{}\"", content.string);
    if (tag == "geo") return Value::geojson(content.string).text();
    if (tag == "int" || tag == "double") return content.string;
    return fail(ResultCode::parameter, "a value with an unknown tag");
}

std::string tagged_number(int64_t number) {
    constexpr int64_t safe = (int64_t{1} << 53) - 1;
    bool plain = number <= safe && number >= -safe;
    return plain ? std::to_string(number) : fmt::format("{{\"int\": \"{}\"}}", number);
}

std::string tagged_element(MsgpackReader& reader);

std::string tagged_collection(MsgpackReader& reader, MsgpackToken head) {
    uint8_t flags = 0;
    CHECK(reader.order_header(head, flags));
    bool map = head.kind == MsgpackKind::map;
    std::string text = "[";
    for (uint32_t i = 0; i < head.count; i++) {
        if (i != 0) text += ", ";
        std::string first = tagged_element(reader);
        text += map ? fmt::format("[{}, {}]", first, tagged_element(reader)) : first;
    }
    text += "]";
    std::string order = flags & order_sorted ? ", \"ordered\": true" : "";
    if (map) return fmt::format("{{\"map\": {}{}}}", text, order);
    return order.empty() ? text : fmt::format("{{\"list\": {}{}}}", text, order);
}

std::string tagged_element(MsgpackReader& reader) {
    MsgpackToken token;
    CHECK(reader.next(token));
    switch (token.kind) {
        case MsgpackKind::nil: return "null";
        case MsgpackKind::boolean: return token.boolean ? "true" : "false";
        case MsgpackKind::integer: return tagged_number(token.integer);
        case MsgpackKind::float32:
        case MsgpackKind::float64: return tagged(ValueView(token.real));
        case MsgpackKind::string:
            CHECK(!token.bytes.empty());
            if (token.is_string_of(Particle::geojson))  // the text alone, without cells
                return fmt::format("{{\"geo\": {}}}", quoted(text_of(token.content())));
            return tagged(ValueView(static_cast<Particle>(token.bytes[0]), token.content()));
        case MsgpackKind::array:
        case MsgpackKind::map: return tagged_collection(reader, token);
        default: return "{\"unknown\": true}";
    }
}

}  // namespace

Result<Json> Json::parse(std::string_view text) {
    Result<Value> value = Value::parse(text);
    if (!value) return fail(value.error());
    if (value->particle() != Particle::map && value->particle() != Particle::list)
        return fail(ResultCode::parameter, "a request is an object");
    MsgpackReader reader(value->view().bytes());
    return tree(reader);
}

const Json& Json::at(std::string_view name) const {
    static const Json null;
    for (const auto& [own, value] : members) {
        if (own == name) return value;
    }
    return null;
}

int64_t Json::number(int64_t missing) const {
    if (kind == Kind::integer || kind == Kind::boolean) return integer;
    const std::string& digits = at("int").string;
    std::from_chars(digits.data(), digits.data() + digits.size(), missing);
    return missing;
}

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (char c : text) {
        if (c == '"' || c == '\\')
            out += {'\\', c};
        else if (static_cast<uint8_t>(c) < 0x20)
            out += fmt::format("\\u{:04x}", c);
        else
            out += c;
    }
    return out + "\"";
}

std::string hex(Bytes bytes) {
    std::string out;
    for (uint8_t byte : bytes) out += fmt::format("{:02x}", byte);
    return out;
}

Result<std::string> from_hex(std::string_view digits) {
    Result<Value> blob = Value::parse(fmt::format("bytes\"{}\"", digits));
    if (!blob) return fail(blob.error());
    return std::string(text_of(blob->view().bytes()));
}

Result<Value> value_of(const Json& tagged) {
    auto text = value_text(tagged);
    if (!text) return fail(text.error());
    if (*text == "null") return Value();
    return Value::parse(*text);
}

std::string tagged(const ValueView& value) {
    switch (value.particle()) {
        case Particle::nil: return "null";
        case Particle::integer: return tagged_number(*value.integer());
        case Particle::boolean: return *value.boolean() ? "true" : "false";
        case Particle::float64: return fmt::format("{{\"double\": {}}}", quoted(value.text()));
        case Particle::string: return quoted(*value.string());
        case Particle::geojson: return fmt::format("{{\"geo\": {}}}", quoted(*value.geojson()));
        case Particle::list:
        case Particle::map: {
            MsgpackReader reader(value.bytes());
            return tagged_element(reader);
        }
        default: return fmt::format("{{\"bytes\": \"{}\"}}", hex(value.bytes()));
    }
}

}  // namespace winnow::conformance
