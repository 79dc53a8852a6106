#include "engine/operate/record_filter.h"

#include "engine/namespace.h"

namespace winnow {

RecordMeta meta_of(const Namespace& ns, const IndexEntry& entry, uint64_t now_ms) {
    RecordMeta meta = RecordMeta::of(*entry.version, entry.modulo_word, now_ms);
    meta.set = ns.sets().name(entry.set);
    return meta;
}

FilterOutcome apply_filter(const Namespace& ns, const Filter& filter, const IndexEntry& entry,
                           uint64_t now_ms, uint64_t& steps) {
    RecordMeta meta = RecordMeta::of(*entry.version, entry.modulo_word, now_ms);
    if (filter.asks_for_set()) meta.set = ns.sets().name(entry.set);
    Filter::Verdict verdict = filter.decide(meta);
    if (verdict != Filter::Verdict::needs_record) return {verdict, true};
    return {filter.decide(meta, *entry.version, steps), false};
}

Result<> check_filter(Namespace& ns, CommandFilter* filter, const IndexEntry& entry,
                      uint64_t now_ms) {
    if (filter == nullptr) return {};
    const Result<Filter>& decoded = filter->filter();
    if (!decoded) return fail(decoded.error());
    uint64_t steps = 0;
    FilterOutcome outcome = apply_filter(ns, *decoded, entry, now_ms, steps);
    ns.statistics().add(outcome.by_metadata ? Statistic::filters_decided_by_metadata
                                            : Statistic::filters_decided_by_bins);
    switch (outcome.verdict) {
        case Filter::Verdict::passes: return {};
        case Filter::Verdict::too_costly:
            return fail(ResultCode::timeout, "the filter takes too long on this record");
        default: return fail(ResultCode::filtered_out);
    }
}

}  // namespace winnow
