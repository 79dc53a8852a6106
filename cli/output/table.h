#pragma once
// Rows under aligned columns, or one JSON object for each row.
//
// Widths are those of the rows at hand when the first are printed; what comes later is set under
// the same columns, even where it is wider, so that any number of rows needs little memory.
//
// One thread.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::cli {

struct Cell {
    std::string text = {};   // for people
    std::string json = {};   // empty: null
    bool is_number = false;  // set to the right

    static Cell string(std::string_view text);
    static Cell number(uint64_t number);  // 336,776
    static Cell bytes(uint64_t size);     // 1.2 MiB
    static Cell duration(uint64_t seconds);
};

class Table {
public:
    explicit Table(std::vector<std::string> names = {}) : names_(std::move(names)) {}

    // The column of a name, behind all others if it is new.
    size_t column(std::string_view name);
    const std::vector<std::string>& names() const { return names_; }
    // At most as many cells as there are columns.
    void add(std::vector<Cell> row) { rows_.push_back(std::move(row)); }
    size_t size() const { return rows_.size(); }

    // How wide print() would be.
    size_t width() const;
    // Rows to standard output, above them the names at the first call; then forgets them.
    void print();
    // Each row as names and values, one below the other.
    void print_upright();
    // Each row as an object; `kind` says of what, unless it is empty.
    void print_json(std::string_view kind = {});

private:
    struct Column {
        size_t width = 0;  // 0: not shown, as nothing is in it
        bool is_number = true;
    };
    std::vector<Column> layout() const;
    void print_row(const std::vector<Cell>& row) const;

    std::vector<std::string> names_;
    std::vector<std::vector<Cell>> rows_;
    std::vector<Column> columns_;  // once printed
};

// How long something took: "0.3 ms", "1.2 s".
std::string time_text(uint64_t nanoseconds);
// 336,776
std::string count_text(uint64_t number);

}  // namespace winnow::cli
