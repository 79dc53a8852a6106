#pragma once
// Many records in one call: a BatchEntry says what to do with one, a BatchAnswer what came of it.

#include "client/command/batch.h"

namespace winnow {

using client::BatchAction;
using client::BatchAnswer;
using client::BatchEntry;
using client::BatchVisitor;

}  // namespace winnow
