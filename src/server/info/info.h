#pragma once
// The info protocol: a table of commands, each a function that appends its value to the reply.
// info_table.cc lists them all; the functions stand in one file per group (commands.h).
//
// Any thread. Nothing here blocks on the disk or the network, so that an I/O thread may answer.

#include <span>
#include <string_view>

#include "base/error.h"
#include "protocol/info.h"
#include "server/context.h"

namespace winnow {

// Appends the value of a command to `out`: no TAB, no LF. After an error whatever it appended is
// dropped and the value becomes `ERROR:<code>:<text>`; the text holds no colon, as some clients
// split there.
using InfoFunction = Result<> (*)(ServerContext& context, const InfoCommand& command, Buffer& out);

struct InfoEntry {
    std::string_view name;
    InfoFunction function;
    std::string_view text;  // what it is, in a line
};

// All commands.
std::span<const InfoEntry> info_table();

// The entry of a command; null: unrecognized.
const InfoEntry* find_info(std::string_view name);

// Answers an info frame: each line of `body`, in order. Appends the whole reply frame to `out`.
void handle_info(ServerContext& context, Bytes body, Buffer& out);

}  // namespace winnow
