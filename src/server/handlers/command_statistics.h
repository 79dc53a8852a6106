#pragma once
// Counts what became of a command, under the names that info commands show.

#include "engine/namespace.h"
#include "engine/operate/command.h"

namespace winnow {

enum class CommandSource : uint8_t { client, batch };

void count_result(Namespace& ns, const Command& command, CommandSource source, ResultCode result);

}  // namespace winnow
