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

}  // namespace

ValueFunction collection_function(Op op) {
    return op == Op::map_keys ? half_of_map<true> : half_of_map<false>;
}

ValueFunction call_value_function() {
    return unknown_value;
}
TruthFunction call_truth_function() {
    return unknown_truth;
}

}  // namespace winnow::filter
