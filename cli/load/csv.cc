#include "cli/load/csv.h"

#include <algorithm>
#include <cstring>

namespace winnow::cli {
namespace {

constexpr size_t read_size = size_t{64} << 10;

// Where the value that begins at `at` ends: at its delimiter or a line feed. Nowhere: npos.
size_t value_end(std::string_view text, size_t at, char delimiter) {
    if (at < text.size() && text[at] == '"') {
        at++;
        for (;;) {
            at = text.find('"', at);
            if (at == std::string_view::npos) return at;
            at++;
            if (at == text.size() || text[at] != '"') break;
            at++;
        }
    }
    while (at < text.size() && text[at] != delimiter && text[at] != '\n') at++;
    return at < text.size() ? at : std::string_view::npos;
}

size_t record_end(std::string_view text, char delimiter) {
    size_t at = value_end(text, 0, delimiter);
    while (at != std::string_view::npos && text[at] != '\n')
        at = value_end(text, at + 1, delimiter);
    return at;
}

}  // namespace

Answer<std::optional<CsvRecord>> CsvReader::next() {
    if (!started_) WINNOW_TRY(check_beginning());
    for (;;) {
        std::string_view rest(buffer_.data() + begin_, end_ - begin_);
        size_t end = record_end(rest, delimiter_);
        if (end == std::string_view::npos) {
            if (!source_ended_) {
                WINNOW_TRY(read_more());
                continue;
            }
            if (rest.empty()) return std::nullopt;
            end = rest.size();
        }
        begin_ += std::min(end + 1, rest.size());
        CsvRecord record{rest.substr(0, end), line_};
        line_ += 1 + static_cast<uint64_t>(std::ranges::count(record.text, '\n'));
        if (record.text.ends_with('\r')) record.text.remove_suffix(1);
        if (!record.text.empty()) return record;
    }
}

Answer<> CsvReader::check_beginning() {
    started_ = true;
    while (!source_ended_ && end_ < 4) WINNOW_TRY(read_more());
    std::string_view text(buffer_.data(), end_);
    if (text.starts_with("\xef\xbb\xbf")) begin_ = 3;
    if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff"))
        return failed("the file is in UTF-16: `iconv -f utf-16 -t utf-8` makes it readable");
    if (text.starts_with("PK\x03\x04")) return failed("the file is a zip archive: unzip it first");
    return {};
}

Answer<> CsvReader::read_more() {
    if (end_ - begin_ >= csv_record_size_max)
        return failed("line {}: a record of more than {} MiB: is a quote missing?", line_,
                      csv_record_size_max >> 20);
    if (begin_ != 0) std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    // Twice the size each time that one record does not fit.
    if (buffer_.size() - end_ < read_size) buffer_.resize(std::max(2 * end_, 2 * read_size));
    Answer<size_t> size = source_(std::span(buffer_).subspan(end_));
    if (!size) return fail(size.error());
    end_ += *size;
    source_ended_ = *size == 0;
    return {};
}

tl::expected<std::span<const CsvValue>, const char*> CsvFields::split(std::string_view record,
                                                                      char delimiter) {
    values_.clear();
    unquoted_.clear();
    unquoted_.reserve(record.size());  // it must not move while views point into it
    for (size_t at = 0;;) {
        size_t end = std::min(value_end(record, at, delimiter), record.size());
        std::string_view text = record.substr(at, end - at);
        if (text.starts_with('"')) {
            auto content = unquote(text);
            if (!content) return tl::unexpected(content.error());
            values_.push_back({*content, true});
        } else {
            values_.push_back({text, false});
        }
        if (end == record.size()) return values_;
        at = end + 1;
    }
}

tl::expected<std::string_view, const char*> CsvFields::unquote(std::string_view text) {
    size_t before = unquoted_.size();
    for (size_t at = 1;;) {
        size_t quote = text.find('"', at);
        if (quote == std::string_view::npos)
            return tl::unexpected<const char*>("a quote is not closed");
        bool last = quote + 1 == text.size();
        if (!last && text[quote + 1] != '"')
            return tl::unexpected<const char*>("something stands behind a closing quote");
        if (last && at == 1) return text.substr(1, quote - 1);  // nothing was doubled
        unquoted_ += text.substr(at, quote + (last ? 0 : 1) - at);
        if (last) return std::string_view(unquoted_).substr(before);
        at = quote + 2;
    }
}

}  // namespace winnow::cli
