#pragma once
// JSON as doors speak it: a tree for requests, text for answers, and values of bins both ways.
//
// Requests are read by the parser of value texts, which knows all of JSON. Numbers that a double
// cannot hold and what JSON lacks are tagged, see tests/conformance/README.md.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "client/value.h"

namespace winnow::conformance {

struct Json {
    enum class Kind : uint8_t { null, boolean, integer, string, array, object };

    // One whole text. parameter: it is no JSON, or has a number with a point in it.
    static Result<Json> parse(std::string_view text);

    Kind kind = Kind::null;
    int64_t integer = 0;  // a boolean is 0 or 1
    std::string string;
    std::vector<Json> items;
    std::vector<std::pair<std::string, Json>> members;

    bool is_null() const { return kind == Kind::null; }
    // The member of that name; a null one if there is none.
    const Json& at(std::string_view name) const;
    bool has(std::string_view name) const { return !at(name).is_null(); }
    // Of an array, or of a pair of one.
    const Json& operator[](size_t index) const { return items.at(index); }
    // An integer, tagged or not; otherwise `missing`.
    int64_t number(int64_t missing = 0) const;
};

// A text in quotes.
std::string quoted(std::string_view text);
std::string hex(Bytes bytes);
Result<std::string> from_hex(std::string_view digits);

// The value of a bin that a request holds, and how an answer holds one.
Result<client::Value> value_of(const Json& tagged);
std::string tagged(const client::ValueView& value);

}  // namespace winnow::conformance
