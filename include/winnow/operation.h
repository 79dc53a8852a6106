#pragma once
// What operate() and the rows of a batch do to a record, and which bins a read answers with.

#include "client/bin_operation.h"

namespace winnow {

using client::BinOperation;
using client::BinSelection;

}  // namespace winnow
