#include "engine/catalog/index_catalog.h"

#include <algorithm>

#include "base/epoch.h"

namespace winnow {
namespace {

void free_list(void* list) {
    delete static_cast<const IndexList*>(list);
}

Result<> check(std::string_view name, const IndexDefinition& definition) {
    if (name.empty()) return fail(ResultCode::parameter, "an index needs a name");
    if (name.size() > index_name_length_max)
        return fail(ResultCode::index_name_too_long, "an index name has at most 63 bytes");
    if (definition.bin.empty() || definition.bin.size() > bin_name_length_max)
        return fail(ResultCode::parameter, "an index needs a bin name of 1 to 15 bytes");
    if (definition.collection != CollectionType::none)
        return fail(ResultCode::unsupported, "indexes on list and map elements are not served yet");
    if (definition.type == IndexType::blob || definition.type == IndexType::geo2dsphere)
        return fail(ResultCode::unsupported, "blob and geo2dsphere indexes are not served yet");
    return {};
}

}  // namespace

IndexCatalog::~IndexCatalog() {
    delete list_.load();
}

void IndexCatalog::publish(std::vector<NamedIndex> indexes) {
    auto* next = new IndexList{std::move(indexes)};
    const IndexList* old = list_.exchange(next, std::memory_order_acq_rel);
    retire(const_cast<IndexList*>(old), free_list, sizeof(IndexList));
}

Result<IndexCatalog::Created> IndexCatalog::create(std::string_view name,
                                                   const IndexDefinition& definition,
                                                   std::optional<uint16_t> set) {
    WINNOW_TRY(check(name, definition));
    std::lock_guard hold(mutex_);
    std::vector<NamedIndex> indexes = list_.load()->indexes;
    for (const NamedIndex& entry : indexes) {
        if (entry.name != name) continue;
        if (entry.index->definition() == definition) return Created{entry.index, false};
        return fail(ResultCode::index_found, "an index of that name has another definition");
    }
    for (NamedIndex& entry : indexes) {
        if (entry.index->definition() != definition) continue;
        entry.name = name;
        Created created{entry.index, false};
        publish(std::move(indexes));
        return created;
    }
    if (indexes.size() >= indexes_max)
        return fail(ResultCode::index_max_count, "a namespace has at most 256 indexes");
    auto index = std::make_shared<Index>(definition, set);
    indexes.push_back({std::string(name), index});
    publish(std::move(indexes));
    return Created{std::move(index), true};
}

bool IndexCatalog::drop(std::string_view name) {
    std::lock_guard hold(mutex_);
    std::vector<NamedIndex> indexes = list_.load()->indexes;
    auto at = std::find_if(indexes.begin(), indexes.end(),
                           [&](const NamedIndex& entry) { return entry.name == name; });
    if (at == indexes.end()) return false;
    at->index->drop();
    indexes.erase(at);
    publish(std::move(indexes));
    return true;
}

std::vector<NamedIndex> IndexCatalog::all() const {
    std::lock_guard hold(mutex_);
    return list_.load()->indexes;
}

std::shared_ptr<Index> IndexCatalog::find(std::string_view name) const {
    for (NamedIndex& entry : all())
        if (entry.name == name) return entry.index;
    return nullptr;
}

Result<std::shared_ptr<Index>> IndexCatalog::serving(std::string_view set, std::string_view bin,
                                                     IndexType type,
                                                     CollectionType collection) const {
    bool building = false;
    std::shared_ptr<Index> wide;
    for (NamedIndex& entry : all()) {
        std::shared_ptr<Index>& index = entry.index;
        const IndexDefinition& definition = index->definition();
        if (definition.bin != bin || definition.type != type || definition.collection != collection)
            continue;
        bool own = definition.set == set;
        if (!own && !definition.set.empty()) continue;
        if (!index->readable())
            building = true;
        else if (own)
            return index;
        else
            wide = index;
    }
    if (wide) return wide;
    if (building) return fail(ResultCode::index_not_readable, "the index is still being built");
    return fail(ResultCode::index_not_found, "no index serves this query");
}

}  // namespace winnow
