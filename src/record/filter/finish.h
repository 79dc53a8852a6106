#pragma once
// What stands between a decoded tree and one that can be evaluated: every node gets its function,
// constants are folded, cheap conditions go before dear ones, and what metadata alone may decide is
// set up as a second program.

#include <vector>

#include "record/filter/tree.h"

namespace winnow::filter {

enum class Purpose : uint8_t {
    filter,  // only yes counts, no and unknown need not be told apart
    value,   // an expression operation
};

// REQUIRES: types are checked, the root is closed.
void finish(Tree& tree, Purpose purpose);

// The tree as it is before the record is read: bins are unknown. Empty where metadata decides
// nothing, or everything. REQUIRES: finished.
std::vector<Node> metadata_program(const Tree& tree);

}  // namespace winnow::filter
