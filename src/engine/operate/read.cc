#include <algorithm>

#include "base/epoch.h"
#include "engine/operate/checks.h"
#include "engine/operate/expression_operation.h"
#include "engine/operate/operate.h"

namespace winnow {
namespace {

Result<> read_value(const Namespace& ns, const IndexEntry& entry, const Command& command,
                    const Operation& operation, ReplySink& sink) {
    RecordMeta meta = meta_of(ns, entry, ns.clock().now_ms());
    filter::Evaluation evaluation(meta, *entry.version);
    return read_expression(operation, evaluation, command.respond_all_operations, sink);
}

// One operation of a read.
Result<> read_bin(const Namespace& ns, const IndexEntry& entry, const Command& command,
                  const Operation& operation, ReplySink& sink) {
    if (operation.code == OperationCode::expression_read)
        return read_value(ns, entry, command, operation, sink);
    if (operation.code != OperationCode::read)
        return fail(ResultCode::parameter, "an operation that writes needs the WRITE flag");
    const Version& version = *entry.version;
    int at = version.find_bin(operation.name);
    if (at != Version::none) {
        auto index = static_cast<uint32_t>(at);
        sink.bin(version.bin_particle(index), version.bin_record(index));
    } else if (command.respond_all_operations) {
        sink.result(operation, 0, {});
    }
    return {};
}

Result<> read_bins(const Namespace& ns, const IndexEntry& entry, const Command& command,
                   ReplySink& sink) {
    if (!command.reads) return fail(ResultCode::parameter, "neither READ nor WRITE is set");
    if (command.no_bin_data) return {};
    if (command.read_all) {
        sink.all_bins(*entry.version);
        return {};
    }
    if (command.operations.empty()) return fail(ResultCode::parameter, "a read names no bins");
    for (const Operation& operation : command.operations)
        WINNOW_TRY(read_bin(ns, entry, command, operation, sink));
    return {};
}

// -1: never; 0: the default, which is never as well; else a percentage.
bool wants_touch(const Command& command, const Version& version, uint64_t now_ms) {
    if (command.ttl == 0 || command.ttl > 100 || version.void_time() == 0) return false;
    uint32_t written = Namespace::void_seconds(version.last_update_ms());
    uint64_t life = version.void_time() - std::min(version.void_time(), written);
    uint64_t left = version.void_time() - Namespace::void_seconds(now_ms);
    return left * 100 < life * command.ttl;
}

}  // namespace

Result<Outcome> read_record(Namespace& ns, const Command& command, const IndexEntry& entry,
                            ReplySink& sink) {
    WINNOW_TRY(check_read(command));
    const uint64_t now_ms = ns.clock().now_ms();
    if (entry.version == nullptr || !ns.is_live(entry, now_ms)) {
        sink.shows(ns.lsn_of(command.digest, entry, now_ms));
        return fail(ResultCode::not_found);
    }
    const Version& version = *entry.version;
    sink.shows(version.lsn());
    WINNOW_TRY(check_identity(ns, command, entry));
    sink.found(version);
    WINNOW_TRY(check_filter(ns, command.filter, entry, ns.clock().now_ms()));
    WINNOW_TRY(read_bins(ns, entry, command, sink));
    if (wants_touch(command, version, ns.clock().now_ms()))
        touch_read(ns, command.digest, version.lsn());
    return Outcome{version.generation(), version.void_time(), version.lsn()};
}

}  // namespace winnow
