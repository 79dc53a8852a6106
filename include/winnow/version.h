#pragma once
// Which Winnow the program is linked with.

namespace winnow {

extern const char* const winnow_version;  // such as "0.1.0"

}  // namespace winnow
