#pragma once
// The embedded database: a fixed set of namespaces and the background work on them. It starts no
// thread: an executor of the caller's drives expiry and index building.
//
// Thread rules: any thread, from construction on. The executor must outlive the database, or have
// dropped its tasks before; commands must have returned before the database is destroyed.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/jobs/job_table.h"
#include "engine/jobs/sweep.h"
#include "engine/namespace.h"

namespace winnow {

struct DatabaseOptions {
    std::vector<NamespaceOptions> namespaces;
};

class Database {
public:
    // Names must be distinct, 1 to 31 bytes.
    Database(const DatabaseOptions& options, Clock& clock, Executor& executor);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    // Null if there is none of that name. The pointer lives as long as the database; whoever may
    // outlive it (a query) copies the shared_ptr.
    const std::shared_ptr<Namespace>* find(std::string_view name) const {
        for (const auto& ns : namespaces_)
            if (ns->name() == name) return &ns;
        return nullptr;
    }
    const std::vector<std::shared_ptr<Namespace>>& namespaces() const { return namespaces_; }
    Clock& clock() const { return clock_; }
    Executor& executor() const { return executor_; }
    JobTable& jobs() { return jobs_; }
    const JobTable& jobs() const { return jobs_; }

    // Creates an index and starts building it in the background; over few records it is built, and
    // readable, when this returns. Errors as IndexCatalog::create, and of the set's name.
    Result<> create_index(const std::shared_ptr<Namespace>& ns, std::string_view name,
                          const IndexDefinition& definition);

    // Truncates a set (empty: the namespace): records last updated at or before `last_update_ms`
    // are gone for all readers when this returns.
    void truncate(const std::shared_ptr<Namespace>& ns, std::string_view set,
                  uint64_t last_update_ms);

private:
    Clock& clock_;
    Executor& executor_;
    std::vector<std::shared_ptr<Namespace>> namespaces_;
    std::vector<std::shared_ptr<ExpiryTask>> expiry_;  // one per namespace
    JobTable jobs_;
};

}  // namespace winnow
