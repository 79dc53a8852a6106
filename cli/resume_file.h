#pragma once
// How far a query has come, kept in a file from run to run: what `--resume` reads and writes.
//
// A file and not a word to copy, since a query by an index has a place in each of the 4,096
// partitions:
//
//   winnow query 5d08231e8e...           of which query: a digest of what it asks for
//   0 done                               a line for each of its partitions
//   1 begun 00f0d6cd...7271 -5           behind this digest, and indexed value
//   2                                    not begun
//
// Troubles say that the file is damaged, or of another query.

#include <string>
#include <string_view>

#include "cli/trouble.h"
#include "client/query/query.h"

namespace winnow::cli {

// Puts what the file says into `progress`, which is that of the query's start; a file that is not
// there says nothing.
Answer<> read_resume_file(const std::string& name, const client::Query& query,
                          client::PartitionProgress& progress);
// Replaces the file as a whole.
Answer<> write_resume_file(const std::string& name, const client::Query& query,
                           const client::PartitionProgress& progress);

}  // namespace winnow::cli
