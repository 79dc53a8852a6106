#pragma once
// What is refused before a record changes. The order of the checks is golden's: what the command
// says of itself, then (with the record at hand) set, key, existence, generation.

#include "base/error.h"
#include "engine/namespace.h"
#include "engine/operate/command.h"

namespace winnow {

// The command alone.
Result<> check_read(const Command& command);
Result<> check_write(const Command& command);

// The record belongs to another set, or was stored under another key.
Result<> check_identity(const Namespace& ns, const Command& command, const IndexEntry& entry);

// Existence and generation, as the policies of the command ask. `version` null: there is no record.
Result<> check_policies(const Command& command, const Version* version);

}  // namespace winnow
