#pragma once
// Turns the bits and fields of a message, or of a row of a batch, into a command of the engine.

#include <optional>

#include "base/small_vector.h"
#include "engine/database.h"
#include "engine/operate/command.h"
#include "protocol/batch.h"
#include "protocol/request.h"

namespace winnow {

// A command with the memory that it points to. Lives as long as the message it views, and stays
// where it is.
struct DecodedCommand {
    Command command;
    SmallVector<Operation, 16> operations;
    std::optional<CommandFilter> filter;
};

// The namespace that the fields name. Error: namespace_not_found.
Result<const std::shared_ptr<Namespace>*> decode_namespace(const Database& database,
                                                           const FieldTable& fields);

// Fills `decoded`. Refuses, before anything is looked up, what is malformed (parameter, bin_name),
// what does not exist here (enterprise_only: transactions, linearized reads) and what is not served
// yet (unsupported: UDFs).
Result<> decode_command(const Request& request, DecodedCommand& decoded);
Result<> decode_command(const BatchRow& row, DecodedCommand& decoded);

}  // namespace winnow
