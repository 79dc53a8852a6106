#include "engine/jobs/sweep.h"

#include <algorithm>
#include <mutex>

#include "base/epoch.h"
#include "engine/catalog/index_update.h"

namespace winnow {

void Sweep::restart() {
    walk_ = PartitionWalk(0);
    finished_ = false;
}

bool Sweep::advance() {
    if (finished_) return false;
    constexpr size_t chunk = 128;
    IndexEntry entries[chunk];
    Digest wanted[chunk];
    size_t wanted_count = 0;
    {
        EpochGuard guard;
        size_t count = walk_.next(ns_.primary(), entries, {.set = std::nullopt});
        for (size_t i = 0; i < count; i++)
            if (wants(entries[i])) wanted[wanted_count++] = entries[i].version->digest();
    }
    for (size_t i = 0; i < wanted_count; i++) visit_locked(wanted[i]);
    if (walk_.done()) {
        if (walk_.partition() + 1 == partition_count)
            finished_ = true;
        else
            walk_ = PartitionWalk(walk_.partition() + 1);
    }
    return !finished_;
}

void Sweep::visit_locked(const Digest& digest) {
    std::lock_guard hold(ns_.locks().of(digest));
    EpochGuard guard;
    if (IndexEntry entry = ns_.primary().find(digest)) visit(digest, entry);
}

ExpiryTask::ExpiryTask(std::shared_ptr<Namespace> ns)
    : Sweep(*ns), owner_(std::move(ns)), round_started_ms_(owner_->clock().now_ms()) {}

Task::Next ExpiryTask::step() {
    if (stopped_.load(std::memory_order_relaxed)) return Next::done;
    uint64_t now = ns_.clock().now_ms();
    if (hurried_.exchange(false, std::memory_order_relaxed)) {
        restart();
        sweeping_ = true;
    }
    if (!sweeping_) {
        uint64_t period_ms = uint64_t{ns_.settings().expiry_period_seconds.load()} * 1000;
        // A clock that was set back must not stop expiry.
        bool due = now >= round_started_ms_ + period_ms || now < round_started_ms_;
        if (period_ms == 0 || !due) return Next::later;
        round_started_ms_ = now;
        restart();
        sweeping_ = true;
    }
    // Empty partitions cost next to nothing: several a step.
    for (int i = 0; i < 16 && sweeping_; i++) sweeping_ = advance();
    return sweeping_ ? Next::again : Next::later;
}

bool ExpiryTask::wants(const IndexEntry& entry) {
    return !ns_.is_live(entry, ns_.clock().now_ms());
}

void ExpiryTask::visit(const Digest& digest, const IndexEntry& entry) {
    uint64_t now = ns_.clock().now_ms();
    if (ns_.is_live(entry, now)) return;
    bool expired = ns_.is_expired(*entry.version, now);
    ns_.statistics().add(expired ? Statistic::expired_objects : Statistic::truncated_records);
    ns_.forget(entry, digest, now);
}

IndexBuildTask::IndexBuildTask(std::shared_ptr<Namespace> ns, std::shared_ptr<Index> index)
    : Sweep(*ns),
      owner_(std::move(ns)),
      index_(std::move(index)),
      started_ns_(owner_->clock().monotonic_ns()) {}

Task::Next IndexBuildTask::step() {
    if (index_->dropped()) return Next::done;
    if (!waited_for_writers_) {
        // A writer that began before the index was published does not know of it: once all such
        // writers are through, every later one does.
        ns_.locks().wait_for_writers();
        waited_for_writers_ = true;
    }
    for (int i = 0; i < 16; i++) {
        if (advance()) continue;
        // What it leaves out are records as they were made by then.
        ns_.note_departure(seen_lsn_);
        index_->finish_building((ns_.clock().monotonic_ns() - started_ns_) / 1'000'000);
        return Next::done;
    }
    index_->set_load_percent(percent());
    return Next::again;
}

bool IndexBuildTask::wants(const IndexEntry& entry) {
    seen_lsn_ = std::max(seen_lsn_, entry.version->lsn());
    return index_->value_of(*entry.version, entry.set).has_value();
}

void IndexBuildTask::visit(const Digest& digest, const IndexEntry& entry) {
    index_record(*index_, digest, entry);
}

}  // namespace winnow
