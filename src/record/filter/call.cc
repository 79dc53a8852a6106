#include "record/collection/read.h"
#include "record/filter/element.h"
#include "record/filter/functions.h"
#include "record/value/msgpack.h"

namespace winnow::filter {
namespace {

// The keys or the values of a map, in its order.
template <bool keys>
bool half_of_map(const Node& node, Evaluation& evaluation, Value& out) {
    Value map;
    const Node& source = *node.first();
    if (!source.value(source, evaluation, map)) return false;
    MsgpackReader reader(map.bytes);
    MsgpackToken head;
    uint8_t flags;
    if (!reader.next(head) || !reader.order_header(head, flags)) return false;
    if (!evaluation.spend(head.count)) return false;
    constexpr size_t head_max = 5;
    uint8_t* start = evaluation.memory().allocate(map.bytes.size() + head_max);
    Buffer list_head;
    MsgpackWriter(list_head).array(head.count);
    std::memcpy(start, list_head.data(), list_head.size());
    uint8_t* at = start + list_head.size();
    for (uint32_t i = 0; i < head.count; i++) {
        for (bool is_key : {true, false}) {
            Bytes rest = reader.rest();
            if (!reader.skip()) return false;
            if (is_key != keys) continue;
            size_t size = rest.size() - reader.left();
            std::memcpy(at, rest.data(), size);
            at += size;
        }
    }
    out.type = Type::list;
    out.bytes = {start, static_cast<size_t>(at - start)};
    return true;
}

// The most that a reading operation takes.
constexpr size_t arguments_max = 8;

// Whatever goes wrong in a call, and a result of another type than was announced, is unknown.
bool call(const Node& node, Evaluation& evaluation, Value& out) {
    Arena& memory = evaluation.memory();
    Bytes arguments[arguments_max];
    size_t count = 0;
    const Node* child = node.first();
    for (; child->behind() != node.behind(); child = child->behind()) {
        Value value;
        if (!evaluate(*child, evaluation, value)) return false;
        if (count < arguments_max) arguments[count++] = encode_element(value, memory);
    }
    Value source;
    if (!evaluate(*child, evaluation, source)) return false;
    // Taking a collection apart costs about this much.
    if (!evaluation.spend(1 + source.bytes.size() / 8)) return false;
    Bytes collection = source.bytes;
    if (node.text_size != 0) {
        auto inner = follow_context(collection, node.bytes(), memory);
        if (!inner) return false;
        collection = *inner;
    }
    auto result =
        read_collection(collection, static_cast<uint8_t>(node.slot), {arguments, count}, memory);
    if (!result) return false;
    MsgpackReader reader(*result);
    return next_element(reader, out) && out.type == node.type;
}

Truth call_truth(const Node& node, Evaluation& evaluation) {
    Value value;
    return call(node, evaluation, value) ? truth_of(value.boolean) : Truth::unknown;
}

}  // namespace

ValueFunction collection_function(Op op) {
    return op == Op::map_keys ? half_of_map<true> : half_of_map<false>;
}

ValueFunction call_value_function() {
    return call;
}
TruthFunction call_truth_function() {
    return call_truth;
}

}  // namespace winnow::filter
