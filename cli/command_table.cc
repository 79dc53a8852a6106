// Every command of the shell, in the order in which help shows them.

#include "cli/command.h"
#include "cli/commands/run.h"
#include "cli/commands/write_options.h"

namespace winnow::cli {
namespace {

constexpr Option common[] = {
    {"namespace", "NS", "the namespace [test]", Completes::ns},
    {"set", "S", "the set", Completes::set},
    {"json", "", "one JSON object a line", Completes::nothing},
    {"help", "", "this text", Completes::nothing},
};

constexpr Option server[] = {
    {"host", "H", "where the server is [127.0.0.1]"},
    {"port", "N", "its port [3000]"},
    {"embedded", "", "no server: a database in memory, gone at the end"},
    {"version", "", "the version of this program"},
};

constexpr Option load_options[] = {
    {"key", "COL,...", "columns that make the key; several are joined by :, # is the row number"},
    {"types", "COL=TYPE,...", "int, float, bool, str, json, geo; else told by all of the file"},
    {"rename", "COL=BIN,...", "other names for bins"},
    {"null", "TEXT,...", "values that mean there is none, as an empty one does"},
    {"columns", "COL,...", "the names of the columns, if the file does not begin with them"},
    {"delimiter", "C", "what stands between values [,]; 'tab' is one"},
    {"threads", "N", "batches under way at the same time [4]"},
};

constexpr Option get_options[] = {
    {"select", "BIN,...", "these bins only", Completes::bin},
    {"meta", "", "also generation and ttl"},
    {"digest", "", "what is given are digests, not keys"},
};

constexpr Option put_options[] = {
    {"generation", "N", "fail unless the record has this generation"},
};

constexpr Option delete_options[] = {
    {"generation", "N", "fail unless the record has this generation"},
    {"durable", "", "leave a tombstone"},
    {"digest", "", "what is given are digests, not keys"},
};

constexpr Option query_options[] = {
    {"where", "CONDITION", "'bin between 1 and 5', 'bin >= 5', 'bin = \"text\"'; needs an index",
     Completes::bin},
};

constexpr Option scan_options[] = {
    {"select", "BIN,...", "these bins only", Completes::bin},
    {"count", "", "only how many there are"},
    {"limit", "N", "at most so many"},
    {"resume", "FILE", "go on where the file says the last run ended, and keep it up to date",
     Completes::file},
    {"partitions", "A-B", "of the 4,096 partitions, these"},
    {"rate", "N", "at most so many records a second"},
    {"no-bins", "", "digests only"},
    {"digest", "", "also the digest"},
    {"meta", "", "also generation and ttl"},
};

constexpr Option truncate_options[] = {
    {"yes", "", "do not ask"},
};

constexpr Option index_create_options[] = {
    {"name", "NAME", "[SET_BIN]"},
    {"type", "TYPE", "int, str, blob or geo; else told by a record", Completes::index_type},
    {"no-wait", "", "do not wait until it can be used"},
};

constexpr Option info_options[] = {
    {"lines", "", "a line for each part of the answer that ends with ;"},
};

const Command table[] = {
    {"load", "FILE.csv", 1, 1, Completes::file,
     "Loads a CSV file, plain or gzip, '-' is standard input.", load_options, write_options(),
     "load flights.csv --set flights --key carrier,flight,time_hour", run_load},
    {"get",
     "KEY...",
     1,
     no_limit,
     Completes::nothing,
     "Shows records by their keys.",
     get_options,
     {},
     "get ada bob --set players",
     run_get},
    {"put", "KEY BIN=VALUE...", 2, no_limit, Completes::nothing,
     "Writes bins of a record; what is no number, list or such is a string.", put_options,
     write_options(), "put ada score=80 name='Ada' tags='[\"a\", 1]' --set players", run_put},
    {"delete",
     "KEY...",
     1,
     no_limit,
     Completes::nothing,
     "Deletes records by their keys.",
     delete_options,
     {},
     "delete ada --set players",
     run_delete},
    {"scan",
     "",
     0,
     0,
     Completes::nothing,
     "Shows all records of a set, or of the namespace.",
     scan_options,
     {},
     "scan --set players --limit 10",
     run_query},
    {"query", "", 0, 0, Completes::nothing, "Shows the records that an index finds.", query_options,
     scan_options, "query --set players --where 'score between 60 and 100'", run_query},
    {"truncate",
     "",
     0,
     0,
     Completes::nothing,
     "Removes all records of a set; without --set, of the namespace.",
     truncate_options,
     {},
     "truncate --set players",
     run_truncate},
    {"index create",
     "BIN",
     1,
     1,
     Completes::bin,
     "Makes an index on a bin.",
     index_create_options,
     {},
     "index create score --set players",
     run_index_create},
    {"index drop",
     "NAME",
     1,
     1,
     Completes::index,
     "Drops an index.",
     {},
     {},
     "index drop players_score",
     run_index_drop},
    {"index list",
     "",
     0,
     0,
     Completes::nothing,
     "Lists the indexes of the namespace.",
     {},
     {},
     "index list",
     run_index_list},
    {"sets",
     "",
     0,
     0,
     Completes::nothing,
     "Lists the sets of the namespace.",
     {},
     {},
     "sets",
     run_sets},
    {"status",
     "",
     0,
     0,
     Completes::nothing,
     "Shows servers, namespaces, indexes and queries.",
     {},
     {},
     "status",
     run_status},
    {"info",
     "COMMAND",
     1,
     1,
     Completes::nothing,
     "Asks the servers an info command.",
     info_options,
     {},
     "info namespace/test --lines",
     run_info},
    {"use",
     "NS[.SET]",
     1,
     1,
     Completes::ns,
     "Sets namespace and set for the commands that follow.",
     {},
     {},
     "use test.players",
     run_use},
    {"help",
     "[COMMAND]",
     0,
     2,
     Completes::command,
     "Explains a command, or lists all.",
     {},
     {},
     "help query",
     run_help},
    {"quit",
     "",
     0,
     0,
     Completes::nothing,
     "Leaves the shell, as Ctrl-D does.",
     {},
     {},
     "quit",
     run_quit},
};

}  // namespace

std::span<const Command> command_table() {
    return table;
}

std::span<const Option> common_options() {
    return common;
}

std::span<const Option> server_options() {
    return server;
}

}  // namespace winnow::cli
