// CSV files: cut into the same records however they arrive, and each value comes back when it is
// written again in quotes.

#include <algorithm>
#include <string>
#include <vector>

#include "cli/load/column_type.h"
#include "cli/load/csv.h"
#include "touch.h"

using namespace winnow;
using namespace winnow::cli;
using winnow::fuzz::require;
using winnow::fuzz::touch;

namespace {

// The records of a text that arrives in pieces, and the line of each.
std::vector<std::pair<std::string, uint64_t>> cut(std::string_view text, char delimiter,
                                                  size_t step) {
    CsvReader reader(
        [text, step](std::span<char> room) mutable {
            size_t size = std::min({room.size(), text.size(), step});
            std::copy_n(text.data(), size, room.data());
            text.remove_prefix(size);
            return Answer<size_t>(size);
        },
        delimiter);
    std::vector<std::pair<std::string, uint64_t>> records;
    for (auto record = reader.next(); record && *record; record = reader.next())
        records.emplace_back((*record)->text, (*record)->line);
    return records;
}

void check_record(std::string_view record, char delimiter) {
    CsvFields fields, again;
    auto values = fields.split(record, delimiter);
    if (!values) return touch(std::string_view(values.error()));
    std::string quoted;
    TypeGuess guess;
    for (const CsvValue& value : *values) {
        touch(value.text);
        guess.see(value.text);
        require(value_of_text(value.text, guess.type()).has_value());
        quoted += quoted.empty() ? "\"" : std::string(1, delimiter) + '"';
        for (char c : value.text) quoted += c == '"' ? "\"\"" : std::string(1, c);
        quoted += '"';
    }
    auto back = again.split(quoted, delimiter);
    require(back && std::ranges::equal(*values, *back, {}, &CsvValue::text, &CsvValue::text));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size < 2) return 0;
    const char delimiters[] = {',', ';', '\t', '|'};
    char delimiter = delimiters[data[0] % 4];
    size_t step = data[1] % 16 + 1;
    std::string_view text = text_of({data + 2, size - 2});
    auto records = cut(text, delimiter, SIZE_MAX);
    require(records == cut(text, delimiter, step));
    for (const auto& [record, line] : records) check_record(record, delimiter);
    return 0;
}
