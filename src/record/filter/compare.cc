#include <limits>

#include "record/filter/element.h"
#include "record/filter/functions.h"
#include "record/filter/regex/regex.h"
#include "record/value/compare.h"
#include "record/value/msgpack.h"

namespace winnow::filter {
namespace {

template <Op op, class T>
constexpr bool holds(T a, T b) {
    if constexpr (op == Op::eq) return a == b;
    if constexpr (op == Op::ne) return a != b;
    if constexpr (op == Op::gt) return a > b;
    if constexpr (op == Op::ge) return a >= b;
    if constexpr (op == Op::lt) return a < b;
    if constexpr (op == Op::le) return a <= b;
}

// Both children as values; false if either is unknown.
bool operands(const Node& node, Evaluation& evaluation, Value& a, Value& b) {
    const Node& left = *node.first();
    const Node& right = *left.behind();
    return left.value(left, evaluation, a) && right.value(right, evaluation, b);
}

template <Op op>
Truth compare_nil(const Node& node, Evaluation& evaluation) {
    Value a, b;
    return operands(node, evaluation, a, b) ? truth_of(holds<op>(0, 0)) : node.missing;
}

template <Op op>
Truth compare_booleans(const Node& node, Evaluation& evaluation) {
    const Node& left = *node.first();
    const Node& right = *left.behind();
    Truth a = left.truth(left, evaluation);
    if (a == Truth::unknown) return node.missing;
    Truth b = right.truth(right, evaluation);
    return b == Truth::unknown ? node.missing : truth_of(holds<op>(a, b));
}

template <Op op>
Truth compare_integers(const Node& node, Evaluation& evaluation) {
    Value a, b;
    if (!operands(node, evaluation, a, b)) return node.missing;
    return truth_of(holds<op>(a.integer, b.integer));
}

template <Op op>
Truth compare_reals(const Node& node, Evaluation& evaluation) {
    Value a, b;
    if (!operands(node, evaluation, a, b)) return node.missing;
    return truth_of(holds<op>(a.real, b.real));
}

int order_of_bytes(Bytes a, Bytes b) {
    size_t shared = std::min(a.size(), b.size());
    int order = shared == 0 ? 0 : std::memcmp(a.data(), b.data(), shared);
    if (order != 0) return order;
    return (a.size() > b.size()) - (a.size() < b.size());
}

// Strings and blobs.
template <Op op>
Truth compare_bytes(const Node& node, Evaluation& evaluation) {
    Value a, b;
    if (!operands(node, evaluation, a, b)) return node.missing;
    if constexpr (op == Op::eq || op == Op::ne)
        return truth_of(same_bytes(a.bytes, b.bytes) == (op == Op::eq));
    return truth_of(holds<op>(order_of_bytes(a.bytes, b.bytes), 0));
}

// Only maps that are sorted by their header are comparable, and empty ones (golden expr-value-01756
// ff).
bool is_comparable_map(Bytes map) {
    MsgpackReader reader(map);
    MsgpackToken head;
    uint8_t flags = 0;
    return reader.next(head) && reader.order_header(head, flags) && (flags != 0 || head.count == 0);
}

template <Op op>
Truth compare_collections(const Node& node, Evaluation& evaluation) {
    Value a, b;
    if (!operands(node, evaluation, a, b)) return node.missing;
    if (!evaluation.spend(std::min(a.bytes.size(), b.bytes.size()) / 8)) return Truth::unknown;
    if (a.type == Type::map && !(is_comparable_map(a.bytes) && is_comparable_map(b.bytes)))
        return Truth::unknown;
    return truth_of(holds<op>(compare_values(a.bytes, b.bytes), 0));
}

template <Op op>
TruthFunction function_for(Type type) {
    switch (type) {
        case Type::nil: return compare_nil<op>;
        case Type::boolean: return compare_booleans<op>;
        case Type::integer: return compare_integers<op>;
        case Type::real: return compare_reals<op>;
        case Type::string:
        case Type::blob: return compare_bytes<op>;
        default: return compare_collections<op>;
    }
}

TruthFunction function_for(Op op, Type type) {
    switch (op) {
        case Op::eq: return function_for<Op::eq>(type);
        case Op::ne: return function_for<Op::ne>(type);
        case Op::gt: return function_for<Op::gt>(type);
        case Op::ge: return function_for<Op::ge>(type);
        case Op::lt: return function_for<Op::lt>(type);
        default: return function_for<Op::le>(type);
    }
}

// --- a bin compared with a constant: the usual filter, in one function

// Any comparison with an integer asks whether it lies in one range, or outside.
template <bool inside>
Truth in_range(const Node& node, Evaluation& evaluation) {
    int64_t value;
    if (!evaluation.find_integer_bin(node, value)) return node.missing;
    uint64_t distance = static_cast<uint64_t>(value) - static_cast<uint64_t>(node.integer);
    return truth_of((distance <= node.span) == inside);
}

template <bool equal>
Truth same_text(const Node& node, Evaluation& evaluation) {
    uint8_t particle;
    Bytes value;
    if (!evaluation.find_bin(node, particle, value) ||
        particle != static_cast<uint8_t>(Particle::string))
        return node.missing;
    const Node& left = *node.first();
    const Node& constant = left.op == Op::constant ? left : *left.behind();
    return truth_of(same_bytes(value, constant.bytes()) == equal);
}

// With the sides exchanged.
Op mirrored(Op op) {
    switch (op) {
        case Op::gt: return Op::lt;
        case Op::ge: return Op::le;
        case Op::lt: return Op::gt;
        case Op::le: return Op::ge;
        default: return op;
    }
}

// The range of `bin op constant`; false where nothing lies in it.
bool range_of(Op op, int64_t constant, Node& node) {
    constexpr int64_t lowest = std::numeric_limits<int64_t>::min();
    constexpr int64_t highest = std::numeric_limits<int64_t>::max();
    int64_t low = lowest, high = highest;
    switch (op) {
        case Op::gt:
            if (constant == highest) return false;
            low = constant + 1;
            break;
        case Op::ge: low = constant; break;
        case Op::lt:
            if (constant == lowest) return false;
            high = constant - 1;
            break;
        case Op::le: high = constant; break;
        default: low = high = constant;
    }
    node.integer = low;
    node.span = static_cast<uint64_t>(high) - static_cast<uint64_t>(low);
    return true;
}

void take_name(Node& node, const Node& bin) {
    node.text = bin.text;
    node.text_size = bin.text_size;
    node.name_hash = bin.name_hash;
}

TruthFunction fused(Node& node) {
    const Node& left = *node.first();
    const Node& right = *left.behind();
    bool bin_first = left.op == Op::bin && right.op == Op::constant;
    if (!bin_first && !(left.op == Op::constant && right.op == Op::bin)) return nullptr;
    const Node& bin = bin_first ? left : right;
    const Node& constant = bin_first ? right : left;
    Op op = bin_first ? node.op : mirrored(node.op);
    if (bin.type == Type::string && (op == Op::eq || op == Op::ne)) {
        take_name(node, bin);
        return op == Op::eq ? same_text<true> : same_text<false>;
    }
    if (bin.type != Type::integer || !range_of(op, constant.integer, node)) return nullptr;
    take_name(node, bin);
    return op == Op::ne ? in_range<false> : in_range<true>;
}

// --- regex and in_list

Truth matches(const Node& node, Evaluation& evaluation) {
    const Node& text = *node.first();
    Value value;
    if (!text.value(text, evaluation, value)) return node.missing;
    if (!evaluation.spend(1 + value.bytes.size() * node.regex->weight() / 64))
        return Truth::unknown;
    return truth_of(node.regex->found_in(text_of(value.bytes)));
}

// Whether a list holds a value.
Truth in_list(const Node& node, Evaluation& evaluation) {
    const Node& wanted = *node.first();
    const Node& list = *wanted.behind();
    Value value, where;
    if (!evaluate(wanted, evaluation, value) || !list.value(list, evaluation, where))
        return node.missing;
    Bytes needle = encode_element(value, evaluation.memory());
    MsgpackReader reader(where.bytes);
    MsgpackToken head;
    uint8_t flags;
    if (!reader.next(head) || !reader.order_header(head, flags)) return Truth::unknown;
    for (uint32_t i = 0; i < head.count; i++) {
        if (!evaluation.spend(1 + needle.size() / 64)) return Truth::unknown;
        if (compare_values(needle, reader.rest()) == 0) return Truth::yes;
        if (!reader.skip()) return Truth::unknown;
    }
    return Truth::no;
}

}  // namespace

TruthFunction comparison_function(Node& node) {
    if (node.op == Op::regex) return matches;
    if (TruthFunction function = fused(node)) return function;
    return function_for(node.op, node.first()->type);
}

TruthFunction in_list_function() {
    return in_list;
}

}  // namespace winnow::filter
