#pragma once
// A line as words, by the rules of a Unix shell, so that what works there works here:
//
//   a b        two words            'a "b"'   one word, as it stands
//   "a \"b\""  one word: a "b"      a\ b      one word: a b
//
// Pure functions.

#include <string>
#include <string_view>
#include <vector>

#include "cli/trouble.h"

namespace winnow::cli {

// Trouble (of usage): a quote that is not closed.
Answer<std::vector<std::string>> split_words(std::string_view line);

// The parts between separators; an empty text has one empty part.
std::vector<std::string> split_at(std::string_view text, char separator);

std::string_view trim(std::string_view text);

}  // namespace winnow::cli
