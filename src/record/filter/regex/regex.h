#pragma once
// A compiled regular expression of a filter. Filters speak POSIX (values reference §5.6); matching
// takes time linear in the text whatever the pattern, which the C library does not promise.
//
//   flag 1 extended syntax   2 case does not matter   4 newline (REG_NEWLINE of glibc: '.' and
//   negated lists do not match a line feed, ^ and $ match beside one)   all others: ignored
//
// A pattern without anything special is searched as plain bytes. Others are translated (syntax.h)
// and handed to RE2. Refused with parameter: what POSIX refuses, and what RE2 cannot do:
// back-references, the word edges \< and \> unless a character of a word stands there for certain,
// repeats above 1,000, programs above 8 MiB.
//
// Bytes, not characters: as in the C locale, '.' is one byte. A compiled expression may be used by
// any number of threads.

#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"

namespace re2 {
class RE2;
}

namespace winnow::filter {

namespace regex_flag {
enum Bit : uint32_t { extended = 1, ignore_case = 2, newline = 4 };
}

class Regex {
public:
    // A NUL ends the pattern.
    static Result<Regex> compile(std::string_view pattern, uint32_t flags);
    ~Regex();
    Regex(Regex&&) noexcept;
    Regex& operator=(Regex&&) noexcept;

    // Whether the pattern occurs in the text. A NUL ends the text.
    bool found_in(std::string_view text) const;

    // What a byte of text may cost at worst, in steps of a nanosecond or so: the instructions of
    // the program, all of which RE2 may have to follow where its automaton grows too large.
    uint32_t weight() const { return weight_; }

private:
    Regex();

    std::unique_ptr<re2::RE2> program_;  // null: plain bytes
    uint32_t weight_ = 1;
    std::string plain_;
    bool at_start_ = false;  // of plain bytes: the text begins with them
    bool at_end_ = false;    //                 the text ends with them
};

}  // namespace winnow::filter
