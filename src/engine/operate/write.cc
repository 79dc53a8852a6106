#include <algorithm>
#include <mutex>

#include "base/epoch.h"
#include "engine/operate/checks.h"
#include "engine/operate/draft.h"
#include "engine/operate/expression_operation.h"
#include "engine/operate/operate.h"

namespace winnow {
namespace {

// One write at work: what the helpers below share.
struct Write {
    Namespace& ns;
    const Command& command;
    ReplySink& sink;
    uint64_t now_ms;
    IndexEntry entry;        // as it stands in the primary index, dead or alive
    const Version* version;  // the live record, or null
};

void answer_read(const Draft& draft, const Command& command, const Operation& operation,
                 ReplySink& sink) {
    if (command.read_all && operation.name.empty()) {
        for (const BinView& bin : draft.bins())
            sink.result({OperationCode::read, 0, bin.name, {}}, bin.particle, bin.value);
        return;
    }
    if (const BinView* bin = draft.find(operation.name))
        sink.result(operation, bin->particle, bin->value);
    else if (command.respond_all_operations)
        sink.result(operation, 0, {});
}

// An expression sees the bins as they are by now, and the metadata of the record as it was.
Result<> apply_expression(const Write& write, Draft& draft, const Operation& operation) {
    RecordMeta meta;
    if (write.version != nullptr)
        meta = meta_of(write.ns, write.entry, write.now_ms);
    else
        meta = {.set = write.command.set,
                .now_ms = write.now_ms,
                .last_update_ms = write.now_ms,
                .digest_word = write.command.digest.modulo_word(),
                .has_key = static_cast<bool>(write.command.key)};
    filter::Evaluation evaluation(meta, write.version, draft.bins());
    if (operation.code == OperationCode::expression_modify)
        return write_expression(operation, evaluation, draft);
    return read_expression(operation, evaluation, write.command.respond_all_operations, write.sink);
}

Result<> apply(const Write& write, Draft& draft, const Operation& operation) {
    switch (operation.code) {
        case OperationCode::read:
            answer_read(draft, write.command, operation, write.sink);
            return {};
        case OperationCode::touch:
            // Says nothing even when each operation is asked for a result (golden kv-01815).
            return {};
        case OperationCode::write: WINNOW_TRY(draft.write(operation)); break;
        case OperationCode::increment: WINNOW_TRY(draft.increment(operation)); break;
        case OperationCode::append: WINNOW_TRY(draft.append(operation)); break;
        case OperationCode::prepend: WINNOW_TRY(draft.prepend(operation)); break;
        case OperationCode::remove: draft.clear(); break;
        case OperationCode::expression_read: return apply_expression(write, draft, operation);
        case OperationCode::expression_modify:
            WINNOW_TRY(apply_expression(write, draft, operation));
            break;
        default: return fail(ResultCode::unsupported, "this operation is not served yet");
    }
    if (write.command.respond_all_operations) write.sink.result(operation, 0, {});
    return {};
}

uint32_t next_void_time(const Write& write) {
    uint32_t ttl = write.command.ttl;
    if (ttl == ttl_unchanged) {
        if (write.version != nullptr) return write.version->void_time();
        ttl = ttl_namespace_default;
    }
    if (ttl == ttl_namespace_default)
        ttl = write.ns.settings().default_ttl.load(std::memory_order_relaxed);
    if (ttl == 0 || ttl == ttl_never) return 0;
    return write.ns.expiry_seconds(write.now_ms) + ttl;
}

uint16_t next_generation(const Version* version) {
    if (version == nullptr || version->generation() == 65535) return 1;
    return static_cast<uint16_t>(version->generation() + 1);
}

// A live record stays in its set; a new one goes where the command says.
Result<uint16_t> set_of(const Write& write) {
    if (write.version != nullptr) return write.entry.set;
    return write.ns.sets().find_or_create(write.command.set);
}

Result<Outcome> publish(const Write& write, const Draft& draft) {
    const Version* old = write.version;
    VersionParts parts{
        .digest = write.command.digest,
        .generation = next_generation(old),
        .void_time = next_void_time(write),
        // A clock that was set back does not make a record older than it was.
        .last_update_ms = std::max(write.now_ms, old != nullptr ? old->last_update_ms() : 0),
        .key = {},
        .bins = draft.bins(),
    };
    if (write.command.key)
        parts.key = write.command.key;
    else if (old != nullptr)
        parts.key = old->key();
    size_t size = version_size(parts);
    if (size > write.ns.settings().record_size_max.load(std::memory_order_relaxed))
        return fail(ResultCode::record_too_big);
    if (write.ns.is_full())
        return fail(ResultCode::out_of_space, "the namespace has reached its memory limit");
    auto set = set_of(write);
    if (!set) return fail(set.error());
    auto room = write.ns.store().reserve(size);
    if (!room) return fail(room.error());
    Version* next = build_version(parts);
    Lsn lsn = write.ns.publish(write.entry, next, *set, std::move(*room));
    write.sink.shows(lsn);
    return Outcome{parts.generation, parts.void_time, lsn};
}

Result<Outcome> remove(const Write& write) {
    if (write.version == nullptr) {
        if (write.command.replicates) return Outcome{};
        return fail(ResultCode::not_found);
    }
    auto room = write.ns.store().reserve(Version::head_size + digest_size, RoomFor::removal);
    if (!room) return fail(room.error());
    Lsn lsn = write.ns.remove(write.entry, write.command.digest, std::move(*room));
    write.sink.shows(lsn);
    return Outcome{0, 0, lsn};
}

Result<Outcome> write_record(Namespace& ns, const Command& command, ReplySink& sink) {
    WINNOW_TRY(check_write(command));
    std::lock_guard hold(ns.locks().of(command.digest));
    EpochGuard guard;
    Write write{ns, command, sink, ns.clock().now_ms(), ns.primary().find(command.digest), nullptr};
    sink.shows(ns.lsn_of(command.digest, write.entry, write.now_ms));
    if (write.entry.version != nullptr && ns.is_live(write.entry, write.now_ms)) {
        write.version = write.entry.version;
        WINNOW_TRY(check_identity(ns, command, write.entry));
        if (!command.remove) sink.found(*write.version);
    }
    if (command.remove && write.version == nullptr) return fail(ResultCode::not_found);
    WINNOW_TRY(check_policies(command, write.version));
    // What does not exist is not filtered: a put creates it.
    if (write.version != nullptr)
        WINNOW_TRY(check_filter(ns, command.filter, write.entry, write.now_ms));
    if (command.remove) return remove(write);

    Draft draft(command.replaces() ? nullptr : write.version);
    for (const Operation& operation : command.operations)
        WINNOW_TRY(apply(write, draft, operation));
    if (draft.bins().empty()) {
        // A replacement that puts nothing in its place takes nothing away.
        if (command.replaces()) return fail(ResultCode::not_found);
        return remove(write);
    }
    return publish(write, draft);
}

}  // namespace

void touch_read(Namespace& ns, const Digest& digest, Lsn lsn) {
    std::lock_guard hold(ns.locks().of(digest));
    EpochGuard guard;
    const IndexEntry entry = ns.primary().find(digest);
    // Whoever has written meanwhile has decided on its life.
    if (entry.version == nullptr || entry.version->lsn() != lsn || ns.is_full()) return;
    const Version& old = *entry.version;
    const uint64_t now_ms = ns.clock().now_ms();
    const uint32_t now = ns.expiry_seconds(now_ms);
    const uint32_t life = old.void_time() - Namespace::void_seconds(old.last_update_ms());
    Draft draft(&old);
    VersionParts parts{.digest = digest,
                       .generation = old.generation(),
                       .void_time = now + life,
                       .last_update_ms = std::max(now_ms, old.last_update_ms()),
                       .key = old.key(),
                       .bins = draft.bins()};
    auto room = ns.store().reserve(version_size(parts));
    if (room) ns.publish(entry, build_version(parts), entry.set, std::move(*room));
}

Result<Outcome> operate(Namespace& ns, const Command& command, ReplySink& sink) {
    if (command.writes) return write_record(ns, command, sink);
    EpochGuard guard;
    return read_record(ns, command, ns.primary().find(command.digest), sink);
}

}  // namespace winnow
