#pragma once
// What the info commands have in common: parameters that must be there, and answers made of
// `key=value` pairs.

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"
#include "protocol/info.h"
#include "server/context.h"

namespace winnow {

// `ERROR:<code>:<text>`
void append_error(Buffer& out, const Error& error);

void append_number(Buffer& out, int64_t value);
void append_number(Buffer& out, uint64_t value);

// A name that a client chose: bytes that would end the pair, the entry or the line show as `?`.
void append_name(Buffer& out, std::string_view name);

// Appends pairs, with a separator in front of all but the first.
class InfoPairs {
public:
    explicit InfoPairs(Buffer& out, char separator = ';') : out_(out), separator_(separator) {}

    void add(std::string_view key, std::string_view value) {
        begin(key);
        out_.append(value);
    }
    template <std::integral T>
    void add(std::string_view key, T value) {
        begin(key);
        if constexpr (std::same_as<T, bool>)
            out_.append(value ? std::string_view("true") : std::string_view("false"));
        else if constexpr (std::signed_integral<T>)
            append_number(out_, static_cast<int64_t>(value));
        else
            append_number(out_, static_cast<uint64_t>(value));
    }
    void add_name(std::string_view key, std::string_view name) {
        begin(key);
        append_name(out_, name);
    }

private:
    void begin(std::string_view key);

    Buffer& out_;
    const char separator_;
    bool first_ = true;
};

// A parameter that a command cannot do without, by either of its spellings.
struct RequiredParameter {
    std::string_view key;
    std::string_view other;
    ResultCode code;      // of the errors
    const char* missing;  // it is not there
    const char* empty;    // it has no value
};
Result<std::string_view> take(const InfoCommand& command, const RequiredParameter& parameter);

// A decimal number of digits alone that fits.
std::optional<uint64_t> parse_number(std::string_view text);

// The namespace that a command names with `namespace=`, or with another spelling.
Result<std::shared_ptr<Namespace>> take_namespace(const ServerContext& context,
                                                  const InfoCommand& command,
                                                  std::string_view other);

}  // namespace winnow
