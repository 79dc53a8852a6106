#pragma once
// The secondary indexes of a namespace: created, dropped and found here; kept up by writers.
//
// Changes are serialised by a mutex and publish a new list; writers read the list under their
// EpochGuard without a lock.

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "engine/catalog/index.h"

namespace winnow {

class IndexCatalog {
public:
    IndexCatalog() : list_(new IndexList) {}
    ~IndexCatalog();
    IndexCatalog(const IndexCatalog&) = delete;
    IndexCatalog& operator=(const IndexCatalog&) = delete;

    struct Created {
        std::shared_ptr<Index> index;
        bool is_new = false;  // must be built; else it was there, maybe under another name
    };
    // Adds an index, empty and not yet readable. The same definition again, under any name, is fine
    // (and takes the new name). Errors: index_found (the name stands for another definition),
    // index_max_count, index_name_too_long, unsupported (a kind of index that is not there yet).
    Result<Created> create(std::string_view name, const IndexDefinition& definition,
                           std::optional<uint16_t> set);
    // False if there is none of that name.
    bool drop(std::string_view name);

    std::shared_ptr<Index> find(std::string_view name) const;
    std::vector<NamedIndex> all() const;

    // The list as of now. REQUIRES an EpochGuard.
    const IndexList& list() const { return *list_.load(std::memory_order_acquire); }

    // What serves a query on a bin of records of a set (empty: any): an index on that set, or on
    // all records. Errors: index_not_found, index_not_readable (still being built).
    Result<std::shared_ptr<Index>> serving(std::string_view set, std::string_view bin,
                                           IndexType type, CollectionType collection) const;

private:
    void publish(std::vector<NamedIndex> indexes);

    mutable std::mutex mutex_;  // held by whoever changes the list
    std::atomic<const IndexList*> list_;
};

}  // namespace winnow
