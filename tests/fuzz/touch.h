#pragma once
// Reads every byte of a view, so that the sanitizer sees a view that leaves its buffer, and ends
// the process when something is not as it must be.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/bytes.h"
#include "protocol/fields.h"
#include "protocol/operations.h"

namespace winnow::fuzz {

inline void require(bool condition) {
    if (!condition) std::abort();
}

inline void touch(Bytes bytes) {
    uint8_t all = 0;
    for (uint8_t byte : bytes) all ^= byte;
    asm volatile("" : : "r"(all));  // the reads must happen
}
inline void touch(std::string_view text) {
    touch(bytes_of(text));
}

inline void touch(const FieldTable& fields) {
    for (size_t id = 0; id < field_id_count; id++) touch(fields.get(static_cast<FieldId>(id)));
}

inline void touch(const OperationRange& ops) {
    uint32_t count = 0;
    for (Operation op : ops) {
        touch(op.name);
        touch(op.value);
        require(ops.has_long_name() || op.name.size() <= bin_name_length_max);
        require(is_operation_code(op.code) ? ops.has(op.code) : ops.has_unknown_code());
        count++;
    }
    require(count == ops.size());
}

}  // namespace winnow::fuzz
