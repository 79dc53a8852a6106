#pragma once
// The settings of a namespace as info commands show them; config.cc also changes them.

#include "server/info/answer.h"

namespace winnow {

void append_namespace_config(InfoPairs& pairs, Namespace& ns);

}  // namespace winnow
