#include "server/latency.h"

namespace winnow {
namespace {

constexpr uint64_t window_ns = 10'000'000'000;

}  // namespace

LatencyHistogram::Counts LatencyHistogram::counts() const {
    Counts counts;
    for (size_t i = 0; i < bucket_count; i++) counts[i] = static_cast<uint64_t>(counts_.sum(i));
    return counts;
}

LatencyHistogram::Recent LatencyHistogram::recent(uint64_t now_ns) {
    std::lock_guard hold(asking_);
    Counts now = counts();
    if (now_ns >= present_.start_ns + window_ns) {
        before_ = present_;
        present_ = {now_ns, now};
    }
    Recent recent;
    recent.seconds = static_cast<double>(now_ns - before_.start_ns) / 1e9;
    for (size_t i = 0; i < bucket_count; i++) {
        recent.counts[i] = now[i] - before_.counts[i];
        recent.total += recent.counts[i];
    }
    return recent;
}

std::string_view latency_kind_text(LatencyKind kind) {
    switch (kind) {
#define WINNOW_X(name, text) \
    case LatencyKind::name: return text;
        WINNOW_LATENCY_KINDS(WINNOW_X)
#undef WINNOW_X
    }
    return "";
}

LatencyTable::LatencyTable(const Database& database) {
    uint64_t now_ns = database.clock().monotonic_ns();
    batch_.begin(now_ns);
    for (const auto& ns : database.namespaces()) {
        rows_.push_back(std::make_unique<Row>());
        rows_.back()->ns = ns.get();
        for (LatencyHistogram& each : rows_.back()->histograms) each.begin(now_ns);
    }
}

LatencyHistogram* LatencyTable::find(const Namespace& ns, LatencyKind kind) {
    for (const auto& row : rows_)
        if (row->ns == &ns) return &row->histograms[static_cast<size_t>(kind)];
    return nullptr;
}

}  // namespace winnow
