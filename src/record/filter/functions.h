#pragma once
// What evaluates nodes: one function for each op and type, found when a tree is finished. A file
// for each group of ops holds them. Internal to this folder.
//
// Evaluating recurses as deep as the tree; each level takes a few hundred bytes of stack.

#include "record/filter/evaluation.h"
#include "record/filter/node.h"

namespace winnow::filter {

// logic.cc: and, or, not, exclusive, and what has a truth by way of others: cond, let, var,
// constants. `only_passing`: no and unknown need not be told apart.
TruthFunction logic_function(const Node& node, bool only_passing);
// logic.cc: cond, let.
ValueFunction structure_function(Op op);
// compare.cc. REQUIRES: the children are in place, of one type. May fill in the node's range.
TruthFunction comparison_function(Node& node);
TruthFunction in_list_function();
// leaves.cc: constants, bins, variables, keys, metadata.
ValueFunction leaf_value_function(const Node& node);
TruthFunction leaf_truth_function(const Node& node);
// numbers.cc
ValueFunction number_function(Op op, Type type);
// iterate.cc
TruthFunction iteration_function(Op op);
// call.cc
ValueFunction collection_function(Op op);
ValueFunction call_value_function();
TruthFunction call_truth_function();

Truth unknown_truth(const Node& node, Evaluation& evaluation);
bool unknown_value(const Node& node, Evaluation& evaluation, Value& out);

// Evaluates a node of any type. False: unknown.
inline bool evaluate(const Node& node, Evaluation& evaluation, Value& out) {
    if (node.type != Type::boolean) return node.value(node, evaluation, out);
    Truth truth = node.truth(node, evaluation);
    out.type = Type::boolean;
    out.boolean = truth == Truth::yes;
    return truth != Truth::unknown;
}

}  // namespace winnow::filter
