#include "record/filter/decode/expression.h"

#include "record/filter/decode/expression_decoder.h"
#include "record/filter/element.h"
#include "record/filter/evaluation.h"
#include "record/value/canonical.h"

namespace winnow::filter {

size_t ExpressionDecoder::refuse(const char* text, ResultCode code) {
    if (text_ == nullptr) {
        text_ = text;
        code_ = code;
    }
    return failed;
}

size_t ExpressionDecoder::open(Op op, Type type) {
    if (tree_.full()) return refuse("an expression has at most 65,536 nodes");
    size_t at = tree_.open(op);
    tree_[at].type = type;
    return at;
}

size_t ExpressionDecoder::close(size_t at) {
    if (at != failed) tree_.close(at);
    return at;
}

size_t ExpressionDecoder::expression() {
    if (depth_ >= depth_max) return refuse("an expression nests at most 1,024 levels deep");
    size_t start = reader_.position();
    MsgpackToken token;
    if (!reader_.next(token)) return refuse("an expression is cut");
    if (token.kind != MsgpackKind::array) return constant(token, start);
    depth_++;
    size_t at = operation(token.count);
    depth_--;
    return at;
}

// --- constants

size_t ExpressionDecoder::constant(const MsgpackToken& token, size_t start) {
    size_t at;
    switch (token.kind) {
        case MsgpackKind::nil: return open(Op::constant, Type::nil);
        case MsgpackKind::boolean:
            at = open(Op::constant, Type::boolean);
            if (at != failed) tree_[at].boolean = token.boolean;
            return at;
        case MsgpackKind::integer:
        case MsgpackKind::uinteger:  // wraps around (golden expr-value-04566)
            at = open(Op::constant, Type::integer);
            if (at != failed) tree_[at].integer = token.integer;
            return at;
        case MsgpackKind::float32:
        case MsgpackKind::float64:
            at = open(Op::constant, Type::real);
            if (at != failed) tree_[at].real = token.real;
            return at;
        case MsgpackKind::string: return string_constant(token);
        case MsgpackKind::map:
            if (!reader_.skip(token.children())) return refuse("a map constant is cut");
            return collection_constant(Type::map,
                                       encoded_.subspan(start, reader_.position() - start));
        default: return refuse("wildcard, infinity and ext are no expressions");
    }
}

size_t ExpressionDecoder::string_constant(const MsgpackToken& token) {
    Type type = token.bytes.empty() ? Type::unknown : type_of(token.bytes[0]);
    bool known = type == Type::string || type == Type::geojson || type == Type::hll ||
                 token.is_string_of(Particle::blob);
    if (!known) return refuse("a string constant begins with a type: string, blob, geo or hll");
    size_t at = open(Op::constant, type);
    if (at == failed) return at;
    tree_[at].text = token.content().data();
    tree_[at].text_size = static_cast<uint32_t>(token.content().size());
    return at;
}

// Brings a list or map into the stored form. What could not be stored stays as it is: wildcards and
// infinity are there to be compared with (golden expr-value-01708), and a map that is not sorted as
// it says does no harm (golden expr-value-00144).
Bytes ExpressionDecoder::stored_form(Type type, Bytes value) {
    Particle particle = type == Type::list ? Particle::list : Particle::map;
    auto canonical = check_canonical(particle, value);
    if (canonical && *canonical) return value;
    Buffer rewritten;
    return canonicalize(particle, value, rewritten) ? tree_.keep(rewritten.bytes()) : value;
}

size_t ExpressionDecoder::collection_constant(Type type, Bytes value) {
    value = stored_form(type, value);
    size_t at = open(Op::constant, type);
    if (at == failed) return at;
    tree_[at].text = value.data();
    tree_[at].text_size = static_cast<uint32_t>(value.size());
    return at;
}

// A list is quoted, as a bare array is an operation.
size_t ExpressionDecoder::quote() {
    size_t start = reader_.position();
    MsgpackToken head;
    if (!reader_.next(head) || head.kind != MsgpackKind::array || !reader_.skip(head.children()))
        return refuse("a quote holds a list");
    return collection_constant(Type::list, encoded_.subspan(start, reader_.position() - start));
}

// --- pieces of operations

// The next expression has this type.
bool ExpressionDecoder::typed(Type wanted) {
    size_t at = expression();
    if (at == failed) return false;
    if (tree_[at].type == wanted) return true;
    refuse("an operand has the wrong type");
    return false;
}

bool ExpressionDecoder::raw_string(std::string_view& out) {
    MsgpackToken token;
    if (!reader_.next(token) || token.kind != MsgpackKind::string) {
        refuse("a name or pattern is a raw string");
        return false;
    }
    out = text_of(token.bytes);
    return true;
}

bool ExpressionDecoder::bin_name(std::string_view& out) {
    if (!raw_string(out)) return false;
    if (out.size() <= bin_name_length_max) return true;
    refuse("a bin name has at most 15 bytes");
    return false;
}

bool ExpressionDecoder::integer(int64_t& out) {
    MsgpackToken token;
    if (!reader_.next(token) || token.kind != MsgpackKind::integer) {
        refuse("an integer constant is wanted");
        return false;
    }
    out = token.integer;
    return true;
}

bool ExpressionDecoder::type_code(Type& out) {
    int64_t code;
    if (!integer(code)) return false;
    if (code < 0 || code >= type_count) {
        refuse("an unknown type code");
        return false;
    }
    out = static_cast<Type>(code);
    return true;
}

namespace {

// A value of no type takes the place of a bool; what hands it on does too.
void become_boolean(Node& node) {
    node.type = Type::boolean;
    Node* at = node.first();
    if (node.op == Op::cond) {
        for (; at->behind() != node.behind(); at = at->behind()) {
            at = at->behind();  // past the condition
            if (at->type == Type::unknown) become_boolean(*at);
        }
    } else if (node.op == Op::let) {
        while (at->behind() != node.behind()) at = at->behind();
    } else {
        return;
    }
    if (at->type == Type::unknown) become_boolean(*at);
}

}  // namespace

bool ExpressionDecoder::require_truth(size_t at) {
    if (at == failed) return false;
    if (tree_[at].type == Type::unknown) become_boolean(tree_[at]);
    if (tree_[at].type == Type::boolean) return true;
    refuse("a condition is not of type bool");
    return false;
}

// --- operations

size_t ExpressionDecoder::operation(uint32_t count) {
    MsgpackToken code;
    if (count == 0 || !reader_.next(code) || code.kind != MsgpackKind::integer)
        return refuse("an operation begins with its code");
    const Operator* what = find_operator(code.integer);
    if (what == nullptr) return refuse("an unknown operation");
    uint32_t operands = count - 1;
    if (operands < what->least || operands > what->most)
        return refuse("an operation has the wrong number of operands");
    return close(operation(*what, operands));
}

size_t ExpressionDecoder::operation(const Operator& what, uint32_t operands) {
    switch (what.shape) {
        case Shape::comparison: return comparison(what.op);
        case Shape::logic: return logic(what.op, operands);
        case Shape::numbers: return numbers(what.op, operands);
        case Shape::integers: return of_one_type(what, Type::integer, operands);
        case Shape::reals: return of_one_type(what, Type::real, operands);
        case Shape::to_int: return of_one_type(what, Type::real, operands);
        case Shape::to_float: return of_one_type(what, Type::integer, operands);
        case Shape::map_to_list: return of_one_type(what, Type::map, operands);
        case Shape::scan: return scan(what.op);
        case Shape::metadata: return metadata(what);
        case Shape::in_list: return in_list();
        case Shape::unknown: return open(Op::unknown, Type::unknown);
        case Shape::regex: return regex();
        case Shape::geo: return geo();
        case Shape::digest_modulo: return digest_modulo();
        case Shape::key: return key();
        case Shape::bin: return bin();
        case Shape::bin_type: return bin_type();
        case Shape::cond: return cond(operands);
        case Shape::var: return var();
        case Shape::let: return let(operands);
        case Shape::quote: return quote();
        case Shape::call: return call();
    }
    return failed;
}

size_t ExpressionDecoder::comparison(Op op) {
    size_t at = open(op, Type::boolean);
    if (at == failed) return at;
    size_t left = expression();
    if (left == failed) return failed;
    Type type = tree_[left].type;
    if (type == Type::unknown || type == Type::geojson || type == Type::hll)
        return refuse("values of this type cannot be compared");
    return typed(type) ? at : failed;
}

size_t ExpressionDecoder::logic(Op op, uint32_t operands) {
    size_t at = open(op, Type::boolean);
    if (at == failed) return at;
    for (uint32_t i = 0; i < operands; i++)
        if (!require_truth(expression())) return failed;
    return at;
}

size_t ExpressionDecoder::numbers(Op op, uint32_t operands) {
    size_t at = open(op, Type::integer);
    if (at == failed) return at;
    size_t first = expression();
    if (first == failed) return failed;
    Type type = tree_[first].type;
    if (type != Type::integer && type != Type::real) return refuse("an operand is no number");
    tree_[at].type = type;
    for (uint32_t i = 1; i < operands; i++)
        if (!typed(type)) return failed;
    return at;
}

size_t ExpressionDecoder::of_one_type(const Operator& what, Type operand, uint32_t operands) {
    size_t at = open(what.op, what.gives);
    if (at == failed) return at;
    for (uint32_t i = 0; i < operands; i++)
        if (!typed(operand)) return failed;
    return at;
}

size_t ExpressionDecoder::scan(Op op) {
    size_t at = open(op, Type::integer);
    bool fits = at != failed && typed(Type::integer) && require_truth(expression());
    return fits ? at : failed;
}

size_t ExpressionDecoder::metadata(const Operator& what) {
    size_t at = open(what.op, what.gives);
    // The void time of what never expires.
    if (at != failed) tree_[at].integer = -1;
    return at;
}

size_t ExpressionDecoder::in_list() {
    size_t at = open(Op::in_list, Type::boolean);
    if (at == failed) return at;
    size_t wanted = expression();
    if (wanted == failed) return failed;
    if (tree_[wanted].type == Type::unknown) return refuse("an operand has no type");
    return typed(Type::list) ? at : failed;
}

size_t ExpressionDecoder::geo() {
    size_t at = open(Op::geo, Type::boolean);
    if (at == failed || !typed(Type::geojson) || !typed(Type::geojson)) return failed;
    return refuse("comparisons of GeoJSON are not served yet", ResultCode::unsupported);
}

size_t ExpressionDecoder::regex() {
    int64_t flags;
    std::string_view pattern;
    if (!integer(flags) || !raw_string(pattern)) return failed;
    size_t at = open(Op::regex, Type::boolean);
    if (at == failed || !typed(Type::string)) return failed;
    auto compiled = Regex::compile(pattern, static_cast<uint32_t>(flags));
    if (!compiled) return refuse(compiled.error().text);
    tree_[at].regex = tree_.keep(std::move(*compiled));
    tree_[at].text = bytes_of(pattern).data();
    tree_[at].text_size = static_cast<uint32_t>(pattern.size());
    tree_[at].integer = flags;
    return at;
}

// The modulus has 32 bits, signed or not.
size_t ExpressionDecoder::digest_modulo() {
    int64_t modulus;
    if (!integer(modulus)) return failed;
    if (modulus > UINT32_MAX || static_cast<uint32_t>(modulus) == 0)
        return refuse("the modulus of a digest is 1 to 2^32 - 1");
    size_t at = open(Op::digest_modulo, Type::integer);
    if (at != failed) tree_[at].integer = modulus;
    return at;
}

size_t ExpressionDecoder::key() {
    Type type;
    if (!type_code(type)) return failed;
    if (type != Type::integer && type != Type::string && type != Type::blob)
        return refuse("a key is of type int, string or blob");
    return open(Op::key, type);
}

size_t ExpressionDecoder::bin() {
    Type type;
    std::string_view name;
    if (!type_code(type) || !bin_name(name)) return failed;
    size_t at = open(Op::bin, type);
    if (at == failed) return at;
    tree_[at].text = bytes_of(name).data();
    tree_[at].text_size = static_cast<uint32_t>(name.size());
    return at;
}

size_t ExpressionDecoder::bin_type() {
    std::string_view name;
    if (!bin_name(name)) return failed;
    size_t at = open(Op::bin_type, Type::integer);
    if (at == failed) return at;
    tree_[at].text = bytes_of(name).data();
    tree_[at].text_size = static_cast<uint32_t>(name.size());
    return at;
}

// The type is that of the results that have one.
size_t ExpressionDecoder::cond(uint32_t operands) {
    if (operands % 2 == 0) return refuse("a cond ends with a default");
    size_t at = open(Op::cond, Type::unknown);
    if (at == failed) return at;
    for (uint32_t left = operands; left != 0; left -= left == 1 ? 1 : 2) {
        if (left != 1 && !require_truth(expression())) return failed;
        size_t result = expression();
        if (result == failed) return failed;
        Type type = tree_[result].type;
        if (type == Type::unknown) continue;
        if (tree_[at].type == Type::unknown) tree_[at].type = type;
        if (tree_[at].type != type) return refuse("the results of a cond are of different types");
    }
    close(at);
    if (tree_[at].type == Type::boolean) become_boolean(tree_[at]);
    return at;
}

namespace {

bool is_variable_name(std::string_view name) {
    auto letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    };
    if (name.empty() || !letter(name[0])) return false;
    for (char c : name)
        if (!letter(c) && !(c >= '0' && c <= '9')) return false;
    return true;
}

}  // namespace

// One name and its value. A name that is visible already is not defined anew.
bool ExpressionDecoder::define(size_t& slots) {
    std::string_view name;
    if (!raw_string(name)) return false;
    bool fits = is_variable_name(name) && scope_.size() < variables_max;
    for (const Variable& known : scope_) fits = fits && known.name != name;
    if (!fits) {
        refuse("a variable has a name of letters, digits and _, once; 128 at a time");
        return false;
    }
    size_t at = open(Op::define, Type::unknown);
    if (at == failed) return false;
    size_t value = expression();
    if (value == failed) return false;
    Node& node = tree_[at];
    node.type = tree_[value].type;
    node.slot = static_cast<uint16_t>(scope_.size());
    node.text = bytes_of(name).data();
    node.text_size = static_cast<uint32_t>(name.size());
    tree_.close(at);
    scope_.push_back({name, node.type});
    slots++;
    return true;
}

size_t ExpressionDecoder::let(uint32_t operands) {
    if (operands % 2 == 0) return refuse("a let ends with its scope");
    size_t at = open(Op::let, Type::unknown);
    if (at == failed) return at;
    size_t slots = 0;
    for (uint32_t i = 1; i < operands; i += 2)
        if (!define(slots)) return failed;
    size_t scope = expression();
    if (scope == failed) return failed;
    tree_[at].type = tree_[scope].type;
    scope_.resize(scope_.size() - slots);
    return at;
}

size_t ExpressionDecoder::var() {
    std::string_view name;
    if (!raw_string(name)) return failed;
    for (size_t slot = scope_.size(); slot-- > 0;) {
        if (scope_[slot].name != name) continue;
        size_t at = open(Op::var, scope_[slot].type);
        if (at == failed) return at;
        tree_[at].slot = static_cast<uint16_t>(slot);
        tree_[at].text = bytes_of(name).data();
        tree_[at].text_size = static_cast<uint32_t>(name.size());
        return at;
    }
    return refuse("a variable is not defined");
}

// --- whole expressions

Result<> decode_filter_expression(Bytes encoded, Tree& tree) {
    ExpressionDecoder decoder(encoded, tree);
    size_t root = decoder.expression();
    if (root == ExpressionDecoder::failed) return fail(decoder.error());
    if (decoder.position() != encoded.size())
        return fail(ResultCode::parameter, "bytes behind the expression");
    if (tree[root].op == Op::constant && tree[root].type == Type::nil) {
        tree[root].type = Type::boolean;
        tree[root].boolean = true;
    }
    if (!decoder.require_truth(root)) return fail(decoder.error());
    return {};
}

Result<> decode_expression(Bytes encoded, Tree& tree, size_t& size) {
    ExpressionDecoder decoder(encoded, tree);
    if (decoder.expression() == ExpressionDecoder::failed) return fail(decoder.error());
    size = decoder.position();
    return {};
}

}  // namespace winnow::filter
