#pragma once
// Operations: what a command asks of one bin, or of the record as a whole. The numbers are those of
// the wire (values reference §0.2); engine and protocol share them, so nothing translates.

#include <cstdint>
#include <string_view>

#include "base/bytes.h"

namespace winnow {

// X(name, code, writes, text)
#define WINNOW_OPERATION_CODES(X)                     \
    X(read, 1, false, "read")                         \
    X(write, 2, true, "write")                        \
    X(cdt_read, 3, false, "list or map read")         \
    X(cdt_modify, 4, true, "list or map modify")      \
    X(increment, 5, true, "increment")                \
    X(expression_read, 7, false, "expression read")   \
    X(expression_modify, 8, true, "expression write") \
    X(append, 9, true, "append")                      \
    X(prepend, 10, true, "prepend")                   \
    X(touch, 11, true, "touch")                       \
    X(bit_read, 12, false, "bit read")                \
    X(bit_modify, 13, true, "bit modify")             \
    X(remove, 14, true, "delete the record")          \
    X(hll_read, 15, false, "HyperLogLog read")        \
    X(hll_modify, 16, true, "HyperLogLog modify")     \
    X(string_read, 17, false, "string read")          \
    X(string_modify, 18, true, "string modify")       \
    X(to_string, 19, false, "value as text")

enum class OperationCode : uint8_t {
#define WINNOW_X(name, code, writes, text) name = code,
    WINNOW_OPERATION_CODES(WINNOW_X)
#undef WINNOW_X
};

constexpr bool is_operation_code(OperationCode code) {
    switch (code) {
#define WINNOW_X(name, number, writes, text) case OperationCode::name:
        WINNOW_OPERATION_CODES(WINNOW_X)
#undef WINNOW_X
        return true;
    }
    return false;
}

constexpr bool operation_writes(OperationCode code) {
    switch (code) {
#define WINNOW_X(name, number, writes, text) \
    case OperationCode::name: return writes;
        WINNOW_OPERATION_CODES(WINNOW_X)
#undef WINNOW_X
    }
    return false;
}

// "unknown" for a number outside the table.
std::string_view operation_name(OperationCode code);

// Views into whatever the operation came in.
struct Operation {
    OperationCode code = OperationCode::read;  // may be outside the table
    uint8_t particle = 0;
    std::string_view name;  // of the bin; empty: the bin of that name, or the record as a whole
    Bytes value;
};

}  // namespace winnow
