#include "engine/query/query.h"

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

}  // namespace winnow
