#pragma once
// The operators of filter expressions: code, what it becomes, what operands it takes and gives.
// Internal to the decoder.

#include <cstdint>

#include "record/filter/node.h"

namespace winnow::filter {

// How the operands of an operator are read and what types they have.
enum class Shape : uint8_t {
    comparison,     // two of one type
    logic,          // bools
    numbers,        // all int or all float; gives the same
    integers,       // ints
    reals,          // floats
    to_int,         // float to int
    to_float,       // int to float
    scan,           // int, bool
    metadata,       // none
    in_list,        // anything, list
    map_to_list,    // map
    unknown,        // none
    regex,          // flags, raw pattern, string
    geo,            // two of type geo
    digest_modulo,  // a constant
    key,            // a type
    bin,            // a type, a raw name
    bin_type,       // a raw name
    cond,           // bool, any, bool, any, ..., any
    var,            // a raw name
    let,            // raw name, any, raw name, any, ..., any
    quote,          // a list, which is not looked into
    call,           // type, module, call, source
};

struct Operator {
    uint8_t code;
    Op op;
    Shape shape;
    Type gives = Type::boolean;  // where the shape does not say
    uint8_t least = 0;           // operands
    uint32_t most = 0;
};

inline constexpr uint32_t many = UINT32_MAX;

inline constexpr Operator expression_operators[] = {
    {0, Op::unknown, Shape::unknown, Type::unknown, 0, 0},
    {1, Op::eq, Shape::comparison, Type::boolean, 2, 2},
    {2, Op::ne, Shape::comparison, Type::boolean, 2, 2},
    {3, Op::gt, Shape::comparison, Type::boolean, 2, 2},
    {4, Op::ge, Shape::comparison, Type::boolean, 2, 2},
    {5, Op::lt, Shape::comparison, Type::boolean, 2, 2},
    {6, Op::le, Shape::comparison, Type::boolean, 2, 2},
    {7, Op::regex, Shape::regex, Type::boolean, 3, 3},
    {8, Op::geo, Shape::geo, Type::boolean, 2, 2},
    {9, Op::in_list, Shape::in_list, Type::boolean, 2, 2},
    {16, Op::both, Shape::logic, Type::boolean, 2, many},
    {17, Op::either, Shape::logic, Type::boolean, 2, many},
    {18, Op::negate, Shape::logic, Type::boolean, 1, 1},
    {19, Op::exclusive, Shape::logic, Type::boolean, 2, many},
    {20, Op::add, Shape::numbers, Type::integer, 1, many},
    {21, Op::subtract, Shape::numbers, Type::integer, 1, many},
    {22, Op::multiply, Shape::numbers, Type::integer, 1, many},
    {23, Op::divide, Shape::numbers, Type::integer, 1, many},
    {24, Op::power, Shape::reals, Type::real, 2, 2},
    {25, Op::logarithm, Shape::reals, Type::real, 2, 2},
    {26, Op::modulo, Shape::integers, Type::integer, 2, 2},
    {27, Op::absolute, Shape::numbers, Type::integer, 1, 1},
    {28, Op::floor, Shape::reals, Type::real, 1, 1},
    {29, Op::ceil, Shape::reals, Type::real, 1, 1},
    {30, Op::to_int, Shape::to_int, Type::integer, 1, 1},
    {31, Op::to_float, Shape::to_float, Type::real, 1, 1},
    {32, Op::bit_and, Shape::integers, Type::integer, 1, many},
    {33, Op::bit_or, Shape::integers, Type::integer, 1, many},
    {34, Op::bit_xor, Shape::integers, Type::integer, 1, many},
    {35, Op::bit_not, Shape::integers, Type::integer, 1, 1},
    {36, Op::shift_left, Shape::integers, Type::integer, 2, 2},
    {37, Op::shift_right, Shape::integers, Type::integer, 2, 2},
    {38, Op::shift_right_signed, Shape::integers, Type::integer, 2, 2},
    {39, Op::bit_count, Shape::integers, Type::integer, 1, 1},
    {40, Op::scan_left, Shape::scan, Type::integer, 2, 2},
    {41, Op::scan_right, Shape::scan, Type::integer, 2, 2},
    {50, Op::least, Shape::numbers, Type::integer, 1, many},
    {51, Op::greatest, Shape::numbers, Type::integer, 1, many},
    {64, Op::digest_modulo, Shape::digest_modulo, Type::integer, 1, 1},
    {65, Op::device_size, Shape::metadata, Type::integer, 0, 0},
    {66, Op::last_update, Shape::metadata, Type::integer, 0, 0},
    {67, Op::since_update, Shape::metadata, Type::integer, 0, 0},
    {68, Op::void_time, Shape::metadata, Type::integer, 0, 0},
    {69, Op::ttl, Shape::metadata, Type::integer, 0, 0},
    {70, Op::set_name, Shape::metadata, Type::string, 0, 0},
    {71, Op::key_exists, Shape::metadata, Type::boolean, 0, 0},
    {72, Op::is_tombstone, Shape::metadata, Type::boolean, 0, 0},
    {73, Op::record_size, Shape::metadata, Type::integer, 0, 0},
    {74, Op::record_size, Shape::metadata, Type::integer, 0, 0},
    {80, Op::key, Shape::key, Type::integer, 1, 1},
    {81, Op::bin, Shape::bin, Type::integer, 2, 2},
    {82, Op::bin_type, Shape::bin_type, Type::integer, 1, 1},
    {101, Op::map_keys, Shape::map_to_list, Type::list, 1, 1},
    {102, Op::map_values, Shape::map_to_list, Type::list, 1, 1},
    {123, Op::cond, Shape::cond, Type::unknown, 3, many},
    {124, Op::var, Shape::var, Type::unknown, 1, 1},
    {125, Op::let, Shape::let, Type::unknown, 3, many},
    {126, Op::constant, Shape::quote, Type::list, 1, 1},
    {127, Op::call, Shape::call, Type::unknown, 4, 4},
};

constexpr const Operator* find_operator(int64_t code) {
    for (const Operator& known : expression_operators)
        if (known.code == code) return &known;
    return nullptr;
}

}  // namespace winnow::filter
