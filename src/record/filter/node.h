#pragma once
// The tree that every filter language becomes: nodes in one array, each followed by its children
// (preorder), so that walking it is walking memory. A node holds the function that evaluates it;
// which one is decided once, when the tree is finished (finish.h).
//
// Logic has three values with no < unknown < yes: AND is the least, OR the greatest, NOT turns them
// round. Filter expressions and predicate expressions differ in one thing only, what a comparison
// over a missing or wrong-typed bin gives: unknown in the first, no in the second. It stands in the
// node (`missing`), so that one evaluator serves both.
//
// A tree is built by one thread and then read by any number of them. What nodes point to lies in
// the encoded filter or in the tree's own memory (tree.h).

#include <cstdint>
#include <string_view>

#include "base/bytes.h"

namespace winnow::filter {

class Evaluation;
class Regex;

enum class Truth : uint8_t { no, unknown, yes };

constexpr Truth truth_of(bool value) {
    return value ? Truth::yes : Truth::no;
}
constexpr Truth opposite(Truth truth) {
    return static_cast<Truth>(2 - static_cast<uint8_t>(truth));
}

// What a node gives, known before any record is seen. X(name, code, text): the codes are those of
// filter expressions (values reference §5.3).
#define WINNOW_FILTER_TYPES(X) \
    X(nil, 0, "nil")           \
    X(boolean, 1, "bool")      \
    X(integer, 2, "int")       \
    X(string, 3, "string")     \
    X(list, 4, "list")         \
    X(map, 5, "map")           \
    X(blob, 6, "blob")         \
    X(real, 7, "float")        \
    X(geojson, 8, "geo")       \
    X(hll, 9, "hll")           \
    X(unknown, 10, "unknown")

enum class Type : uint8_t {
#define WINNOW_X(name, code, text) name = code,
    WINNOW_FILTER_TYPES(WINNOW_X)
#undef WINNOW_X
};

inline constexpr uint8_t type_count = 10;  // those that a client may name

// What a node does. X(name, text)
#define WINNOW_FILTER_OPS(X)                                             \
    /* leaves */                                                         \
    X(unknown, "unknown")                                                \
    X(constant, "constant")                                              \
    X(bin, "bin")                                                        \
    X(bin_type, "bin_type")                                              \
    X(key, "key")                                                        \
    X(var, "var")                                                        \
    /* metadata */                                                       \
    X(digest_modulo, "digest_modulo")                                    \
    X(device_size, "device_size")                                        \
    X(record_size, "record_size")                                        \
    X(last_update, "last_update")                                        \
    X(since_update, "since_update")                                      \
    X(void_time, "void_time")                                            \
    X(ttl, "ttl")                                                        \
    X(set_name, "set_name")                                              \
    X(key_exists, "key_exists")                                          \
    X(is_tombstone, "is_tombstone")                                      \
    /* comparisons, in the order of their codes in filter expressions */ \
    X(eq, "eq")                                                          \
    X(ne, "ne")                                                          \
    X(gt, "gt")                                                          \
    X(ge, "ge")                                                          \
    X(lt, "lt")                                                          \
    X(le, "le")                                                          \
    X(regex, "regex")                                                    \
    X(geo, "geo")                                                        \
    X(in_list, "in_list")                                                \
    /* logic */                                                          \
    X(both, "and")                                                       \
    X(either, "or")                                                      \
    X(negate, "not")                                                     \
    X(exclusive, "exclusive")                                            \
    /* numbers */                                                        \
    X(add, "add")                                                        \
    X(subtract, "sub")                                                   \
    X(multiply, "mul")                                                   \
    X(divide, "div")                                                     \
    X(power, "pow")                                                      \
    X(logarithm, "log")                                                  \
    X(modulo, "mod")                                                     \
    X(absolute, "abs")                                                   \
    X(floor, "floor")                                                    \
    X(ceil, "ceil")                                                      \
    X(to_int, "to_int")                                                  \
    X(to_float, "to_float")                                              \
    X(bit_and, "int_and")                                                \
    X(bit_or, "int_or")                                                  \
    X(bit_xor, "int_xor")                                                \
    X(bit_not, "int_not")                                                \
    X(shift_left, "lshift")                                              \
    X(shift_right, "rshift")                                             \
    X(shift_right_signed, "arshift")                                     \
    X(bit_count, "count")                                                \
    X(scan_left, "lscan")                                                \
    X(scan_right, "rscan")                                               \
    X(least, "min")                                                      \
    X(greatest, "max")                                                   \
    /* structure */                                                      \
    X(cond, "cond")                                                      \
    X(let, "let")                                                        \
    X(define, "def")                                                     \
    /* collections */                                                    \
    X(map_keys, "map_keys")                                              \
    X(map_values, "map_values")                                          \
    X(call, "call")                                                      \
    X(any_element, "list_or")                                            \
    X(every_element, "list_and")                                         \
    X(any_key, "mapkey_or")                                              \
    X(every_key, "mapkey_and")                                           \
    X(any_value, "mapval_or")                                            \
    X(every_value, "mapval_and")

enum class Op : uint8_t {
#define WINNOW_X(name, text) name,
    WINNOW_FILTER_OPS(WINNOW_X)
#undef WINNOW_X
};

constexpr std::string_view op_name(Op op) {
    constexpr std::string_view names[] = {
#define WINNOW_X(name, text) text,
        WINNOW_FILTER_OPS(WINNOW_X)
#undef WINNOW_X
    };
    return names[static_cast<size_t>(op)];
}
constexpr bool is_comparison(Op op) {
    return op >= Op::eq && op <= Op::le;
}
constexpr bool is_iteration(Op op) {
    return op >= Op::any_element;
}

// A value while it is looked at. Never owns: bytes lie in the record, the filter, or the memory of
// the evaluation.
struct Value {
    Type type = Type::nil;
    union {
        int64_t integer = 0;
        double real;
        bool boolean;
    };
    // string, blob, geojson (the text), hll: the content. list, map: msgpack as it is stored.
    Bytes bytes;
};

struct Node;
using TruthFunction = Truth (*)(const Node&, Evaluation&);
// False: the value is unknown.
using ValueFunction = bool (*)(const Node&, Evaluation&, Value&);

// What a subtree looks at.
namespace uses {
enum Bit : uint8_t {
    metadata = 0x01,
    record = 0x02,     // bins or the stored key
    variables = 0x04,  // bound outside of it
    set_name = 0x08,
};
}

// 64 bytes: one cache line. Nodes whose type is boolean have `truth`, all others `value`.
struct alignas(64) Node {
    union {
        TruthFunction truth = nullptr;
        ValueFunction value;
    };
    uint32_t size = 1;  // nodes of the subtree, itself included
    Op op = Op::constant;
    Type type = Type::unknown;
    Truth missing = Truth::unknown;
    uint8_t uses = 0;
    uint8_t cost = 0;          // how dear it is to evaluate, in steps of ten; see finish.cc
    uint8_t name_hash = 0;     // of the bin that `text` names
    uint16_t slot = 0;         // let, var, iterations: where the variable is kept
    uint32_t text_size = 0;    //
    const uint8_t* text = {};  // the name of a bin or variable; the bytes of a constant
    union {
        int64_t integer = 0;  // a constant, a modulus, the low end of a fused range
        double real;
        bool boolean;
    };
    union {
        uint64_t span = 0;  // of a fused range
        const Regex* regex;
    };

    std::string_view name() const { return {reinterpret_cast<const char*>(text), text_size}; }
    Bytes bytes() const { return {text, text_size}; }
    // Children are walked by: for (child = first(); child != behind(); child = child->behind()).
    const Node* first() const { return this + 1; }
    Node* first() { return this + 1; }
    const Node* behind() const { return this + size; }
    Node* behind() { return this + size; }
};
static_assert(sizeof(Node) == 64);

}  // namespace winnow::filter
