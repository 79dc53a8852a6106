#include "server/info/answer.h"

#include <fmt/format.h>

#include <charconv>

namespace winnow {

void append_number(Buffer& out, int64_t value) {
    fmt::format_int digits(value);
    out.append(std::string_view(digits.data(), digits.size()));
}

void append_number(Buffer& out, uint64_t value) {
    fmt::format_int digits(value);
    out.append(std::string_view(digits.data(), digits.size()));
}

void append_error(Buffer& out, const Error& error) {
    out.append("ERROR:");
    append_number(out, static_cast<uint64_t>(error.code));
    out.append_byte(':');
    out.append(std::string_view(error.text));
}

void append_name(Buffer& out, std::string_view name) {
    for (char each : name) {
        bool breaks = static_cast<unsigned char>(each) < ' ' || each == ';' || each == ':';
        out.append_byte(breaks ? '?' : static_cast<uint8_t>(each));
    }
}

void InfoPairs::begin(std::string_view key) {
    if (!first_) out_.append_byte(static_cast<uint8_t>(separator_));
    first_ = false;
    out_.append(key);
    out_.append_byte('=');
}

Result<std::string_view> take(const InfoCommand& command, const RequiredParameter& parameter) {
    auto value = command.parameter(parameter.key, parameter.other);
    if (!value) return fail(parameter.code, parameter.missing);
    if (value->empty()) return fail(parameter.code, parameter.empty);
    return *value;
}

std::optional<uint64_t> parse_number(std::string_view text) {
    uint64_t value = 0;
    const char* end = text.data() + text.size();
    auto [stopped, error] = std::from_chars(text.data(), end, value);
    if (text.empty() || error != std::errc() || stopped != end) return std::nullopt;
    return value;
}

Result<std::shared_ptr<Namespace>> take_namespace(const ServerContext& context,
                                                  const InfoCommand& command,
                                                  std::string_view other) {
    auto name = take(command, {"namespace", other, ResultCode::namespace_not_found,
                               "missing 'namespace'", "missing 'namespace' value"});
    if (!name) return fail(name.error());
    if (const auto* ns = context.database.find(*name)) return *ns;
    return fail(ResultCode::namespace_not_found, "namespace not found on node");
}

}  // namespace winnow
