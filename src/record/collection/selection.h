#pragma once
// Which elements of a collection an operation selects, and what is told of them. Internal to this
// folder.

#include <span>

#include "base/error.h"
#include "record/collection/elements.h"

namespace winnow {

enum class ReturnType : uint8_t {
    none = 0,
    index = 1,
    reverse_index = 2,
    rank = 3,
    reverse_rank = 4,
    count = 5,
    key = 6,
    value = 7,
    key_value = 8,
    exists = 13,
    unordered_map = 16,
    ordered_map = 17,
};

struct Returned {
    ReturnType type = ReturnType::value;
    bool inverted = false;
};

// Indexes of elements, in the order in which they are told.
struct Selection {
    uint32_t* at = nullptr;
    uint32_t size = 0;
    bool by_rank = false;       // a range of ranks, ascending
    bool ranks_ascend = false;  // if ranks are told, in ascending order
};

// The elements that are not selected, in list or key order.
Selection inverted(Elements& elements, const Selection& selection, Arena& memory);

// What is told of a selection of any number of elements.
Bytes tell(Elements& elements, const Selection& selection, ReturnType type, Arena& memory);
// The same of exactly one.
Bytes tell_one(Elements& elements, uint32_t index, ReturnType type, Arena& memory);
// What is told of a key that is not there.
Bytes tell_none(ReturnType type, Arena& memory);

Bytes integer_element(int64_t number, Arena& memory);

}  // namespace winnow
