#include "client/cluster/info_reply.h"

#include <charconv>

namespace winnow::client {
namespace {

// Takes what stands before the next `:` off `rest`.
std::string_view take_piece(std::string_view& rest) {
    size_t at = rest.find(':');
    std::string_view piece = rest.substr(0, at);
    rest.remove_prefix(at == std::string_view::npos ? rest.size() : at + 1);
    return piece;
}

}  // namespace

std::optional<std::string_view> InfoReply::value(std::string_view line) const {
    std::string_view rest = text_;
    while (!rest.empty()) {
        size_t end = rest.find('\n');
        std::string_view entry = rest.substr(0, end);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        size_t tab = entry.find('\t');
        if (entry.substr(0, tab) != line) continue;
        return tab == std::string_view::npos ? std::string_view{} : entry.substr(tab + 1);
    }
    return {};
}

Outcome<std::string_view> InfoReply::need(std::string_view line, const std::string& node) const {
    std::optional<std::string_view> found = value(line);
    if (!found) {
        // Some refusals do not echo the line.
        if (auto failure = info_failure(text_, node)) return fail(*std::move(failure));
        return fail(Failure{ResultCode::server_error, FailureSource::reply, false,
                            "the info reply lacks the line that was asked for", node});
    }
    if (auto failure = info_failure(*found, node)) return fail(*std::move(failure));
    return *found;
}

std::optional<Failure> info_failure(std::string_view value, const std::string& node) {
    std::string_view rest = value;
    std::string_view head = take_piece(rest);
    if (head.size() == value.size() || (head != "ERROR" && head != "FAIL")) return {};
    std::string_view number = take_piece(rest);
    unsigned code = 0;
    auto parsed = std::from_chars(number.data(), number.data() + number.size(), code);
    bool is_code = parsed.ec == std::errc{} && parsed.ptr == number.data() + number.size();
    if (!is_code || code == 0 || code > UINT8_MAX) code = 1;
    std::string_view text = is_code || number.empty() ? rest : value.substr(head.size() + 1);
    text = text.substr(0, text.find_first_of("\t\n"));
    Failure failure = server_failure(static_cast<ResultCode>(code), node);
    if (!text.empty()) failure.text = text;
    return failure;
}

bool fits_info(std::string_view name) {
    return !name.empty() && name.find_first_of(":;,=\t\n") == std::string_view::npos;
}

}  // namespace winnow::client
