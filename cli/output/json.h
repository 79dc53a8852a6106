#pragma once
// Values as JSON. What JSON has no form for is an object with one name that begins with $:
//
//   {"$bytes": "0a0b"}        a blob, in hexadecimal
//   {"$geo": "{...}"}         GeoJSON, its text
//   {"$number": "nan"}        also inf, -inf
//   {"$map": [[1, "a"]]}      a map with a key that is not a string, as pairs
//   {"$value": "hll\"00\""}   everything else, as record/value/text.h prints it
//
// A byte of a string that is not UTF-8 is \udc80 to \udcff, as Python reads it.
// Pure functions.

#include <string>
#include <string_view>

#include "client/value.h"

namespace winnow::cli {

void append_json(std::string& out, const client::ValueView& value);
void append_json_string(std::string& out, std::string_view text);

// Lower-case hexadecimal.
std::string hex_text(Bytes bytes);

}  // namespace winnow::cli
