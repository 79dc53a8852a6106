#pragma once
// A filter: a question that a record answers with yes, no or unknown, in any of the languages that
// arrive in field 43 of a message. Also the expressions of expression operations, which give a
// value of any type.
//
//   predicate expression   begins with 00: TLVs in postfix order (decode/predexp.h)
//   filter expression      anything else: one msgpack value (decode/expression.h)
//
// A filter is decoded once and then evaluated for any number of records by any number of threads.
// What it was decoded from must outlive it, unless it keeps a copy. Only yes passes.
//
// Errors: parameter for whatever is malformed or does not fit its types; unsupported for what is
// not served yet, which is never ignored.

#include <memory>
#include <vector>

#include "record/filter/evaluation.h"
#include "record/filter/finish.h"
#include "record/filter/tree.h"

namespace winnow {

class Filter {
public:
    // `encoded` must live as long as the filter.
    static Result<Filter> decode(Bytes encoded);
    // Keeps its own copy of what it was decoded from.
    static Result<Filter> decode_copy(Bytes encoded);

    enum class Verdict : uint8_t {
        passes,
        filtered,
        needs_record,  // metadata does not decide
        too_costly,    // more steps than one evaluation may take
    };

    // Metadata alone.
    Verdict decide(const RecordMeta& meta) const;
    // With the record: passes, filtered or too_costly. `steps` grows by what it took.
    Verdict decide(const RecordMeta& meta, const Version& version, uint64_t& steps) const;

    // Whether RecordMeta::set has to be filled in.
    bool asks_for_set() const { return tree_.root().uses & filter::uses::set_name; }
    const filter::Tree& tree() const { return tree_; }

private:
    Filter() = default;
    static Verdict verdict(filter::Truth truth, const filter::Evaluation& evaluation);

    filter::Tree tree_;
    std::vector<filter::Node> metadata_;  // see metadata_program()
    std::unique_ptr<uint8_t[]> copy_;
};

// An expression whose value is wanted.
class Expression {
public:
    // `encoded` begins with the expression and must live as long. `size`: how much of it there is.
    static Result<Expression> decode(Bytes encoded, size_t& size);

    // False: unknown. The value lies in the record, the expression or the evaluation's memory.
    bool evaluate(filter::Evaluation& evaluation, filter::Value& out) const;

    bool asks_for_set() const { return tree_.root().uses & filter::uses::set_name; }

private:
    Expression() = default;
    filter::Tree tree_;
};

}  // namespace winnow
