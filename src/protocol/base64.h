#pragma once
// Base64 with fillers (RFC 4648): how info commands carry what is no text, such as partition maps
// and Lua modules. Pure functions.

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"

namespace winnow {

std::string to_base64(Bytes bytes);
// parameter: a length or a character that Base64 does not have.
Result<std::string> from_base64(std::string_view text);

}  // namespace winnow
