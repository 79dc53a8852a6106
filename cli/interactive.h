#pragma once
// Commands one after the other: from a terminal with editing, history and completion, or from
// standard input, one a line, where a line that begins with # is a comment and the first command
// that fails ends it.

#include "cli/command.h"

namespace winnow::cli {

// Runs one command. On a Trouble it has said on standard error what is wrong.
Answer<> run_line(Session& session, const ParsedLine& line);
void print_trouble(const Trouble& trouble);

// Both return the exit status.
int run_terminal(Session& session);
int run_script(Session& session);

}  // namespace winnow::cli
