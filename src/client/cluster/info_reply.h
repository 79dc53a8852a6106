#pragma once
// Answers to info commands: `line TAB value LF` for each line asked.

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "client/failure.h"

namespace winnow::client {

class InfoReply {
public:
    explicit InfoReply(std::string text) : text_(std::move(text)) {}

    // The value of a line, which is looked for as it was asked.
    std::optional<std::string_view> value(std::string_view line) const;
    // The value, or the failure if it is missing or is an error of the server.
    Outcome<std::string_view> need(std::string_view line, const std::string& node) const;

private:
    std::string text_;
};

// The failure that a value stands for: ERROR:code:text or FAIL:code:text. Nothing if it is none.
std::optional<Failure> info_failure(std::string_view value, const std::string& node);

// Whether a name can stand in an info command: not empty, none of `:;,=` TAB LF.
bool fits_info(std::string_view name);

}  // namespace winnow::client
