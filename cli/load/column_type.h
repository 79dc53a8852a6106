#pragma once
// The types of columns: told by their values, and values turned into what a bin holds.
//
//   int    64 bits          float   any other number      bool   true, false, True, FALSE, ...
//   str    all else         json    as record/value/text.h reads it      geo   GeoJSON
//
// A column is int, float or bool if each of its values is. json and geo are only given, never told.
// What a number would not give back is no number: 007 and 12345678901234567890 are strings.
//
// Pure functions and a plain value.

#include <cstdint>
#include <optional>
#include <string_view>

#include "client/value.h"

namespace winnow::cli {

enum class ColumnType : uint8_t { integer, real, boolean, string, json, geo };

// int, float, bool, str, json, geo
std::string_view type_name(ColumnType type);
std::optional<ColumnType> type_of_name(std::string_view name);

// Which types the values seen so far could all have.
class TypeGuess {
public:
    void see(std::string_view value);
    ColumnType type() const;  // string if nothing was seen

private:
    bool seen_ = false;
    bool integer_ = true, real_ = true, boolean_ = true;
};

// Nothing: the text is no such value.
std::optional<int64_t> integer_of_text(std::string_view text);
std::optional<client::Value> value_of_text(std::string_view text, ColumnType type);

}  // namespace winnow::cli
