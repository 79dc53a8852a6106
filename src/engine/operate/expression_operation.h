#pragma once
// The operations that evaluate an expression on the record as the command has made it so far:
// expression_read answers the value, expression_modify puts it into a bin.
//
//   payload   msgpack [expression, flags]; whatever is missing behind the expression is 0

#include "engine/operate/command.h"
#include "engine/operate/draft.h"
#include "record/filter/filter.h"

namespace winnow {

namespace expression_flag {
enum Bit : uint32_t {
    create_only = 0x01,
    update_only = 0x02,
    allow_delete = 0x04,  // nil deletes the bin
    policy_no_fail = 0x08,
    eval_no_fail = 0x10,  // unknown is no error
};
}

// Errors: parameter if the payload is malformed, not_applicable if the value is unknown.
Result<> read_expression(const Operation& operation, filter::Evaluation& evaluation,
                         bool respond_all_operations, ReplySink& sink);

// Besides: bin_exists, bin_not_found as the flags ask. Gives no result.
Result<> write_expression(const Operation& operation, filter::Evaluation& evaluation, Draft& draft);

}  // namespace winnow
