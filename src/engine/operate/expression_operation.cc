#include "engine/operate/expression_operation.h"

#include "record/filter/element.h"
#include "record/value/msgpack.h"

namespace winnow {
namespace {

struct Decoded {
    Expression expression;
    uint32_t flags;
};

Result<Decoded> decode(const Operation& operation, uint32_t allowed) {
    const auto refuse = [](const char* text) { return fail(ResultCode::parameter, text); };
    // The head alone: what is cut behind the expression counts as 0 (golden expr-value-04558).
    constexpr uint8_t list_of_one = 0x91, list_of_two = 0x92;
    const uint8_t head = operation.value.empty() ? uint8_t{0} : operation.value[0];
    if (head != list_of_one && head != list_of_two)
        return refuse("an expression operation is a list of expression and flags");
    MsgpackReader reader(operation.value.subspan(1));
    size_t size;
    auto expression = Expression::decode(reader.rest(), size);
    if (!expression) return fail(expression.error());
    reader.seek(size);
    MsgpackToken token;
    int64_t flags = 0;
    if (reader.next(token) && token.kind == MsgpackKind::integer) flags = token.integer;
    if ((flags & ~int64_t{allowed}) != 0)
        return refuse("an expression operation has unknown flags");
    return Decoded{std::move(*expression), static_cast<uint32_t>(flags)};
}

// The value as a bin holds it.
Bytes particle_bytes(const filter::Value& value, Arena& memory) {
    constexpr size_t geojson_head_size = 3;
    switch (value.type) {
        case filter::Type::nil:
        case filter::Type::unknown: return {};
        case filter::Type::boolean: {
            uint8_t* at = memory.allocate(1);
            *at = value.boolean;
            return {at, 1};
        }
        case filter::Type::integer:
        case filter::Type::real: {
            uint8_t* at = memory.allocate(sizeof value.integer);
            store_be(at, value.integer);
            return {at, sizeof value.integer};
        }
        case filter::Type::geojson: {
            size_t size = geojson_head_size + value.bytes.size();
            uint8_t* at = memory.allocate(size);
            std::memset(at, 0, geojson_head_size);
            std::memcpy(at + geojson_head_size, value.bytes.data(), value.bytes.size());
            return {at, size};
        }
        default: return value.bytes;
    }
}

Result<bool> evaluate(const Decoded& decoded, filter::Evaluation& evaluation,
                      filter::Value& value) {
    bool known = decoded.expression.evaluate(evaluation, value);
    if (evaluation.exhausted())
        return fail(ResultCode::timeout, "the expression takes too long on this record");
    if (!known && !(decoded.flags & expression_flag::eval_no_fail))
        return fail(ResultCode::not_applicable, "the value of the expression is unknown");
    return known;
}

}  // namespace

Result<> read_expression(const Operation& operation, filter::Evaluation& evaluation,
                         bool respond_all_operations, ReplySink& sink) {
    auto decoded = decode(operation, expression_flag::eval_no_fail);
    if (!decoded) return fail(decoded.error());
    filter::Value value;
    auto known = evaluate(*decoded, evaluation, value);
    if (!known) return fail(known.error());
    if (*known && value.type != filter::Type::nil)
        sink.result(operation, filter::particle_of(value.type),
                    particle_bytes(value, evaluation.memory()));
    else if (respond_all_operations)
        sink.result(operation, 0, {});
    return {};
}

Result<> write_expression(const Operation& operation, filter::Evaluation& evaluation,
                          Draft& draft) {
    using namespace expression_flag;
    auto decoded =
        decode(operation, create_only | update_only | allow_delete | policy_no_fail | eval_no_fail);
    if (!decoded) return fail(decoded.error());
    const uint32_t flags = decoded->flags;
    const bool exists = draft.find(operation.name) != nullptr;
    if (exists && (flags & create_only)) {
        if (flags & policy_no_fail) return {};
        return fail(ResultCode::bin_exists);
    }
    if (!exists && (flags & update_only)) {
        if (flags & policy_no_fail) return {};
        return fail(ResultCode::bin_not_found);
    }
    filter::Value value;
    auto known = evaluate(*decoded, evaluation, value);
    if (!known) return fail(known.error());
    if (!*known) return {};
    if (value.type == filter::Type::nil && !(flags & allow_delete)) {
        // Golden expr-write-00301 ff: any of these makes nil no error.
        if (!exists || (flags & (update_only | policy_no_fail | eval_no_fail))) return {};
        return fail(ResultCode::not_applicable, "nil deletes a bin only if that is allowed");
    }
    Operation write{OperationCode::write, filter::particle_of(value.type), operation.name,
                    draft.keep(particle_bytes(value, evaluation.memory()))};
    return draft.write(write);
}

}  // namespace winnow
