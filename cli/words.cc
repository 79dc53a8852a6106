#include "cli/words.h"

namespace winnow::cli {
namespace {

constexpr std::string_view blanks = " \t\r\n";

}  // namespace

Answer<std::vector<std::string>> split_words(std::string_view line) {
    std::vector<std::string> words;
    char quote = 0;
    bool inside = false;  // a word, which may still be empty
    for (size_t at = 0; at < line.size(); at++) {
        char c = line[at];
        if (quote == 0 && blanks.find(c) != std::string_view::npos) {
            inside = false;
            continue;
        }
        if (!inside) words.emplace_back();
        inside = true;
        if (quote != 0 && c == quote) {
            quote = 0;
        } else if (quote == 0 && (c == '\'' || c == '"')) {
            quote = c;
        } else if (c == '\\' && quote != '\'' && at + 1 < line.size()) {
            char next = line[at + 1];
            // Inside double quotes a backslash stands for itself, except before these.
            if (quote == '"' && next != '"' && next != '\\') words.back() += c;
            words.back() += next;
            at++;
        } else {
            words.back() += c;
        }
    }
    if (quote != 0) return misused("a quote {} is not closed", quote);
    return words;
}

std::vector<std::string> split_at(std::string_view text, char separator) {
    std::vector<std::string> parts;
    for (;;) {
        size_t end = text.find(separator);
        parts.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

std::string_view trim(std::string_view text) {
    size_t begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

}  // namespace winnow::cli
