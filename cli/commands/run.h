#pragma once
// What the rows of the command table run: each reads its call, talks to the server and prints to
// standard output. A Trouble goes to standard error and makes the exit status.

#include "cli/command.h"

namespace winnow::cli {

Answer<> run_load(Call& call);

Answer<> run_get(Call& call);
Answer<> run_put(Call& call);
Answer<> run_delete(Call& call);

Answer<> run_query(Call& call);  // and scan

Answer<> run_truncate(Call& call);
Answer<> run_index_create(Call& call);
Answer<> run_index_drop(Call& call);
Answer<> run_index_list(Call& call);
Answer<> run_sets(Call& call);
Answer<> run_info(Call& call);
Answer<> run_status(Call& call);

Answer<> run_use(Call& call);
Answer<> run_help(Call& call);
Answer<> run_quit(Call& call);

}  // namespace winnow::cli
