#include "record/filter/expression_decoder.h"

namespace winnow::filter {

size_t ExpressionDecoder::call() {
    return refuse("calls into collections are not served yet", ResultCode::unsupported);
}

}  // namespace winnow::filter
