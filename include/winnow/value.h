#pragma once
// Values of bins: ValueView points at what it shows, Value owns it. A Bin is a name and a view, so
// that Bin{"a", 5} and Bin{"s", "text"} cost no memory.

#include "client/value.h"

namespace winnow {

using client::Bin;
using client::Value;
using client::ValueView;

}  // namespace winnow
