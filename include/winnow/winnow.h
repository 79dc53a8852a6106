#pragma once
// All of it.

#include "winnow/client.h"
#include "winnow/database.h"
#include "winnow/log.h"
#include "winnow/version.h"
