#pragma once
// A database in this process: Database::open() in memory, connect() for a client of it. With
// DatabaseOptions::serve it is also reached by a port; with a ManualClock a test decides what time
// it is.

#include "base/clock.h"
#include "embedded/database.h"
#include "winnow/client.h"

namespace winnow {

using embedded::Database;
using embedded::ServeOptions;
using DatabaseOptions = embedded::Options;

}  // namespace winnow
