#include "server/handlers/decode_command.h"

#include "record/value/particle.h"

namespace winnow {
namespace {

// The part that messages and batch rows share.
struct Bits {
    uint8_t info1, info2, info3, info4;
    uint32_t generation, record_ttl;
};

void decode_bits(const Bits& bits, Command& command) {
    command.reads = bits.info1 & info1::read;
    command.replicates = bits.info1 & info1::xdr;
    command.read_all = bits.info1 & info1::get_all;
    command.no_bin_data = bits.info1 & info1::no_bin_data;
    command.writes = bits.info2 & info2::write;
    command.remove = bits.info2 & info2::remove;
    command.respond_all_operations = bits.info2 & info2::respond_all_ops;
    command.create_only = bits.info2 & info2::create_only;
    command.update_only = bits.info3 & info3::update_only;
    command.create_or_replace = bits.info3 & info3::create_or_replace;
    command.replace_only = bits.info3 & info3::replace_only;
    command.generation_policy = bits.info2 & info2::generation           ? GenerationPolicy::equal
                                : bits.info2 & info2::generation_greater ? GenerationPolicy::greater
                                                                         : GenerationPolicy::any;
    command.generation = bits.generation;
    command.ttl = bits.record_ttl;
}

// Integers as keys have 8 bytes, doubles too: others could not be looked up again.
bool is_storable_key(const KeyView& key) {
    if (key.particle == static_cast<uint8_t>(Particle::integer) ||
        key.particle == static_cast<uint8_t>(Particle::float64))
        return key.value.size() == 8;
    return true;
}

// A read with a key that no record could have been stored under finds none.
Result<> decode_key(const FieldTable& fields, bool writes, Command& command) {
    if (!fields.has(FieldId::key)) return {};
    auto key = fields.key();
    bool valid = key && key->particle != KeyView::none && is_storable_key(*key);
    if (!valid && writes)
        return fail(ResultCode::unsupported, "a key field needs a type, an integer key 8 bytes");
    if (key) command.key = *key;
    return {};
}

Result<> decode_digest(const FieldTable& fields, Command& command) {
    if (fields.has(FieldId::digest)) {
        auto digest = fields.digest();
        if (!digest) return fail(digest.error());
        command.digest = *digest;
        return {};
    }
    // Very old clients send the key alone.
    if (!command.key)
        return fail(ResultCode::unsupported, "neither a digest nor a key names the record");
    command.digest = digest_of(command.set, command.key.particle, command.key.value);
    return {};
}

Result<> refuse_unserved(const Bits& bits, const FieldTable& fields) {
    if (fields.has(FieldId::txn_id)) return fail(ResultCode::enterprise_only, "transactions");
    bool writes = bits.info2 & info2::write;
    if (!writes && (bits.info4 & info4::txn_verify_read))
        return fail(ResultCode::enterprise_only, "transactions");
    if (!writes && (bits.info3 & info3::sc_read_type) && !(bits.info3 & info3::sc_read_relax))
        return fail(ResultCode::enterprise_only, "linearized reads");
    if (fields.has(FieldId::udf_package) || fields.has(FieldId::udf_op))
        return fail(ResultCode::unsupported, "UDFs are not served yet");
    return {};
}

// `digest`: that of a batch row; null: the fields name the record.
Result<> decode(const Bits& bits, const Digest* digest, const FieldTable& fields,
                const OperationRange& ops, DecodedCommand& decoded) {
    Command& command = decoded.command;
    // A name that is too long is refused when the set would be created, and found nowhere before.
    command.set = fields.set_name();
    if (ops.has_long_name()) return fail(ResultCode::bin_name, "a bin name has at most 15 bytes");
    WINNOW_TRY(decode_key(fields, bits.info2 & info2::write, command));
    if (digest != nullptr)
        command.digest = *digest;
    else
        WINNOW_TRY(decode_digest(fields, command));
    WINNOW_TRY(refuse_unserved(bits, fields));
    decode_bits(bits, command);
    decoded.filter.reset();
    if (fields.has(FieldId::filter)) command.filter = &decoded.filter.emplace(fields.filter());
    decoded.operations.clear();
    for (const Operation& operation : ops) decoded.operations.push_back(operation);
    command.operations = {decoded.operations.data(), decoded.operations.size()};
    return {};
}

}  // namespace

Result<const std::shared_ptr<Namespace>*> decode_namespace(const Database& database,
                                                           const FieldTable& fields) {
    const std::shared_ptr<Namespace>* ns = database.find(fields.namespace_name());
    if (ns == nullptr) return fail(ResultCode::namespace_not_found);
    return ns;
}

Result<> decode_command(const Request& request, DecodedCommand& decoded) {
    return decode({request.info1, request.info2, request.info3, request.info4, request.generation,
                   request.record_ttl},
                  nullptr, request.fields, request.ops, decoded);
}

Result<> decode_command(const BatchRow& row, DecodedCommand& decoded) {
    return decode({row.info1, row.info2, row.info3, row.info4, row.generation, row.record_ttl},
                  &row.digest, row.fields, row.ops, decoded);
}

}  // namespace winnow
