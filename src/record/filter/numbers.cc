#include <bit>
#include <cmath>
#include <limits>

#include "record/filter/functions.h"

namespace winnow::filter {
namespace {

bool integer_of(const Node& node, Evaluation& evaluation, int64_t& out) {
    Value value;
    if (!node.value(node, evaluation, value)) return false;
    out = value.integer;
    return true;
}
bool real_of(const Node& node, Evaluation& evaluation, double& out) {
    Value value;
    if (!node.value(node, evaluation, value)) return false;
    out = value.real;
    return true;
}

bool give(int64_t number, Value& out) {
    out.type = Type::integer;
    out.integer = number;
    return true;
}
bool give(double number, Value& out) {
    out.type = Type::real;
    out.real = number;
    return true;
}

// Integers wrap around; only what has no result at all is unknown.
bool quotient(int64_t a, int64_t b, int64_t& out) {
    if (b == 0) return false;
    out = b == -1 ? static_cast<int64_t>(0 - static_cast<uint64_t>(a)) : a / b;
    return true;
}

template <Op op>
void combine(int64_t& all, int64_t next) {
    auto a = static_cast<uint64_t>(all), b = static_cast<uint64_t>(next);
    if constexpr (op == Op::add) all = static_cast<int64_t>(a + b);
    if constexpr (op == Op::subtract) all = static_cast<int64_t>(a - b);
    if constexpr (op == Op::multiply) all = static_cast<int64_t>(a * b);
    if constexpr (op == Op::bit_and) all &= next;
    if constexpr (op == Op::bit_or) all |= next;
    if constexpr (op == Op::bit_xor) all ^= next;
    if constexpr (op == Op::least) all = next < all ? next : all;
    if constexpr (op == Op::greatest) all = next > all ? next : all;
}

// Of a comparison with NaN the first operand stays (golden expr-value, min and max).
template <Op op>
void combine(double& all, double next) {
    if constexpr (op == Op::add) all += next;
    if constexpr (op == Op::subtract) all -= next;
    if constexpr (op == Op::multiply) all *= next;
    if constexpr (op == Op::least) all = next < all ? next : all;
    if constexpr (op == Op::greatest) all = next > all ? next : all;
}

bool quotient(double a, double b, double& out) {
    out = a / b;
    return true;
}

// Operands of one type, from left to right. A single one under sub is taken from zero, under div
// divides one; of several the first is divided by the product of the others.
template <Op op, class T>
bool fold(const Node& node, Evaluation& evaluation, Value& out) {
    auto read = [&](const Node& child, T& into) {
        if constexpr (std::is_same_v<T, int64_t>)
            return integer_of(child, evaluation, into);
        else
            return real_of(child, evaluation, into);
    };
    const Node* child = node.first();
    T all{};
    constexpr bool has_unary_form = op == Op::subtract || op == Op::divide;
    if (has_unary_form && child->behind() == node.behind()) {
        all = op == Op::divide ? T{1} : T{0};
    } else {
        if (!read(*child, all)) return false;
        child = child->behind();
    }
    T product{1};  // of a division: all behind the first
    for (; child != node.behind(); child = child->behind()) {
        T next;
        if (!read(*child, next)) return false;
        if constexpr (op == Op::divide)
            combine<Op::multiply>(product, next);
        else
            combine<op>(all, next);
    }
    if (op == Op::divide && !quotient(all, product, all)) return false;
    return give(all, out);
}

template <double (*function)(double, double)>
bool of_two_reals(const Node& node, Evaluation& evaluation, Value& out) {
    double a, b;
    const Node& left = *node.first();
    if (!real_of(left, evaluation, a) || !real_of(*left.behind(), evaluation, b)) return false;
    return give(function(a, b), out);
}
double power(double base, double exponent) {
    return std::pow(base, exponent);
}
double logarithm(double number, double base) {
    return std::log(number) / std::log(base);
}

template <double (*function)(double)>
bool of_real(const Node& node, Evaluation& evaluation, Value& out) {
    double number;
    return real_of(*node.first(), evaluation, number) && give(function(number), out);
}
double absolute(double number) {
    return std::fabs(number);
}
double floor_of(double number) {
    return std::floor(number);
}
double ceil_of(double number) {
    return std::ceil(number);
}

template <int64_t (*function)(int64_t)>
bool of_integer(const Node& node, Evaluation& evaluation, Value& out) {
    int64_t number;
    return integer_of(*node.first(), evaluation, number) && give(function(number), out);
}
int64_t absolute(int64_t number) {
    return number < 0 ? static_cast<int64_t>(0 - static_cast<uint64_t>(number)) : number;
}
int64_t inverted(int64_t number) {
    return ~number;
}
int64_t ones(int64_t number) {
    return std::popcount(static_cast<uint64_t>(number));
}

bool modulo(const Node& node, Evaluation& evaluation, Value& out) {
    int64_t number, by;
    const Node& left = *node.first();
    if (!integer_of(left, evaluation, number) || !integer_of(*left.behind(), evaluation, by))
        return false;
    if (by == 0) return false;
    return give(by == -1 ? int64_t{0} : number % by, out);
}

// Counts are taken modulo 64 (golden expr-value-02628).
template <Op op>
bool shift(const Node& node, Evaluation& evaluation, Value& out) {
    int64_t number, count;
    const Node& left = *node.first();
    if (!integer_of(left, evaluation, number) || !integer_of(*left.behind(), evaluation, count))
        return false;
    auto bits = static_cast<uint64_t>(number);
    unsigned by = count & 63;
    if (op == Op::shift_left) return give(static_cast<int64_t>(bits << by), out);
    if (op == Op::shift_right) return give(static_cast<int64_t>(bits >> by), out);
    return give(number >> by, out);
}

// Where the first bit of that value stands, counted from the highest, or -1.
template <Op op>
bool scan(const Node& node, Evaluation& evaluation, Value& out) {
    const Node& left = *node.first();
    const Node& right = *left.behind();
    int64_t number;
    if (!integer_of(left, evaluation, number)) return false;
    Truth wanted = right.truth(right, evaluation);
    if (wanted == Truth::unknown) return false;
    auto bits = static_cast<uint64_t>(number);
    if (wanted == Truth::no) bits = ~bits;
    if (bits == 0) return give(int64_t{-1}, out);
    int at = op == Op::scan_left ? std::countl_zero(bits) : 63 - std::countr_zero(bits);
    return give(int64_t{at}, out);
}

// What does not fit becomes the least integer, as the processor has it.
bool to_int(const Node& node, Evaluation& evaluation, Value& out) {
    double number;
    if (!real_of(*node.first(), evaluation, number)) return false;
    bool fits = number >= -0x1p63 && number < 0x1p63;
    return give(fits ? static_cast<int64_t>(number) : std::numeric_limits<int64_t>::min(), out);
}

bool to_float(const Node& node, Evaluation& evaluation, Value& out) {
    int64_t number;
    return integer_of(*node.first(), evaluation, number) && give(static_cast<double>(number), out);
}

template <class T>
ValueFunction fold_function(Op op) {
    switch (op) {
        case Op::add: return fold<Op::add, T>;
        case Op::subtract: return fold<Op::subtract, T>;
        case Op::multiply: return fold<Op::multiply, T>;
        case Op::divide: return fold<Op::divide, T>;
        case Op::least: return fold<Op::least, T>;
        case Op::greatest: return fold<Op::greatest, T>;
        default: return nullptr;
    }
}

ValueFunction integer_function(Op op) {
    switch (op) {
        case Op::bit_and: return fold<Op::bit_and, int64_t>;
        case Op::bit_or: return fold<Op::bit_or, int64_t>;
        case Op::bit_xor: return fold<Op::bit_xor, int64_t>;
        case Op::modulo: return modulo;
        case Op::absolute: return of_integer<absolute>;
        case Op::bit_not: return of_integer<inverted>;
        case Op::bit_count: return of_integer<ones>;
        case Op::shift_left: return shift<Op::shift_left>;
        case Op::shift_right: return shift<Op::shift_right>;
        case Op::shift_right_signed: return shift<Op::shift_right_signed>;
        case Op::scan_left: return scan<Op::scan_left>;
        case Op::scan_right: return scan<Op::scan_right>;
        case Op::to_int: return to_int;
        default: return fold_function<int64_t>(op);
    }
}

ValueFunction real_function(Op op) {
    switch (op) {
        case Op::power: return of_two_reals<power>;
        case Op::logarithm: return of_two_reals<logarithm>;
        case Op::absolute: return of_real<absolute>;
        case Op::floor: return of_real<floor_of>;
        case Op::ceil: return of_real<ceil_of>;
        case Op::to_float: return to_float;
        default: return fold_function<double>(op);
    }
}

}  // namespace

ValueFunction number_function(Op op, Type type) {
    return type == Type::integer ? integer_function(op) : real_function(op);
}

}  // namespace winnow::filter
