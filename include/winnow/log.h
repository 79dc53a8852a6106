#pragma once
// What the library logs goes to standard error, one line an event; a client has little to say.
// set_log_level(LogLevel::error) silences the rest.

#include "base/log.h"
