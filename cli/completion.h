#pragma once
// What could follow at the end of a line: commands, options, and the names of namespaces, sets,
// bins and indexes that the server has. All of it from the table of commands.

#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"

namespace winnow::cli {

struct Completion {
    size_t begin = 0;                  // of the word in the line that they would replace
    std::vector<std::string> choices;  // sorted; those that begin with what is typed
};

Completion complete(Session& session, std::string_view line);

}  // namespace winnow::cli
