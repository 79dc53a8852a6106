#pragma once
// How far a query has come, as a word that can be copied: what `--page` prints and `--resume`
// reads.
//
// Bytes in hexadecimal:
//
//   u8 version = 1 | u32 of which query | u16 first partition | u16 how many | run...
//   run      u16 count << 2 | kind      kind 0: not begun, 1: done, 2: begun, each as follows
//   begun    20 bytes of digest | i64 indexed value
//
// Numbers are big-endian. Pages come partition by partition, so a token is short.
// Pure functions.

#include <cstdint>
#include <string>
#include <string_view>

#include "cli/trouble.h"
#include "client/query/query.h"

namespace winnow::cli {

// Trouble (of usage): the token is damaged, or of another query.
std::string resume_token(const client::Query& query, const client::PartitionProgress& progress);
Answer<client::PartitionProgress> progress_of_token(const client::Query& query,
                                                    std::string_view token);

}  // namespace winnow::cli
