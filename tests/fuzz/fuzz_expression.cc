// Bytes that claim to be a filter expression, as fuzz_predexp.cc; and the same bytes as the
// expression of an operation, whose value of any type is computed and encoded.

#include "evaluate_filter.h"
#include "record/filter/element.h"

namespace winnow::fuzz {
namespace {

void evaluate_value(Bytes encoded) {
    size_t size;
    auto expression = Expression::decode(encoded, size);
    if (!expression) return;
    require(size <= encoded.size());
    RandomRecord record(3);
    const RecordMeta meta = record.meta();
    filter::Evaluation evaluation(meta, record.version());
    filter::Value value;
    if (!expression->evaluate(evaluation, value)) return;
    Arena memory;
    Bytes element = filter::encode_element(value, memory);
    touch(element);
    // What an expression gives can be an element of a collection. A quoted list may hold anything.
    MsgpackReader reader(element);
    require(reader.skip() && reader.at_end());
}

}  // namespace
}  // namespace winnow::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace winnow;
    if (size != 0 && data[0] == 0) return -1;  // the other language
    auto filter = Filter::decode({data, size});
    if (filter) fuzz::evaluate(*filter);
    fuzz::evaluate_value({data, size});
    return 0;
}
