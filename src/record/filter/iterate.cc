// The iterations of predicate expressions: children are the collection, then the condition that is
// asked of each element, key or value. A collection that is not there gives no, for "every" too.

#include "record/filter/element.h"
#include "record/filter/functions.h"

namespace winnow::filter {
namespace {

enum class Part : uint8_t { element, key, value };

// What no node can hold becomes an element of no type: comparisons with it are false.
bool next_of_any_kind(MsgpackReader& reader, Value& value) {
    size_t start = reader.position();
    if (next_element(reader, value)) return true;
    reader.seek(start);
    value.type = Type::unknown;
    return reader.skip();
}

template <bool every, Part part>
Truth iterate(const Node& node, Evaluation& evaluation) {
    const Node& collection = *node.first();
    const Node& condition = *collection.behind();
    Value all;
    if (!collection.value(collection, evaluation, all)) return Truth::no;
    MsgpackReader reader(all.bytes);
    MsgpackToken head;
    uint8_t flags;
    if (!reader.next(head) || !reader.order_header(head, flags)) return Truth::no;
    for (uint32_t i = 0; i < head.count; i++) {
        if (!evaluation.spend(condition.size)) return Truth::no;
        if (part == Part::value && !reader.skip()) return Truth::no;
        Value value;
        if (!next_of_any_kind(reader, value)) return Truth::no;
        if (part == Part::key && !reader.skip()) return Truth::no;
        evaluation.bind(node.slot, value, true);
        Truth truth = condition.truth(condition, evaluation);
        if (every && truth != Truth::yes) return Truth::no;
        if (!every && truth == Truth::yes) return Truth::yes;
    }
    return truth_of(every);
}

}  // namespace

TruthFunction iteration_function(Op op) {
    switch (op) {
        case Op::any_element: return iterate<false, Part::element>;
        case Op::every_element: return iterate<true, Part::element>;
        case Op::any_key: return iterate<false, Part::key>;
        case Op::every_key: return iterate<true, Part::key>;
        case Op::any_value: return iterate<false, Part::value>;
        default: return iterate<true, Part::value>;
    }
}

}  // namespace winnow::filter
