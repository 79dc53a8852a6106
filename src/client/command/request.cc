#include "client/command/request.h"

#include <algorithm>

#include "protocol/constants.h"
#include "protocol/operations.h"

namespace winnow::client {
namespace {

// Codes whose results clients find by position: the server is asked for all of them.
bool answers_by_position(OperationCode code) {
    switch (code) {
        case OperationCode::read:
        case OperationCode::write:
        case OperationCode::increment:
        case OperationCode::append:
        case OperationCode::prepend:
        case OperationCode::touch:
        case OperationCode::remove: return false;
        default: return true;
    }
}

bool names_record(OperationCode code) {
    return code == OperationCode::touch || code == OperationCode::remove ||
           code == OperationCode::read;
}

Outcome<> check_bin_name(std::string_view name) {
    if (writable_bin_name(name)) return {};
    if (name.size() > bin_name_length_max)
        return fail(request_failure(ResultCode::bin_name, "a bin name has at most 15 bytes"));
    return fail(request_failure(ResultCode::parameter, "a bin name is not empty and has no NUL"));
}

Outcome<> check_count(size_t count) {
    if (count <= UINT16_MAX) return {};
    return fail(request_failure(ResultCode::parameter, "more than 65,535 operations"));
}

}  // namespace

uint32_t transaction_ttl_ms(const Policy& policy) {
    uint32_t socket_ms = policy.socket_timeout_ms;
    uint32_t total_ms = policy.total_timeout_ms;
    if (socket_ms == 0 || total_ms == 0) return std::max(socket_ms, total_ms);
    return std::min(socket_ms, total_ms);
}

CommandBits read_bits(const BinSelection& bins, int32_t read_touch_ttl_percent) {
    CommandBits bits;
    bits.info1 = info1::read;
    if (bins.is_all()) bits.info1 |= info1::get_all;
    if (bins.is_none()) bits.info1 |= info1::no_bin_data;
    bits.record_ttl = static_cast<uint32_t>(read_touch_ttl_percent);
    return bits;
}

CommandBits write_bits(const WriteRules& rules) {
    CommandBits bits;
    bits.info2 = info2::write;
    bits.record_ttl = rules.ttl_seconds;
    switch (rules.exists) {
        case RecordExists::update: break;
        case RecordExists::update_only: bits.info3 |= info3::update_only; break;
        case RecordExists::replace: bits.info3 |= info3::create_or_replace; break;
        case RecordExists::replace_only: bits.info3 |= info3::replace_only; break;
        case RecordExists::create_only: bits.info2 |= info2::create_only; break;
    }
    switch (rules.generation_check) {
        case GenerationCheck::none: break;
        case GenerationCheck::equal: bits.info2 |= info2::generation; break;
        case GenerationCheck::greater: bits.info2 |= info2::generation_greater; break;
    }
    if (rules.generation_check != GenerationCheck::none) bits.generation = rules.generation;
    if (rules.durable_delete) bits.info2 |= info2::durable_delete;
    if (rules.commit_master) bits.info3 |= info3::commit_master;
    return bits;
}

CommandBits remove_bits(const WriteRules& rules) {
    WriteRules of_remove = rules;
    of_remove.exists = RecordExists::update;
    CommandBits bits = write_bits(of_remove);
    bits.info2 |= info2::remove;
    bits.record_ttl = 0;
    return bits;
}

CommandBits operate_bits(std::span<const BinOperation> ops, const WriteRules& rules,
                         bool respond_all) {
    bool writes = false;
    bool reads = false;
    bool reads_all = false;
    for (const BinOperation& op : ops) {
        if (operation_writes(op.code)) {
            writes = true;
        } else {
            reads = true;
            reads_all |= op.code == OperationCode::read && op.bin.empty();
        }
        respond_all |= answers_by_position(op.code);
    }
    CommandBits bits;
    if (writes) bits = write_bits(rules);
    if (reads) bits.info1 |= info1::read;
    if (reads_all) bits.info1 |= info1::get_all;
    if (respond_all && !reads_all) bits.info2 |= info2::respond_all_ops;
    return bits;
}

Outcome<> check_operations(std::span<const BinOperation> ops) {
    if (ops.empty()) return fail(request_failure(ResultCode::parameter, "no operations are given"));
    WINNOW_TRY(check_count(ops.size()));
    for (const BinOperation& op : ops) {
        if (op.bin.empty() && names_record(op.code)) continue;
        WINNOW_TRY(check_bin_name(op.bin));
    }
    return {};
}

Outcome<> check_bins(std::span<const Bin> bins) {
    if (bins.empty()) return fail(request_failure(ResultCode::parameter, "no bins are given"));
    WINNOW_TRY(check_count(bins.size()));
    for (const Bin& bin : bins) WINNOW_TRY(check_bin_name(bin.name));
    return {};
}

void begin_command(RequestWriter& writer, const Key& key, const CommandBits& bits,
                   const Policy& policy, bool send_key) {
    uint8_t info1 = bits.info1;
    if (policy.compress) info1 |= info1::compress_response;
    writer.begin({.info1 = info1,
                  .info2 = bits.info2,
                  .info3 = bits.info3,
                  .generation = bits.generation,
                  .record_ttl = bits.record_ttl,
                  .transaction_ttl_ms = transaction_ttl_ms(policy)});
    writer.add_field(FieldId::namespace_name, key.ns);
    if (!key.set.empty()) writer.add_field(FieldId::set, key.set);
    writer.add_digest(key.digest);
    if (send_key && !key.user_key.is_nil())
        writer.add_key(static_cast<uint8_t>(key.user_key.particle()), key.user_key.view().bytes());
    if (!policy.filter.empty()) writer.add_field(FieldId::filter, policy.filter);
}

void add_selection(RequestWriter& writer, const BinSelection& bins) {
    for (std::string_view name : bins.names()) writer.add_read(name);
}

void add_operations(RequestWriter& writer, std::span<const BinOperation> ops) {
    for (const BinOperation& op : ops) {
        ValueView value = op.value;
        writer.add_operation(op.code, static_cast<uint8_t>(value.particle()), op.bin,
                             value.bytes());
    }
}

}  // namespace winnow::client
