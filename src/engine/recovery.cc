#include "engine/recovery.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/epoch.h"

namespace winnow {

NamespaceRecovery::NamespaceRecovery(Namespace& ns)
    : ns_(ns), removals_(new Removals[RecordLocks::stripes]) {}

bool NamespaceRecovery::step() {
    return ns_.store().recover_some(
        [this](Lsn lsn, const Entry& entry, const Location&) { take(lsn, entry); });
}

void NamespaceRecovery::take(Lsn lsn, const Entry& entry) {
    switch (entry.kind) {
        case EntryKind::version:
        case EntryKind::relocated: take_version(lsn, entry); break;
        case EntryKind::tombstone: take_tombstone(lsn, entry); break;
        case EntryKind::truncate: {
            std::lock_guard hold(mutex_);
            truncates_.push_back({entry.below != 0 ? entry.below : lsn, std::string(entry.set),
                                  entry.last_update_ms});
            break;
        }
        case EntryKind::clock: {
            std::lock_guard hold(mutex_);
            clock_ms_ = std::max(clock_ms_, entry.last_update_ms);
            break;
        }
    }
}

void NamespaceRecovery::take_version(Lsn lsn, const Entry& entry) {
    const Bytes bytes = entry.version;
    const Digest digest = Digest::from(bytes.data() + bytes.size() - digest_size);
    std::lock_guard hold(ns_.locks().of(digest));
    EpochGuard guard;
    const IndexEntry old = ns_.primary().find(digest);
    const Removals& removals = removals_[RecordLocks::stripe_of(digest)];
    const auto removal = removals.find(digest);
    if ((old && old.version->lsn() > lsn) || (removal != removals.end() && removal->second > lsn)) {
        ns_.store().note_dead(lsn, bytes.size());
        return;
    }
    auto set = ns_.sets().find_or_create(entry.set);
    if (!set) {
        too_many_sets_.store(true, std::memory_order_relaxed);
        return;
    }
    ns_.restore(old, copy_version(bytes), *set);
}

void NamespaceRecovery::take_tombstone(Lsn lsn, const Entry& entry) {
    std::lock_guard hold(ns_.locks().of(entry.digest));
    EpochGuard guard;
    Lsn& removal = removals_[RecordLocks::stripe_of(entry.digest)][entry.digest];
    removal = std::max(removal, lsn);
    const IndexEntry old = ns_.primary().find(entry.digest);
    if (old && old.version->lsn() < lsn) ns_.restore_removal(old, entry.digest, lsn);
}

tl::expected<void, std::string> NamespaceRecovery::finish() {
    removals_.reset();
    auto report = ns_.store().finish_recovery();
    if (!report)
        return tl::unexpected(fmt::format("namespace {}: {}", ns_.name(), report.error().text));
    if (too_many_sets_)
        return tl::unexpected(
            fmt::format("namespace {}: its log has records in more than {} sets; use the version "
                        "of the program that wrote it",
                        ns_.name(), SetTable::sets_max));
    std::sort(truncates_.begin(), truncates_.end(),
              [](const auto& one, const auto& other) { return one.lsn < other.lsn; });
    for (const Namespace::Truncate& each : truncates_) ns_.restore_truncate(each);
    ns_.restore_clock(clock_ms_);
    for (const NamedIndex& each : ns_.indexes().all()) each.index->finish_building(0);
    return {};
}

}  // namespace winnow
