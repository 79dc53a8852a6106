#pragma once
// Filter expressions: msgpack trees (values reference §5). One value: a constant, or an array that
// begins with the code of an operator. Types are checked here, so that evaluation need not.

#include "base/error.h"
#include "record/filter/tree.h"

namespace winnow::filter {

// The whole of `encoded`, of type bool (or unknown, or nil, which passes: golden
// expr-filter-00024).
Result<> decode_filter_expression(Bytes encoded, Tree& tree);

// The expression that `encoded` begins with, of any type; `size` is its length.
Result<> decode_expression(Bytes encoded, Tree& tree, size_t& size);

}  // namespace winnow::filter
