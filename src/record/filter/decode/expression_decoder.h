#pragma once
// The decoder of filter expressions at work. Internal to this folder.
//
// A function that decodes returns the place of the node it has appended, or `failed` once an error
// has been noted; the first error counts.

#include "base/small_vector.h"
#include "record/filter/decode/operators.h"
#include "record/filter/tree.h"
#include "record/value/msgpack.h"

namespace winnow::filter {

class ExpressionDecoder {
public:
    static constexpr size_t failed = SIZE_MAX;

    ExpressionDecoder(Bytes encoded, Tree& tree)
        : encoded_(encoded), reader_(encoded), tree_(tree) {}

    // The next expression, whole.
    size_t expression();
    // Makes the node one that has a truth: bool, or unknown.
    bool require_truth(size_t at);

    Error error() const { return Error(code_, text_); }
    size_t position() const { return reader_.position(); }

private:
    struct Variable {
        std::string_view name;
        Type type;
    };

    size_t refuse(const char* text, ResultCode code = ResultCode::parameter);
    size_t constant(const MsgpackToken& token, size_t start);
    size_t string_constant(const MsgpackToken& token);
    size_t collection_constant(Type type, Bytes value);
    Bytes stored_form(Type type, Bytes value);
    size_t open(Op op, Type type);
    size_t close(size_t at);

    size_t operation(uint32_t count);
    size_t operation(const Operator& what, uint32_t operands);
    size_t comparison(Op op);
    size_t logic(Op op, uint32_t operands);
    size_t numbers(Op op, uint32_t operands);
    size_t of_one_type(const Operator& what, Type operand, uint32_t operands);
    size_t scan(Op op);
    size_t metadata(const Operator& what);
    size_t in_list();
    size_t geo();
    size_t regex();
    size_t digest_modulo();
    size_t bin();
    size_t bin_type();
    size_t key();
    size_t cond(uint32_t operands);
    size_t let(uint32_t operands);
    bool define(size_t& slots);
    size_t var();
    size_t quote();
    size_t call();
    bool call_head(uint32_t& arguments, int64_t& code);
    bool call_context(size_t at, uint32_t& arguments, int64_t& code);
    bool call_arguments(int64_t code, uint32_t count);
    bool call_argument();

    bool typed(Type wanted);
    bool raw_string(std::string_view& out);
    bool bin_name(std::string_view& out);
    bool type_code(Type& out);
    bool integer(int64_t& out);

    Bytes encoded_;
    MsgpackReader reader_;
    Tree& tree_;
    SmallVector<Variable, 4> scope_;
    unsigned depth_ = 0;
    ResultCode code_ = ResultCode::parameter;
    const char* text_ = nullptr;
};

}  // namespace winnow::filter
