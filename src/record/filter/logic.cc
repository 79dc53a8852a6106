#include <algorithm>

#include "record/filter/functions.h"

namespace winnow::filter {
namespace {

Truth both(const Node& node, Evaluation& evaluation) {
    Truth least = Truth::yes;
    for (const Node* child = node.first(); child != node.behind(); child = child->behind()) {
        Truth truth = child->truth(*child, evaluation);
        if (truth == Truth::no) return Truth::no;
        least = std::min(least, truth);
    }
    return least;
}

// Where unknown does not pass either, the first child that is not yes decides.
Truth both_passing(const Node& node, Evaluation& evaluation) {
    for (const Node* child = node.first(); child != node.behind(); child = child->behind())
        if (child->truth(*child, evaluation) != Truth::yes) return Truth::no;
    return Truth::yes;
}

Truth either(const Node& node, Evaluation& evaluation) {
    Truth greatest = Truth::no;
    for (const Node* child = node.first(); child != node.behind(); child = child->behind()) {
        Truth truth = child->truth(*child, evaluation);
        if (truth == Truth::yes) return Truth::yes;
        greatest = std::max(greatest, truth);
    }
    return greatest;
}

Truth negate(const Node& node, Evaluation& evaluation) {
    return opposite(node.first()->truth(*node.first(), evaluation));
}

// Exactly one. Unknown if any is, even where two are true (golden expr-value-03205).
Truth exclusive(const Node& node, Evaluation& evaluation) {
    size_t count = 0;
    bool unknown = false;
    for (const Node* child = node.first(); child != node.behind(); child = child->behind()) {
        Truth truth = child->truth(*child, evaluation);
        count += truth == Truth::yes;
        unknown = unknown || truth == Truth::unknown;
    }
    return unknown ? Truth::unknown : truth_of(count == 1);
}

// Which result of a cond counts: condition, result, condition, result, ..., default. Null: unknown.
const Node* chosen(const Node& node, Evaluation& evaluation) {
    const Node* at = node.first();
    while (at->behind() != node.behind()) {
        Truth truth = at->truth(*at, evaluation);
        at = at->behind();
        if (truth == Truth::unknown) return nullptr;
        if (truth == Truth::yes) return at;
        at = at->behind();
    }
    return at;
}

Truth cond_truth(const Node& node, Evaluation& evaluation) {
    const Node* result = chosen(node, evaluation);
    return result == nullptr ? Truth::unknown : result->truth(*result, evaluation);
}
bool cond_value(const Node& node, Evaluation& evaluation, Value& out) {
    const Node* result = chosen(node, evaluation);
    return result != nullptr && result->value(*result, evaluation, out);
}

// Binds what a let defines, in order, and returns its scope.
const Node& bind(const Node& node, Evaluation& evaluation) {
    const Node* at = node.first();
    for (; at->behind() != node.behind(); at = at->behind()) {
        Value value;
        bool known = evaluate(*at->first(), evaluation, value);
        evaluation.bind(at->slot, value, known);
    }
    return *at;
}

Truth let_truth(const Node& node, Evaluation& evaluation) {
    const Node& scope = bind(node, evaluation);
    return scope.truth(scope, evaluation);
}
bool let_value(const Node& node, Evaluation& evaluation, Value& out) {
    const Node& scope = bind(node, evaluation);
    return scope.value(scope, evaluation, out);
}

}  // namespace

Truth unknown_truth(const Node&, Evaluation&) {
    return Truth::unknown;
}
bool unknown_value(const Node&, Evaluation&, Value&) {
    return false;
}

TruthFunction logic_function(const Node& node, bool only_passing) {
    switch (node.op) {
        case Op::both: return only_passing ? both_passing : both;
        case Op::either: return either;
        case Op::negate: return negate;
        case Op::exclusive: return exclusive;
        case Op::cond: return cond_truth;
        case Op::let: return let_truth;
        default: return nullptr;
    }
}

ValueFunction structure_function(Op op) {
    return op == Op::cond ? cond_value : let_value;
}

}  // namespace winnow::filter
