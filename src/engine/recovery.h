#pragma once
// Fills a namespace from its store after a start: of each record the entry with the highest LSN
// counts, whatever order they come in. Secondary indexes that the catalog knows are filled in the
// same pass.
//
// The store gives the newest entries first, so most of what is outdated is never copied. A removal
// may come before what it removes: until the end the removals are remembered, by record. Truncates
// and the clock's entries are applied at the end.
//
// Thread rules: step() by any number of threads, then finish() by one. Nobody else uses the
// namespace before.

#include <tl/expected.hpp>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/namespace.h"

namespace winnow {

class NamespaceRecovery {
public:
    explicit NamespaceRecovery(Namespace& ns);

    // Takes some more of the log; false if none is left to take.
    bool step();
    // When every step has returned: the namespace is as it was, and takes commands. The error is
    // one line for the operator.
    tl::expected<void, std::string> finish();

private:
    using Removals = std::map<Digest, Lsn>;

    void take(Lsn lsn, const Entry& entry);
    void take_version(Lsn lsn, const Entry& entry);
    void take_tombstone(Lsn lsn, const Entry& entry);

    Namespace& ns_;
    std::unique_ptr<Removals[]> removals_;  // by stripe of the record locks, guarded by the lock
    std::atomic<bool> too_many_sets_{false};
    std::mutex mutex_;
    std::vector<Namespace::Truncate> truncates_;  // guarded by mutex_
    uint64_t clock_ms_ = 0;                       // guarded by mutex_
};

}  // namespace winnow
