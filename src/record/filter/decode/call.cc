// Calls into collections: [127, type, module, call, source].
//
//   call   [code, arguments...]  or  [0xff, context, [code, arguments...]]
//
// Arguments are expressions, the context is a plain list. The node's children are the arguments and
// then the source; the context stands in its text.

#include "record/collection/read.h"
#include "record/filter/decode/expression_decoder.h"

namespace winnow::filter {
namespace {

enum : int64_t { module_collections = 0, module_bits = 1, module_hll = 2, module_modifies = 0x40 };

constexpr int64_t context_code = 0xff;

}  // namespace

// The next array, whose head is passed; its first element, an integer, too.
bool ExpressionDecoder::call_head(uint32_t& arguments, int64_t& code) {
    MsgpackToken head;
    if (!reader_.next(head) || head.kind != MsgpackKind::array || head.count == 0) {
        refuse("a call is a list that begins with an operation's code");
        return false;
    }
    arguments = head.count - 1;
    return integer(code);
}

bool ExpressionDecoder::call_context(size_t at, uint32_t& arguments, int64_t& code) {
    if (arguments != 2) {
        refuse("a call with a context is [0xff, context, call]");
        return false;
    }
    size_t start = reader_.position();
    if (!reader_.skip()) {
        refuse("a context is cut");
        return false;
    }
    Bytes context = encoded_.subspan(start, reader_.position() - start);
    tree_[at].text = context.data();
    tree_[at].text_size = static_cast<uint32_t>(context.size());
    return call_head(arguments, code);
}

// Wildcard and infinity may be arguments: they stand for themselves.
bool ExpressionDecoder::call_argument() {
    size_t start = reader_.position();
    MsgpackToken token;
    if (reader_.next(token) &&
        (token.kind == MsgpackKind::wildcard || token.kind == MsgpackKind::infinity)) {
        Bytes marker = encoded_.subspan(start, reader_.position() - start);
        return collection_constant(Type::list, marker) != failed;
    }
    reader_.seek(start);
    return expression() != failed;
}

bool ExpressionDecoder::call_arguments(int64_t code, uint32_t count) {
    bool known = code >= 0 && code <= UINT8_MAX;
    auto number = static_cast<uint8_t>(code);
    ReadArguments wanted = known ? read_arguments(number) : ReadArguments{};
    bool modifies = known && is_collection_modify(number);
    if (!modifies && (count < wanted.least || count > wanted.most)) {
        refuse("a call has an unknown code, or the wrong number of arguments");
        return false;
    }
    for (uint32_t i = 0; i < count; i++)
        if (!call_argument()) return false;
    return true;
}

size_t ExpressionDecoder::call() {
    Type type;
    int64_t module;
    if (!type_code(type) || !integer(module)) return failed;
    bool modifies = (module & module_modifies) != 0;
    module &= ~int64_t{module_modifies};
    if (module < module_collections || module > module_hll) return refuse("an unknown module");
    size_t at = open(Op::call, type);
    if (at == failed) return failed;
    uint32_t arguments;
    int64_t code;
    if (!call_head(arguments, code)) return failed;
    if (modifies || module != module_collections)
        return refuse(
            "calls that modify, and calls into blobs and HyperLogLogs, are not served yet",
            ResultCode::unsupported);
    if (code == context_code && !call_context(at, arguments, code)) return failed;
    if (!call_arguments(code, arguments)) return failed;
    tree_[at].slot = static_cast<uint16_t>(code);
    size_t source = expression();
    if (source == failed) return failed;
    Type from = tree_[source].type;
    if (from != Type::list && from != Type::map && from != Type::nil)
        return refuse("the source of a call is a list or map");
    return at;
}

}  // namespace winnow::filter
