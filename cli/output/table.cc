#include "cli/output/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "cli/output/json.h"

namespace winnow::cli {
namespace {

constexpr std::string_view gap = "  ";

// Columns of a terminal: code points, near enough.
size_t column_count(std::string_view text) {
    return static_cast<size_t>(
        std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; }));
}

void append_padded(std::string& line, std::string_view text, size_t width, bool to_the_right) {
    size_t space = width - std::min(width, column_count(text));
    if (to_the_right) line.append(space, ' ');
    line += text;
    if (!to_the_right) line.append(space, ' ');
}

void print_line(std::string& line) {
    line.erase(line.find_last_not_of(' ') + 1);
    line += '\n';
    fmt::print("{}", line);
    line.clear();
}

}  // namespace

Cell Cell::string(std::string_view text) {
    Cell cell{.text = std::string(text)};
    append_json_string(cell.json, text);
    return cell;
}

Cell Cell::number(uint64_t number) {
    return {count_text(number), fmt::to_string(number), true};
}

Cell Cell::bytes(uint64_t size) {
    if (size < 1024) return {fmt::format("{} B", size), fmt::to_string(size), true};
    double shown = static_cast<double>(size);
    std::string_view units = "BKMGTPE";
    while (shown >= 1024) {
        shown /= 1024;
        units.remove_prefix(1);
    }
    return {fmt::format("{:.1f} {}iB", shown, units[0]), fmt::to_string(size), true};
}

Cell Cell::duration(uint64_t seconds) {
    uint64_t minutes = seconds / 60, hours = minutes / 60, days = hours / 24;
    std::string text = days != 0      ? fmt::format("{} d {} h", days, hours % 24)
                       : hours != 0   ? fmt::format("{} h {} min", hours, minutes % 60)
                       : minutes != 0 ? fmt::format("{} min {} s", minutes, seconds % 60)
                                      : fmt::format("{} s", seconds);
    return {text, fmt::to_string(seconds), true};
}

size_t Table::column(std::string_view name) {
    auto found = std::ranges::find(names_, name);
    if (found != names_.end()) return static_cast<size_t>(found - names_.begin());
    names_.emplace_back(name);
    return names_.size() - 1;
}

std::vector<Table::Column> Table::layout() const {
    std::vector<Column> columns(names_.size());
    for (const std::vector<Cell>& row : rows_) {
        for (size_t i = 0; i < row.size(); i++) {
            columns[i].width = std::max(columns[i].width, column_count(row[i].text));
            if (!row[i].text.empty() && !row[i].is_number) columns[i].is_number = false;
        }
    }
    for (size_t i = 0; i < names_.size(); i++) {
        if (columns[i].width != 0 || rows_.empty())
            columns[i].width = std::max(columns[i].width, column_count(names_[i]));
    }
    return columns;
}

size_t Table::width() const {
    size_t width = 0;
    for (const Column& column : layout()) {
        if (column.width != 0) width += column.width + gap.size();
    }
    return width - std::min(width, gap.size());
}

void Table::print() {
    if (columns_.empty()) {
        columns_ = layout();
        std::vector<Cell> names;
        for (size_t i = 0; i < names_.size(); i++)
            names.push_back({.text = columns_[i].width != 0 ? names_[i] : ""});
        print_row(names);
    }
    for (const std::vector<Cell>& row : rows_) print_row(row);
    rows_.clear();
}

void Table::print_row(const std::vector<Cell>& row) const {
    std::string line, unforeseen;
    for (size_t i = 0; i < row.size(); i++) {
        Column column = i < columns_.size() ? columns_[i] : Column{};
        if (column.width != 0) {
            if (!line.empty()) line += gap;
            append_padded(line, row[i].text, column.width, column.is_number);
        } else if (!row[i].text.empty()) {
            unforeseen += fmt::format("{}{}={}", gap, names_[i], row[i].text);
        }
    }
    line += unforeseen;
    print_line(line);
}

void Table::print_upright() {
    size_t width = 0;
    for (const std::string& name : names_) width = std::max(width, column_count(name));
    std::string line;
    for (const std::vector<Cell>& row : rows_) {
        for (size_t i = 0; i < row.size(); i++) {
            if (row[i].text.empty()) continue;
            append_padded(line, names_[i], width, false);
            line += gap;
            line += row[i].text;
            print_line(line);
        }
        print_line(line);
    }
    rows_.clear();
}

void Table::print_json(std::string_view kind) {
    for (const std::vector<Cell>& row : rows_) {
        std::string line = "{";
        auto add = [&](std::string_view name, std::string_view value) {
            if (line.size() > 1) line += ", ";
            append_json_string(line, name);
            line += ": ";
            line += value;
        };
        if (!kind.empty()) add("kind", fmt::format("\"{}\"", kind));
        for (size_t i = 0; i < names_.size(); i++)
            add(names_[i], i < row.size() && !row[i].json.empty() ? row[i].json : "null");
        fmt::print("{}}}\n", line);
    }
    rows_.clear();
}

std::string time_text(uint64_t nanoseconds) {
    double ms = static_cast<double>(nanoseconds) / 1e6;
    return ms < 1000 ? fmt::format("{:.1f} ms", ms) : fmt::format("{:.2f} s", ms / 1000);
}

std::string count_text(uint64_t number) {
    std::string digits = fmt::to_string(number);
    for (size_t at = digits.size(); at > 3;) digits.insert(at -= 3, 1, ',');
    return digits;
}

}  // namespace winnow::cli
