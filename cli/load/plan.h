#pragma once
// What a load does with each row: which columns there are, of which types, under which names they
// become bins, and which make the key. Made before the first row is written; constant from then on.

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "cli/command.h"
#include "cli/load/column_type.h"
#include "cli/load/csv.h"
#include "client/key.h"
#include "client/policies.h"

namespace winnow::cli {

struct Column {
    std::string name;  // as the file has it
    std::string bin;
    ColumnType type = ColumnType::string;
    bool type_given = false;
    TypeGuess guess = {};
};

struct LoadPlan {
    std::string ns;
    std::string set;
    char delimiter = ',';
    std::vector<Column> columns;
    std::vector<size_t> key;  // columns; none: the row number
    std::unordered_set<std::string> nulls;
    client::WriteRules rules;

    bool is_null(const CsvValue& value) const {
        if (value.text.empty() && !value.quoted) return true;
        return !nulls.empty() && nulls.contains(std::string(value.text));
    }
    bool all_types_given() const;
    // `year=int,carrier=str`, as --types takes it.
    std::string types_text() const;
};

// From the options of a load. `header` is the first record of the file; not used with --columns.
Answer<LoadPlan> plan_load(const Call& call, std::string_view header);
Answer<char> delimiter_of(const Call& call);

// Tells the types that are not given, by all rows. `go_on` is called with the number of rows so
// far; false ends it with a Trouble.
Answer<> guess_types(LoadPlan& plan, CsvReader& rows, const std::function<bool(uint64_t)>& go_on);

// A row as a key and bins. One thread; keeps its memory.
class RowReader {
public:
    explicit RowReader(const LoadPlan& plan) : plan_(plan) {}

    struct Row {
        client::Key key;
        std::vector<std::pair<const Column*, client::Value>> bins;
    };
    // Why it is refused: for people.
    tl::expected<Row, std::string> read(std::string_view record, uint64_t row_number);

private:
    tl::expected<client::Key, std::string> key_of(std::span<const CsvValue> values,
                                                  uint64_t row_number) const;

    const LoadPlan& plan_;
    CsvFields fields_;
};

}  // namespace winnow::cli
