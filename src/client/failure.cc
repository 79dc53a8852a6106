#include "client/failure.h"

#include <fmt/core.h>

namespace winnow::client {

bool Failure::worth_retrying() const {
    switch (source) {
        case FailureSource::timeout:
        case FailureSource::connection:
        case FailureSource::cluster: return code != ResultCode::namespace_not_found;
        case FailureSource::server:
            return code == ResultCode::timeout || code == ResultCode::unavailable ||
                   code == ResultCode::device_overload;
        case FailureSource::reply:
        case FailureSource::request:
        case FailureSource::interrupt: return false;
    }
    return false;
}

std::string Failure::message() const {
    std::string line = fmt::format("{} (code {})", text, static_cast<int>(code));
    if (!node.empty()) line += fmt::format(", node {}", node);
    if (in_doubt) line += ", the write may have been done";
    return line;
}

Failure server_failure(ResultCode code, std::string node) {
    return {code, FailureSource::server, false, std::string(result_code_text(code)),
            std::move(node)};
}

Failure request_failure(ResultCode code, std::string_view text) {
    return {code, FailureSource::request, false, std::string(text), {}};
}

Failure failure_of(const Error& error, FailureSource source, std::string node) {
    if (error.code == ResultCode::timeout) source = FailureSource::timeout;
    if (error.code == ResultCode::query_aborted) source = FailureSource::interrupt;
    return {error.code, source, false, error.text, std::move(node)};
}

}  // namespace winnow::client
