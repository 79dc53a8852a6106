#pragma once
// Options of what writes records: put, delete and load.

#include "cli/command.h"
#include "client/policies.h"

namespace winnow::cli {

// --ttl, --send-key, --create-only, --update-only, --replace
std::span<const Option> write_options();

// Of these options, and of --generation and --durable if the command has them.
Answer<client::WriteRules> write_rules(const Call& call);

}  // namespace winnow::cli
