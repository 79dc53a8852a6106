#pragma once
// Work on every record of a namespace, a bounded piece at a time: what expiry, the index builder
// and others have in common. It walks the partitions in order and visits each record under its lock
// with the version that is current then.

#include <cstdint>

#include "base/executor.h"
#include "engine/index/partition_walk.h"
#include "engine/namespace.h"

namespace winnow {

// Not thread-safe: one thread at a time drives it.
class Sweep {
public:
    explicit Sweep(Namespace& ns) : ns_(ns), walk_(0) {}
    virtual ~Sweep() = default;

    // Visits some records; false when it has been through all partitions.
    bool advance();
    // From the first partition again.
    void restart();
    // 0 to 100.
    int percent() const { return static_cast<int>(walk_.partition() * 100 / partition_count); }

protected:
    // Whether the record is worth its lock; asked without it.
    virtual bool wants(const IndexEntry& entry) = 0;
    // The record as it is now, its lock and an EpochGuard held.
    virtual void visit(const Digest& digest, const IndexEntry& entry) = 0;

    Namespace& ns_;

private:
    void visit_locked(const Digest& digest);

    PartitionWalk walk_;
    bool finished_ = false;
};

// Removes what has expired or was truncated, over and over: a round every expiry period, and one at
// once after a truncate. Readers do not see such records anyway; this gives their memory back.
class ExpiryTask : public Task, private Sweep {
public:
    explicit ExpiryTask(std::shared_ptr<Namespace> ns);
    Next step() override;
    // Ends the task at its next step. Any thread.
    void stop() { stopped_.store(true, std::memory_order_relaxed); }
    // Starts a round at the next step. Any thread.
    void hurry() { hurried_.store(true, std::memory_order_relaxed); }

private:
    bool wants(const IndexEntry& entry) override;
    void visit(const Digest& digest, const IndexEntry& entry) override;

    std::shared_ptr<Namespace> owner_;
    std::atomic<bool> stopped_{false};
    std::atomic<bool> hurried_{false};
    bool sweeping_ = false;
    uint64_t round_started_ms_;
};

// Fills a new index, then makes it readable. The index must be in the catalog already, so that
// writers keep it up from then on.
class IndexBuildTask : public Task, private Sweep {
public:
    IndexBuildTask(std::shared_ptr<Namespace> ns, std::shared_ptr<Index> index);
    Next step() override;

private:
    bool wants(const IndexEntry& entry) override;
    void visit(const Digest& digest, const IndexEntry& entry) override;

    std::shared_ptr<Namespace> owner_;
    std::shared_ptr<Index> index_;
    bool waited_for_writers_ = false;
    Lsn seen_lsn_ = 0;  // the highest of the versions that were looked at
    uint64_t started_ns_;
};

}  // namespace winnow
