#pragma once
// CSV as it is met: a record a line, values between delimiters. A value that begins with a quote
// ends with one, and may have delimiters, line feeds and doubled quotes inside; a quote elsewhere
// stands for itself. Lines end with LF or CRLF. Empty lines and a UTF-8 byte order mark are
// skipped.
//
// Two steps, so that the second can run in several threads: a CsvReader cuts a stream into records,
// CsvFields one record into values. Both are of one thread each.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/trouble.h"

namespace winnow::cli {

inline constexpr size_t csv_record_size_max = size_t{16} << 20;

struct CsvRecord {
    std::string_view text;  // without its line end; valid until the next call
    uint64_t line = 0;      // where it begins, from 1
};

class CsvReader {
public:
    // Fills a part of what it is given and says how much; 0: the end.
    using Source = std::function<Answer<size_t>(std::span<char> room)>;

    CsvReader(Source source, char delimiter) : source_(std::move(source)), delimiter_(delimiter) {}

    // Nothing at the end. Troubles: those of the source, a file that is no text, a record beyond
    // csv_record_size_max, which a missing quote makes.
    Answer<std::optional<CsvRecord>> next();

private:
    Answer<> read_more();
    Answer<> check_beginning();

    Source source_;
    char delimiter_;
    std::vector<char> buffer_;
    size_t begin_ = 0, end_ = 0;  // what of the buffer is not handed out yet
    uint64_t line_ = 1;
    bool started_ = false, source_ended_ = false;
};

struct CsvValue {
    std::string_view text;
    bool quoted = false;
};

class CsvFields {
public:
    // Valid until the next call, and as long as `record`. Why it is no record: a static text.
    tl::expected<std::span<const CsvValue>, const char*> split(std::string_view record,
                                                               char delimiter);

private:
    // A quoted value, whole with its quotes.
    tl::expected<std::string_view, const char*> unquote(std::string_view text);

    std::vector<CsvValue> values_;
    std::string unquoted_;  // those that had doubled quotes
};

}  // namespace winnow::cli
