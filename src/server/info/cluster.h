#pragma once
// The cluster as info commands describe it: one node that holds everything.

#include <string>

#include "server/context.h"

namespace winnow {

// The number of this cluster in upper hex: the same as long as the process lives.
std::string cluster_key(const ServerIdentity& identity);

}  // namespace winnow
