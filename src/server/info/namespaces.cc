// Namespaces and their sets: what is in them, and what has happened to it.
//
//   namespaces            a;b
//   namespace/N           key=value;key=value          statistics, then settings
//   sets[/N]              ns=N:set=S:key=value:...;ns=N:...;
//   sets/N/S              objects=n:key=value:...;

#include <algorithm>

#include "server/info/answer.h"
#include "server/info/commands.h"
#include "server/info/config.h"
#include "server/info/neutral_keys.h"

namespace winnow {
namespace {

uint64_t percent(uint64_t part, uint64_t whole) {
    return whole == 0 ? 0 : std::min<uint64_t>(100, part * 100 / whole);
}

// Times of truncates show in ms since 2010.
uint64_t shown_truncate_ms(uint64_t truncate_ms) {
    constexpr uint64_t epoch_ms = record_epoch_seconds * 1000;
    return truncate_ms > epoch_ms ? truncate_ms - epoch_ms : 0;
}

uint64_t secondary_bytes(const Namespace& ns) {
    uint64_t total = 0;
    for (const NamedIndex& each : ns.indexes().all()) total += each.index->entries().memory_bytes();
    return total;
}

void append_memory(InfoPairs& pairs, const Namespace& ns) {
    uint64_t limit = ns.settings().memory_limit.load();
    uint64_t data = ns.data_bytes(), index = ns.primary().memory_bytes();
    uint64_t secondary = secondary_bytes(ns), used = data + index + secondary;
    pairs.add("data_total_bytes", limit);
    pairs.add("data_used_bytes", data);
    pairs.add("data_used_pct", percent(data, limit));
    pairs.add("data_avail_pct", 100 - percent(used, limit));
    pairs.add("index_used_bytes", index);
    pairs.add("sindex_used_bytes", secondary);
    pairs.add("set_index_used_bytes", 0);
    pairs.add("indexes_memory_used_pct", percent(index + secondary, limit));
    // The names up to 6.x.
    pairs.add("memory_used_bytes", used);
    pairs.add("memory_used_data_bytes", data);
    pairs.add("memory_used_index_bytes", index);
    pairs.add("memory_used_sindex_bytes", secondary);
    pairs.add("memory_used_set_index_bytes", 0);
    pairs.add("memory_free_pct", 100 - percent(used, limit));
    pairs.add("stop_writes", ns.is_full());
    pairs.add("hwm_breached", false);  // nothing is evicted
    pairs.add("clock_skew_stop_writes", false);
}

// The one node is the master of all partitions; deletes leave no tombstone in memory.
void append_objects(InfoPairs& pairs, const Namespace& ns) {
    uint64_t objects = ns.primary().size();
    pairs.add("objects", objects);
    pairs.add("master_objects", objects);
    for (std::string_view key : object_keys) pairs.add(key, 0);
}

void append_counted(InfoPairs& pairs, const Namespace& ns) {
#define WINNOW_X(name) pairs.add(#name, ns.statistics().sum(Statistic::name));
    WINNOW_STATISTICS(WINNOW_X)
#undef WINNOW_X
}

int64_t indexes_on(const Namespace& ns, std::string_view set) {
    auto indexes = ns.indexes().all();
    return std::count_if(indexes.begin(), indexes.end(), [&](const NamedIndex& each) {
        return each.index->definition().set == set;
    });
}

// What is known of a set, without its name.
void append_set_values(InfoPairs& pairs, const Namespace& ns, uint16_t set) {
    SetCounts counts = ns.sets().counts(set);
    pairs.add("objects", counts.objects);
    pairs.add("tombstones", 0);
    pairs.add("data_used_bytes", counts.bytes);
    pairs.add("truncate_lut", shown_truncate_ms(ns.truncate_ms(set)));
    pairs.add("sindexes", indexes_on(ns, ns.sets().name(set)));
    pairs.add("index_populating", false);  // there is no index of a set alone
    pairs.add("truncating", false);        // a truncate takes effect at once
    pairs.add("default-read-touch-ttl-pct", 0);
    pairs.add("default-ttl", 0);  // 0: that of the namespace
    pairs.add("disable-eviction", false);
    pairs.add("enable-index", false);
    pairs.add("stop-writes-count", 0);
    pairs.add("stop-writes-size", 0);
}

void append_sets(const Namespace& ns, Buffer& out) {
    uint16_t count = ns.sets().count();
    for (uint16_t set = SetTable::no_set + 1; set < count; set++) {
        InfoPairs pairs(out, ':');
        pairs.add("ns", ns.name());
        pairs.add_name("set", ns.sets().name(set));
        append_set_values(pairs, ns, set);
        out.append_byte(';');
    }
}

}  // namespace

Result<> info_namespaces(ServerContext& context, const InfoCommand&, Buffer& out) {
    bool first = true;
    for (const auto& ns : context.database.namespaces()) {
        if (!first) out.append_byte(';');
        first = false;
        out.append(ns->name());
    }
    return {};
}

Result<> info_namespace(ServerContext& context, const InfoCommand& command, Buffer& out) {
    const auto* found = context.database.find(command.part(0));
    if (found == nullptr) {
        out.append("type=unknown");
        return {};
    }
    Namespace& ns = **found;
    InfoPairs pairs(out);
    pairs.add("ns_cluster_size", 1);
    pairs.add("effective_replication_factor", 1);
    append_objects(pairs, ns);
    append_memory(pairs, ns);
    pairs.add("current_time", Namespace::void_seconds(ns.clock().now_ms()));
    pairs.add("truncate_lut", shown_truncate_ms(ns.truncate_ms(SetTable::no_set)));
    pairs.add("truncating", false);
    pairs.add("pending_quiesce", false);
    pairs.add("effective_is_quiesced", false);
    append_counted(pairs, ns);
    for (std::string_view key : namespace_keys) pairs.add(key, 0);
    append_namespace_config(pairs, ns);
    return {};
}

Result<> info_sets(ServerContext& context, const InfoCommand& command, Buffer& out) {
    std::string_view name = command.part(0), set = command.part(1);
    if (name.empty()) {
        for (const auto& ns : context.database.namespaces()) append_sets(*ns, out);
        return {};
    }
    const auto* ns = context.database.find(name);
    if (ns == nullptr) {
        out.append("ns_type=unknown");
    } else if (set.empty()) {
        append_sets(**ns, out);
    } else if (auto id = (*ns)->sets().find(set)) {
        InfoPairs pairs(out, ':');
        append_set_values(pairs, **ns, *id);
        out.append_byte(';');
    }
    return {};
}

}  // namespace winnow
