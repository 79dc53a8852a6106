#pragma once
// Translates POSIX regular expressions, basic and extended with the extensions of glibc, into the
// syntax of RE2. <regex.h> is what the tests compare it with.
//
// Every character becomes an explicit set of bytes, so nothing depends on the options or the locale
// of RE2. Linear in the pattern but for \{m,n\}, which RE2 expands.

#include <string>
#include <string_view>

#include "base/error.h"

namespace winnow::filter {

struct TranslatedRegex {
    std::string text;  // for RE2, unless it is plain
    // If the pattern is nothing but characters, perhaps between anchors:
    bool is_plain = true;
    std::string plain;
    bool at_start = false;
    bool at_end = false;
};

// `flags` as in regex.h. Error: parameter.
Result<TranslatedRegex> translate_regex(std::string_view pattern, uint32_t flags);

}  // namespace winnow::filter
