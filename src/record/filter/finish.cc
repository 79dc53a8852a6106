#include "record/filter/finish.h"

#include <algorithm>

#include "record/filter/functions.h"

namespace winnow::filter {
namespace {

// How dear a node is, for the order inside and, or. Finer classes were measured to cost more than
// they gain: which of two comparisons decides depends on the data, not on the tree.
enum Cost : uint8_t {
    cost_metadata,  // no look at the bins
    cost_bins,
    cost_search,  // a regex, or elements of a list or map
};

uint8_t uses_of(const Node& node) {
    switch (node.op) {
        case Op::bin:
        case Op::bin_type:
        case Op::key: return uses::record;
        case Op::record_size: return uses::record | uses::set_name;
        case Op::var: return uses::variables;
        case Op::set_name: return uses::metadata | uses::set_name;
        default: break;
    }
    bool metadata = node.op >= Op::digest_modulo && node.op <= Op::is_tombstone;
    return metadata ? uses::metadata : 0;
}

void set_truth(Node& node) {
    if (is_comparison(node.op) || node.op == Op::regex)
        node.truth = comparison_function(node);
    else if (node.op == Op::in_list)
        node.truth = in_list_function();
    else if (is_iteration(node.op))
        node.truth = iteration_function(node.op);
    else if (node.op == Op::call)
        node.truth = call_truth_function();
    else if (TruthFunction function = logic_function(node, false))
        node.truth = function;
    else
        node.truth = leaf_truth_function(node);
}

void set_value(Node& node) {
    if (node.op >= Op::add && node.op <= Op::greatest)
        node.value = number_function(node.op, node.type);
    else if (node.op == Op::cond || node.op == Op::let)
        node.value = structure_function(node.op);
    else if (node.op == Op::map_keys || node.op == Op::map_values)
        node.value = collection_function(node.op);
    else if (node.op == Op::call)
        node.value = call_value_function();
    else
        node.value = leaf_value_function(node);
}

void make_constant(Node& node, Truth truth) {
    node.op = truth == Truth::unknown ? Op::unknown : Op::constant;
    node.boolean = truth == Truth::yes;
    node.uses = 0;
    node.cost = cost_metadata;
    node.truth = leaf_truth_function(node);
}

// and with a no, or with a yes: decided whatever the others are.
bool decided_by_child(Node& node) {
    if (node.op != Op::both && node.op != Op::either) return false;
    Truth deciding = truth_of(node.op == Op::either);
    for (const Node* child = node.first(); child != node.behind(); child = child->behind()) {
        if (child->op != Op::constant || truth_of(child->boolean) != deciding) continue;
        make_constant(node, deciding);
        return true;
    }
    return false;
}

bool is_leaf(const Node& node) {
    return node.size == 1 && node.op != Op::both && node.op != Op::either;
}

// What depends on nothing is evaluated once, here. The children stay behind, unused.
void fold(Node& node) {
    if (node.uses != 0 || is_leaf(node) || node.op == Op::define || node.op == Op::constant) return;
    RecordMeta meta;
    Evaluation evaluation(meta);
    if (node.type == Type::boolean) {
        make_constant(node, node.truth(node, evaluation));
        return;
    }
    if (node.type != Type::integer && node.type != Type::real) return;
    Value value;
    bool known = node.value(node, evaluation, value);
    node.op = known ? Op::constant : Op::unknown;
    node.integer = value.integer;
    node.value = leaf_value_function(node);
}

// Orders the conditions of and, or: their subtrees change places.
void order_children(Node& node) {
    if (node.op != Op::both && node.op != Op::either) return;
    bool sorted = true;
    uint8_t last = 0;
    for (const Node* child = node.first(); child != node.behind(); child = child->behind()) {
        sorted = sorted && child->cost >= last;
        last = child->cost;
    }
    if (sorted) return;
    std::vector<Node> ordered;
    ordered.reserve(node.size - 1);
    for (uint8_t cost = cost_metadata; cost <= cost_search; cost++)
        for (const Node* child = node.first(); child != node.behind(); child = child->behind())
            if (child->cost == cost) ordered.insert(ordered.end(), child, child->behind());
    std::copy(ordered.begin(), ordered.end(), node.first());
}

void finish_node(Node& node) {
    node.uses = uses_of(node);
    if (node.op == Op::bin || node.op == Op::bin_type) node.name_hash = bin_name_hash(node.name());
    node.cost = node.op == Op::regex || node.op == Op::in_list || node.op >= Op::map_keys
                    ? cost_search
                    : cost_metadata;
    for (const Node* child = node.first(); child != node.behind(); child = child->behind()) {
        node.uses |= child->uses;
        node.cost = std::max(node.cost, child->cost);
    }
    if (node.uses & uses::record) node.cost = std::max<uint8_t>(node.cost, cost_bins);
    if (node.op == Op::define) return;
    if (node.type == Type::boolean)
        set_truth(node);
    else
        set_value(node);
    if (decided_by_child(node)) return;
    fold(node);
    order_children(node);
}

// Where only yes counts, and may stop at the first condition that is not yes.
void allow_early_end(Node& node) {
    if (node.op != Op::both && node.op != Op::either) return;
    node.truth = logic_function(node, true);
    for (Node* child = node.first(); child != node.behind(); child = child->behind())
        allow_early_end(*child);
}

// These hand on what they are given; everything else over a bin is unknown until the bin is read.
bool hands_on(Op op) {
    return op == Op::both || op == Op::either || op == Op::negate || op == Op::exclusive ||
           op == Op::cond || op == Op::let || op == Op::define;
}

}  // namespace

void finish(Tree& tree, Purpose purpose) {
    // Children come before their parents, from behind.
    for (size_t i = tree.size(); i-- > 0;) finish_node(tree[i]);
    if (purpose == Purpose::filter) allow_early_end(tree.root());
}

std::vector<Node> metadata_program(const Tree& tree) {
    const Node& root = tree.root();
    if (!(root.uses & uses::record) || !(root.uses & uses::metadata)) return {};
    std::vector<Node> program(&root, root.behind());
    for (Node& node : program) {
        if (TruthFunction exact = logic_function(node, false); exact && node.type == Type::boolean)
            node.truth = exact;
        if (!(node.uses & uses::record) || hands_on(node.op)) continue;
        if (node.type == Type::boolean)
            node.truth = unknown_truth;
        else
            node.value = unknown_value;
    }
    return program;
}

}  // namespace winnow::filter
