#pragma once
// Keys, values and conditions as they are typed.
//
//   42  1.5  true  "42"  [1, 2]  {"a": 1}  bytes"0aff"  geo{...}   what record/value/text.h reads
//   Honolulu                                                       else the word is a string
//   null                                                           removes the bin
//
// What begins like a list, map or quoted text and is none is refused, not taken for a string.
// Pure functions; troubles are of usage.

#include <optional>
#include <string>
#include <string_view>

#include "cli/trouble.h"
#include "client/key.h"
#include "client/query/query.h"
#include "client/value.h"

namespace winnow::cli {

Answer<client::Value> value_of_word(std::string_view word);
// A word that is no key, such as true, is the string it stands for.
Answer<client::Key> key_of_word(std::string_view ns, std::string_view set, std::string_view word);
// Nothing unless all of it is hexadecimal digits, two for each byte.
std::optional<std::string> bytes_of_hex(std::string_view text);
// 40 hexadecimal digits.
Answer<Digest> digest_of_word(std::string_view word);

struct NamedValue {
    std::string name;
    client::Value value;
};
// bin=value
Answer<NamedValue> assignment_of_word(std::string_view word);

// What an index is asked for: `delay between 60 and 120`, `delay >= 600`, `dest = "HNL"`.
Answer<client::Predicate> condition_of_text(std::string_view text);

// A name that a bin can have, at most 15 bytes.
Answer<> check_bin_name(std::string_view name);

}  // namespace winnow::cli
