#pragma once
// Predicate expressions: TLVs in postfix order (values reference §6).
//
//   u16 tag | u32 size of the payload | payload, all big-endian
//
// A node takes its operands from a stack and leaves its result there; at the end one logical result
// must be left. All that is wrong answers parameter.

#include "base/error.h"
#include "record/filter/tree.h"

namespace winnow::filter {

Result<> decode_predexp(Bytes encoded, Tree& tree);

}  // namespace winnow::filter
