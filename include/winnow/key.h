#pragma once
// The address of a record: Key::of("namespace", "set", 42), or with a text, or any ValueView.

#include "client/key.h"

namespace winnow {

using client::Key;

}  // namespace winnow
