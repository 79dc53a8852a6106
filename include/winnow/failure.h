#pragma once
// What calls answer when they fail: Outcome<T> is a T or a Failure, as a value; nothing throws.
//
//   if (auto got = client.get(key, record); !got) fmt::print("{}\n", got.error().message());
//
// A Failure carries the code, where it went wrong, the node, and whether a write may have been done
// all the same. Codes are those of the Aerospike protocol.

#include "base/result_code.h"
#include "client/failure.h"

namespace winnow {

using client::Failure;
using client::FailureSource;
using client::Outcome;

}  // namespace winnow
