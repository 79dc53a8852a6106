#pragma once
// The reading operations of lists and maps: their size, and selections of elements by index, rank,
// key or value (values reference §2, 3). What expressions call; nothing here changes a collection.
//
// A selection gives what its return type asks: indexes, ranks, keys, values, pairs, their number,
// or whether there are any. An element's index is its place in the list, or in key order in a map;
// its rank is its place in the order of values (compare.h), ties by index.
//
// The order of results is that of the recorded server (golden, areas list and map), where it is
// regular: in list or key order, but for selections by rank.
//
// Pure functions on stored forms (canonical.h). Results lie in `memory` or in the collection. Time
// is n log n in the elements where ranks are asked for, else linear.

#include <span>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/error.h"

namespace winnow {

// How many arguments an operation takes. `least` is 0xff for a code that is no reading operation.
struct ReadArguments {
    uint8_t least = 0xff;
    uint8_t most = 0;
};
ReadArguments read_arguments(uint8_t code);

// Whether the code belongs to an operation that changes a list or map.
bool is_collection_modify(uint8_t code);

// Runs a reading operation on a list or map. Arguments and the result are single msgpack values;
// nil means that there is nothing to say. Errors: parameter for arguments that do not fit,
// bin_type for a list operation on a map and the reverse, not_applicable for an index or rank out
// of range and for a return type that does not belong here.
// REQUIRES: the number of arguments is as read_arguments() says.
Result<Bytes> read_collection(Bytes collection, uint8_t code, std::span<const Bytes> arguments,
                              Arena& memory);

// The element that a context leads to: msgpack list of step type, value, step type, value, ...
// Errors: parameter for a malformed context, not_applicable where it leads nowhere.
Result<Bytes> follow_context(Bytes collection, Bytes context, Arena& memory);

}  // namespace winnow
