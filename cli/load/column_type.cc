#include "cli/load/column_type.h"

#include <algorithm>
#include <charconv>

namespace winnow::cli {
namespace {

constexpr std::string_view names[] = {"int", "float", "bool", "str", "json", "geo"};

template <class T>
std::optional<T> number_of_text(std::string_view text) {
    if (text.starts_with('+')) text.remove_prefix(1);
    T value{};
    auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || stop != text.data() + text.size()) return {};
    return value;
}

std::optional<bool> boolean_of_text(std::string_view text) {
    if (text == "true" || text == "True" || text == "TRUE") return true;
    if (text == "false" || text == "False" || text == "FALSE") return false;
    return {};
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// Begins as numbers are written: no +, no 007, no nan; at least a digit or a point.
bool is_plain_number(std::string_view text) {
    if (text.starts_with('-')) text.remove_prefix(1);
    if (text.empty() || !(is_digit(text[0]) || text[0] == '.')) return false;
    return !(text.size() > 1 && text[0] == '0' && is_digit(text[1]));
}

}  // namespace

std::string_view type_name(ColumnType type) {
    return names[static_cast<size_t>(type)];
}

std::optional<ColumnType> type_of_name(std::string_view name) {
    auto found = std::ranges::find(names, name);
    if (found == std::end(names)) return {};
    return static_cast<ColumnType>(found - std::begin(names));
}

void TypeGuess::see(std::string_view value) {
    seen_ = true;
    if (boolean_) boolean_ = boolean_of_text(value).has_value();
    if (!integer_ && !real_) return;
    if (!is_plain_number(value)) {
        integer_ = real_ = false;
        return;
    }
    if (number_of_text<int64_t>(value)) return;
    integer_ = false;
    bool too_long = value.find_first_of(".eE") == std::string_view::npos;
    real_ = real_ && !too_long && number_of_text<double>(value).has_value();
}

ColumnType TypeGuess::type() const {
    if (!seen_) return ColumnType::string;
    if (boolean_) return ColumnType::boolean;
    if (integer_) return ColumnType::integer;
    return real_ ? ColumnType::real : ColumnType::string;
}

std::optional<int64_t> integer_of_text(std::string_view text) {
    return number_of_text<int64_t>(text);
}

std::optional<client::Value> value_of_text(std::string_view text, ColumnType type) {
    using client::Value;
    using client::ValueView;
    switch (type) {
        case ColumnType::integer:
            if (auto number = integer_of_text(text)) return Value(ValueView(*number));
            return {};
        case ColumnType::real:
            if (auto number = number_of_text<double>(text)) return Value(ValueView(*number));
            return {};
        case ColumnType::boolean:
            if (auto truth = boolean_of_text(text)) return Value(ValueView(*truth));
            return {};
        case ColumnType::json:
            if (auto value = Value::parse(text)) return *std::move(value);
            return {};
        case ColumnType::geo: return Value::geojson(text);
        case ColumnType::string: break;
    }
    return Value(ValueView(text));
}

}  // namespace winnow::cli
