#pragma once
// The embedded database: a fixed set of namespaces and the background work on them. It starts no
// thread: an executor of the caller's drives expiry and index building, and whoever opens one that
// keeps its data lends threads for recovery and drives the logs:
//
//   auto database = Database::open(options, clock, executor);   // error: one line to show
//   while (database->recover_some()) {}                         // on any number of threads
//   auto done = database->finish_recovery();                    // on one; error: likewise
//   ...a LogThread for each of database->logs(); end them before the database...
//
// Thread rules: any thread, once it is recovered. The executor must outlive the database, or have
// dropped its tasks before; commands must have returned before the database is destroyed.

#include <tl/expected.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/files/file_system.h"
#include "base/log.h"
#include "engine/jobs/job_table.h"
#include "engine/jobs/sweep.h"
#include "engine/recovery.h"

namespace winnow {

class FileStore;
class LogWriter;

struct DatabaseOptions {
    std::vector<NamespaceOptions> namespaces;
    FileSystem* files = &posix_files();
    // Takes the stores' lines for operators.
    std::function<void(LogLevel, const std::string&)> report =
        [](LogLevel level, const std::string& line) { log_line(level, line); };
};

class Database {
public:
    // Of namespaces that keep nothing (Durability::memory): ready at once. Names must be distinct,
    // 1 to 31 bytes.
    Database(const DatabaseOptions& options, Clock& clock, Executor& executor);
    // Of any: to be recovered first, as above.
    static tl::expected<std::unique_ptr<Database>, std::string> open(const DatabaseOptions& options,
                                                                     Clock& clock,
                                                                     Executor& executor);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    bool recover_some();
    // How far recovery is, in segments of the logs; until finish_recovery() is called.
    struct RecoveryProgress {
        size_t read = 0;
        size_t all = 0;
    };
    RecoveryProgress recovery_progress() const;
    tl::expected<void, std::string> finish_recovery();
    // What must be driven for changes to become durable.
    const std::vector<LogWriter*>& logs() const { return logs_; }

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
    // are gone for all readers when this returns. LSN and refusals as Namespace::truncate.
    Result<Lsn> truncate(const std::shared_ptr<Namespace>& ns, std::string_view set,
                         uint64_t last_update_ms);

private:
    Database(Clock& clock, Executor& executor) : clock_(clock), executor_(executor) {}
    void add(const NamespaceOptions& options, std::unique_ptr<Store> store);
    void start_background_work();

    Clock& clock_;
    Executor& executor_;
    std::vector<std::shared_ptr<Namespace>> namespaces_;
    std::vector<std::unique_ptr<NamespaceRecovery>> recoveries_;  // until they are finished
    std::vector<const FileStore*> file_stores_;                   // of some of the namespaces
    std::vector<LogWriter*> logs_;                                // theirs
    std::vector<std::shared_ptr<ExpiryTask>> expiry_;             // one per namespace
    JobTable jobs_;
};

}  // namespace winnow
