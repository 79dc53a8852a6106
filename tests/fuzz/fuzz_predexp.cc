// Bytes that claim to be a predicate expression: refused, or evaluated on every record within the
// steps that one evaluation may take. Metadata never decides otherwise than the record.

#include "evaluate_filter.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace winnow;
    if (size != 0 && data[0] != 0) return -1;  // the other language
    auto filter = Filter::decode({data, size});
    if (filter) fuzz::evaluate(*filter);
    return 0;
}
