#pragma once
// What reads give: Record owns its bytes and can be used again, RecordView is of a call-back's
// record and valid until it returns. Both are walked over (for (Bin bin : record)) or searched
// (record.find("a")).

#include "client/record.h"

namespace winnow {

using client::Record;
using client::RecordView;
using client::remaining_seconds;

}  // namespace winnow
