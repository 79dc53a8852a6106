#include "engine/namespace.h"

#include <unistd.h>

#include <algorithm>

#include "base/epoch.h"
#include "base/memory.h"
#include "engine/catalog/index_update.h"

namespace winnow {
namespace {

size_t three_quarters_of_the_machine() {
    auto pages = static_cast<size_t>(sysconf(_SC_PHYS_PAGES));
    return pages * static_cast<size_t>(sysconf(_SC_PAGESIZE)) / 4 * 3;
}

int64_t cost_of(const Version* version) {
    return version == nullptr ? 0 : static_cast<int64_t>(record_usable_size(version->size()));
}

}  // namespace

Namespace::Namespace(const NamespaceOptions& options, std::unique_ptr<Store> store, Clock& clock)
    : name_(options.name),
      settings_{options.default_ttl,
                options.memory_limit != 0 ? options.memory_limit : three_quarters_of_the_machine(),
                options.record_size_max, options.expiry_period_seconds},
      clock_(clock),
      store_(std::move(store)),
      truncations_(new Truncation[SetTable::sets_max + 1]) {}

Namespace::~Namespace() = default;

// Looks at the limit only now and then: the sum over the index costs 2 us.
void Namespace::account(int64_t bytes) {
    data_bytes_.add(bytes);
    constexpr int64_t check_every_bytes = 64 << 10;
    const int64_t moved = std::max<int64_t>(bytes, -bytes) + 64;
    if (unchecked_bytes_.add_to_mine(moved) < check_every_bytes) return;
    unchecked_bytes_.clear_mine();
    size_t limit = settings_.memory_limit.load(std::memory_order_relaxed);
    full_.store(memory_used() > limit, std::memory_order_relaxed);
}

size_t Namespace::memory_used() const {
    size_t total = data_bytes() + primary_.memory_bytes();
    for (const NamedIndex& entry : indexes_.all()) total += entry.index->entries().memory_bytes();
    return total;
}

Lsn Namespace::publish(const IndexEntry& old, Version* next, uint16_t set,
                       Reservation reservation) {
    const Digest digest = next->digest();
    IndexUpdate update(indexes_.list(), primary_, digest, old, next, set);
    update.before_publish();
    Lsn lsn = store_->append(std::move(reservation), {.kind = EntryKind::version,
                                                      .shard = digest.partition(),
                                                      .set = sets_.name(set),
                                                      .version = next->bytes(),
                                                      .digest = digest,
                                                      .last_update_ms = next->last_update_ms()});
    next->set_lsn(lsn);
    Version* replaced = primary_.put(digest, next, set);
    CHECK(replaced == old.version);
    update.after_publish();

    int64_t added = cost_of(next), dropped = cost_of(replaced);
    if (replaced == nullptr) {
        sets_.add(set, 1, added);
    } else if (old.set == set) {
        sets_.add(set, 0, added - dropped);
    } else {
        sets_.add(old.set, -1, -dropped);
        sets_.add(set, 1, added);
    }
    account(added - dropped);
    retire_version(replaced);
    return lsn;
}

Lsn Namespace::remove(const IndexEntry& old, const Digest& digest, bool tombstone,
                      Reservation reservation) {
    IndexUpdate update(indexes_.list(), primary_, digest, old, nullptr, old.set);
    Lsn lsn = 0;
    if (tombstone)
        lsn = store_->append(std::move(reservation), {.kind = EntryKind::tombstone,
                                                      .shard = digest.partition(),
                                                      .set = sets_.name(old.set),
                                                      .version = {},
                                                      .digest = digest,
                                                      .last_update_ms = clock_.now_ms()});
    Version* removed = primary_.remove(digest);
    CHECK(removed == old.version);
    update.after_publish();
    sets_.add(old.set, -1, -cost_of(removed));
    account(-cost_of(removed));
    retire_version(removed);
    return lsn;
}

bool Namespace::killed_by(const Truncation& truncation, const Version& version) const {
    return version.lsn() < truncation.lsn.load(std::memory_order_acquire) &&
           version.last_update_ms() <= truncation.last_update_ms.load(std::memory_order_acquire);
}

bool Namespace::is_truncated(const IndexEntry& entry) const {
    if (killed_by(truncations_[0], *entry.version)) return true;
    return entry.set != SetTable::no_set && killed_by(truncations_[entry.set], *entry.version);
}

uint64_t Namespace::truncate_ms(uint16_t set) const {
    return truncations_[set].last_update_ms.load(std::memory_order_relaxed);
}

bool Namespace::truncate(std::string_view set, uint64_t last_update_ms) {
    auto id = sets_.find(set);
    if (!id) return false;
    auto room = store_->reserve(Version::head_size);
    if (!room) return false;
    Lsn lsn = store_->append(std::move(*room), {.kind = EntryKind::truncate,
                                                .set = set,
                                                .version = {},
                                                .digest = {},
                                                .last_update_ms = last_update_ms});
    Truncation& truncation = truncations_[*id];
    std::lock_guard hold(truncating_);
    // An earlier time than that of the last truncate finds nothing that is not dead already, unless
    // the clock was set back in between; then keeping a record beats losing it.
    if (last_update_ms < truncation.last_update_ms.load()) return true;
    // The time first: with the old LSN it kills nothing more than before.
    truncation.last_update_ms.store(last_update_ms, std::memory_order_release);
    truncation.lsn.store(lsn, std::memory_order_release);
    any_truncate_.store(true, std::memory_order_relaxed);
    return true;
}

}  // namespace winnow
