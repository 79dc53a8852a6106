#include "engine/query/query.h"

#include "engine/operate/record_filter.h"
#include "engine/query/index_query.h"
#include "engine/query/primary_query.h"

namespace winnow {

Result<std::unique_ptr<Query>> Query::start(std::shared_ptr<Namespace> ns, QueryRequest request) {
    if (!request.predicate)
        return std::make_unique<PrimaryQuery>(std::move(ns), std::move(request));
    const IndexPredicate& predicate = *request.predicate;
    auto index =
        ns->indexes().serving(request.set, predicate.bin, predicate.type, predicate.collection);
    if (!index) return fail(index.error());
    return std::make_unique<IndexQuery>(std::move(ns), std::move(request), std::move(*index));
}

bool Query::has_selected_bins(const Version& version) const {
    if (request_.no_bins || !request_.bins) return true;
    for (const std::string& name : *request_.bins)
        if (version.find_bin(name) != Version::none) return true;
    return false;
}

bool Query::passes(const IndexEntry& entry, uint64_t now_ms) {
    if (request_.filter == nullptr) return true;
    FilterOutcome outcome = apply_filter(*ns_, *request_.filter, entry, now_ms, filter_steps_);
    if (outcome.verdict == Filter::Verdict::passes) return true;
    if (outcome.verdict == Filter::Verdict::too_costly) failure_ = ResultCode::timeout;
    (outcome.by_metadata ? filtered_by_metadata_ : filtered_by_bins_)++;
    return false;
}

bool Query::is_tired() {
    constexpr uint64_t steps_per_chunk = 200'000;
    if (filter_steps_ < steps_per_chunk) return false;
    filter_steps_ = 0;
    return true;
}

}  // namespace winnow
