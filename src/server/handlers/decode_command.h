#pragma once
// Turns the bits and fields of a message, or of a row of a batch, into a command of the engine.

#include "base/small_vector.h"
#include "engine/database.h"
#include "engine/operate/command.h"
#include "protocol/batch.h"
#include "protocol/request.h"

namespace winnow {

// A command with the memory its operations lie in. Lives as long as the message it views.
struct DecodedCommand {
    Command command;
    SmallVector<Operation, 16> operations;
};

// The namespace that the fields name. Error: namespace_not_found.
Result<const std::shared_ptr<Namespace>*> decode_namespace(const Database& database,
                                                           const FieldTable& fields);

// Fills `decoded`. Refuses, before anything is looked up, what is malformed (parameter, bin_name),
// what does not exist here (enterprise_only: transactions, linearized reads) and what is not served
// yet (unsupported: filters, UDFs).
Result<> decode_command(const Request& request, DecodedCommand& decoded);
Result<> decode_command(const BatchRow& row, DecodedCommand& decoded);

}  // namespace winnow
