#include "engine/operate/checks.h"

namespace winnow {
namespace {

// What is not served yet is refused before anything happens, never skipped.
bool is_served(OperationCode code) {
    switch (code) {
        case OperationCode::read:
        case OperationCode::write:
        case OperationCode::increment:
        case OperationCode::expression_read:
        case OperationCode::expression_modify:
        case OperationCode::append:
        case OperationCode::prepend:
        case OperationCode::touch:
        case OperationCode::remove: return true;
        default: return false;
    }
}

Result<> check_codes(const Command& command) {
    for (const Operation& operation : command.operations) {
        if (!is_operation_code(operation.code))
            return fail(ResultCode::parameter, "unknown operation code");
        if (!is_served(operation.code))
            return fail(ResultCode::unsupported, "this operation is not served yet");
    }
    return {};
}

bool is_valid_ttl(uint32_t ttl) {
    return ttl <= ttl_seconds_max || ttl == ttl_never || ttl == ttl_unchanged;
}

// Read touch: 0 the namespace's default, -1 never, 1 to 100 percent.
bool is_valid_touch_percent(uint32_t percent) {
    return percent <= 100 || percent == 0xffff'ffff;
}

Result<> check_write_operation(const Command& command, const Operation& operation) {
    if (!operation_writes(operation.code)) {
        if (!command.reads)
            return fail(ResultCode::parameter, "an operation that reads needs the READ flag");
        return {};
    }
    if (operation.name.find('\0') != std::string_view::npos)
        return fail(ResultCode::bin_name, "a bin name holds no NUL");
    bool puts_value = operation.code == OperationCode::expression_modify ||
                      (operation.code == OperationCode::write && operation.particle != 0);
    if (command.replaces() && !puts_value)
        return fail(ResultCode::parameter, "a replace takes plain writes of values only");
    return {};
}

// Reading all bins in a write takes the flag and an operation without a name, and leaves no place
// for one result per operation.
Result<> check_read_all(const Command& command) {
    if (!command.read_all) return {};
    if (command.respond_all_operations)
        return fail(ResultCode::parameter,
                    "all bins and a result per operation exclude each other");
    bool found = false;
    for (const Operation& operation : command.operations) {
        if (operation.code != OperationCode::read) continue;
        if (!operation.name.empty())
            return fail(ResultCode::parameter, "all bins and a named bin exclude each other");
        found = true;
    }
    if (!found)
        return fail(ResultCode::parameter, "a write that reads all bins needs a read without name");
    return {};
}

// A touch takes a record that is there, wherever among the operations it stands.
bool touches(const Command& command) {
    for (const Operation& operation : command.operations)
        if (operation.code == OperationCode::touch) return true;
    return false;
}

}  // namespace

Result<> check_read(const Command& command) {
    if (!is_valid_touch_percent(command.ttl))
        return fail(ResultCode::parameter, "a read's touch percent is -1 to 100");
    return check_codes(command);
}

Result<> check_write(const Command& command) {
    if (command.remove) return {};
    WINNOW_TRY(check_codes(command));
    if (!is_valid_ttl(command.ttl))
        return fail(ResultCode::parameter, "a ttl is at most ten years (315,360,000 seconds)");
    if (command.operations.empty()) return fail(ResultCode::parameter, "a write names no bins");
    for (const Operation& operation : command.operations)
        WINNOW_TRY(check_write_operation(command, operation));
    return check_read_all(command);
}

Result<> check_identity(const Namespace& ns, const Command& command, const IndexEntry& entry) {
    if (!command.set.empty() && ns.sets().name(entry.set) != command.set)
        return fail(ResultCode::parameter, "the record belongs to another set");
    if (command.key && entry.version->has_key()) {
        KeyView stored = entry.version->key();
        if (stored.particle != command.key.particle || !same_bytes(stored.value, command.key.value))
            return fail(ResultCode::key_mismatch, "the record was stored under another key");
    }
    return {};
}

Result<> check_policies(const Command& command, const Version* version) {
    if (version == nullptr && (command.update_only || command.replace_only || touches(command)))
        return fail(ResultCode::not_found);
    if (version != nullptr && command.create_only && !command.remove)
        return fail(ResultCode::record_exists);
    uint32_t generation = version != nullptr ? version->generation() : 0;
    switch (command.generation_policy) {
        case GenerationPolicy::any: return {};
        case GenerationPolicy::equal:
            if (command.generation == generation) return {};
            break;
        case GenerationPolicy::greater:
            if (command.generation > generation) return {};
            break;
    }
    return fail(ResultCode::generation);
}

}  // namespace winnow
