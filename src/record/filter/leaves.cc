#include "base/clock.h"
#include "record/filter/element.h"
#include "record/filter/functions.h"
#include "record/filter/stored_size.h"

namespace winnow::filter {
namespace {

constexpr int64_t ns_per_ms = 1'000'000;
constexpr int64_t ns_per_second = 1'000'000'000;

bool give(int64_t number, Value& out) {
    out.type = Type::integer;
    out.integer = number;
    return true;
}

// --- constants

bool constant_integer(const Node& node, Evaluation&, Value& out) {
    return give(node.integer, out);
}
bool constant_value(const Node& node, Evaluation&, Value& out) {
    out.type = node.type;
    out.integer = node.integer;  // or the double, which are the same bits
    out.bytes = node.bytes();
    return true;
}
Truth constant_truth(const Node& node, Evaluation&) {
    return truth_of(node.boolean);
}

// --- bins and keys

bool integer_bin(const Node& node, Evaluation& evaluation, Value& out) {
    out.type = Type::integer;
    return evaluation.find_integer_bin(node, out.integer);
}

bool read(Type wanted, uint8_t particle, Bytes value, Value& out) {
    if (type_of(particle) != wanted) return false;
    out.type = wanted;
    switch (wanted) {
        case Type::integer:
        case Type::real:
            if (value.size() != 8) return false;
            out.integer = load_be<int64_t>(value.data());
            return true;
        case Type::geojson: out.bytes = geojson_text(value); return true;
        default: out.bytes = value; return true;
    }
}

bool any_bin(const Node& node, Evaluation& evaluation, Value& out) {
    uint8_t particle;
    Bytes value;
    if (!evaluation.find_bin(node, particle, value)) return false;
    return read(node.type, particle, value, out);
}

Truth boolean_bin(const Node& node, Evaluation& evaluation) {
    uint8_t particle;
    Bytes value;
    if (!evaluation.find_bin(node, particle, value) ||
        particle != static_cast<uint8_t>(Particle::boolean) || value.size() != 1)
        return node.missing;
    return truth_of(value[0] != 0);
}

bool bin_type(const Node& node, Evaluation& evaluation, Value& out) {
    uint8_t particle = 0;
    Bytes value;
    evaluation.find_bin(node, particle, value);
    return give(particle, out);
}

bool key(const Node& node, Evaluation& evaluation, Value& out) {
    KeyView key = evaluation.key();
    return key && read(node.type, key.particle, key.value, out);
}

// --- variables

bool variable_value(const Node& node, Evaluation& evaluation, Value& out) {
    const Evaluation::Variable& variable = evaluation.variable(node.slot);
    if (!variable.known || variable.value.type != node.type) return false;
    out = variable.value;
    return true;
}

Truth variable_truth(const Node& node, Evaluation& evaluation) {
    const Evaluation::Variable& variable = evaluation.variable(node.slot);
    if (!variable.known || variable.value.type != Type::boolean) return Truth::unknown;
    return truth_of(variable.value.boolean);
}

// --- metadata

bool digest_modulo(const Node& node, Evaluation& evaluation, Value& out) {
    return give(evaluation.meta().digest_word % static_cast<uint32_t>(node.integer), out);
}
bool device_size(const Node&, Evaluation& evaluation, Value& out) {
    return give(evaluation.meta().device_size, out);
}
bool record_size(const Node&, Evaluation& evaluation, Value& out) {
    return give(static_cast<int64_t>(stored_size(evaluation)), out);
}
bool last_update(const Node&, Evaluation& evaluation, Value& out) {
    return give(static_cast<int64_t>(evaluation.meta().last_update_ms) * ns_per_ms, out);
}
bool since_update(const Node&, Evaluation& evaluation, Value& out) {
    const RecordMeta& meta = evaluation.meta();
    // A clock that was set back makes nothing negative.
    return give(static_cast<int64_t>(meta.now_ms - std::min(meta.now_ms, meta.last_update_ms)),
                out);
}
// A record that never expires: -1 in filter expressions, 0 in predicate expressions.
bool void_time(const Node& node, Evaluation& evaluation, Value& out) {
    uint32_t at = evaluation.meta().void_time;
    if (at == 0) return give(node.integer, out);
    return give((int64_t{at} + int64_t{record_epoch_seconds}) * ns_per_second, out);
}
bool ttl(const Node&, Evaluation& evaluation, Value& out) {
    const RecordMeta& meta = evaluation.meta();
    if (meta.void_time == 0) return give(-1, out);
    int64_t end = int64_t{meta.void_time} + int64_t{record_epoch_seconds};
    return give(end - static_cast<int64_t>(meta.now_ms / 1000), out);
}
bool set_name(const Node&, Evaluation& evaluation, Value& out) {
    out.type = Type::string;
    out.bytes = bytes_of(evaluation.meta().set);
    return true;
}
Truth key_exists(const Node&, Evaluation& evaluation) {
    return truth_of(evaluation.meta().has_key);
}
// Whoever asks a filter has a record that is there.
Truth is_tombstone(const Node&, Evaluation&) {
    return Truth::no;
}

}  // namespace

ValueFunction leaf_value_function(const Node& node) {
    switch (node.op) {
        case Op::constant: return node.type == Type::integer ? constant_integer : constant_value;
        case Op::bin: return node.type == Type::integer ? integer_bin : any_bin;
        case Op::bin_type: return bin_type;
        case Op::key: return key;
        case Op::var: return variable_value;
        case Op::digest_modulo: return digest_modulo;
        case Op::device_size: return device_size;
        case Op::record_size: return record_size;
        case Op::last_update: return last_update;
        case Op::since_update: return since_update;
        case Op::void_time: return void_time;
        case Op::ttl: return ttl;
        case Op::set_name: return set_name;
        case Op::unknown: return unknown_value;
        default: return nullptr;
    }
}

TruthFunction leaf_truth_function(const Node& node) {
    switch (node.op) {
        case Op::constant: return constant_truth;
        case Op::bin: return boolean_bin;
        case Op::var: return variable_truth;
        case Op::key_exists: return key_exists;
        case Op::is_tombstone: return is_tombstone;
        case Op::unknown: return unknown_truth;
        default: return nullptr;
    }
}

}  // namespace winnow::filter
