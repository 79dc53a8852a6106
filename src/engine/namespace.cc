#include "engine/namespace.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>

#include "base/epoch.h"
#include "base/memory.h"
#include "engine/catalog/catalog_bytes.h"

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
      replies_wait_(store->replies_wait()),
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
    put_in(update, old, next, set);
    return lsn;
}

void Namespace::put_in(IndexUpdate& update, const IndexEntry& old, Version* next, uint16_t set) {
    const Digest digest = next->digest();
    Version* replaced = primary_.put(digest, next, set);
    CHECK(replaced == old.version);
    if (replaced != nullptr) store_->note_dead(replaced->lsn(), replaced->size());
    const bool leaves_set = replaced != nullptr && old.set != set;
    if (replies_wait_ && (leaves_set || update.drops())) note_departure(next->lsn());
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
}

void Namespace::restore(const IndexEntry& old, Version* version, uint16_t set) {
    const Digest digest = version->digest();
    IndexUpdate update(indexes_.list(), primary_, digest, old, version, set);
    update.before_publish();
    put_in(update, old, version, set);
}

Lsn Namespace::remove(const IndexEntry& old, const Digest& digest, Reservation reservation) {
    Lsn lsn = store_->append(std::move(reservation), {.kind = EntryKind::tombstone,
                                                      .shard = digest.partition(),
                                                      .set = sets_.name(old.set),
                                                      .version = {},
                                                      .digest = digest,
                                                      .last_update_ms = clock_.now_ms()});
    take_out(old, digest, lsn);
    return lsn;
}

void Namespace::forget(const IndexEntry& old, const Digest& digest, uint64_t now_ms) {
    take_out(old, digest, lsn_of_dead(old, now_ms));
}

// `lsn`: of what made it go.
void Namespace::take_out(const IndexEntry& old, const Digest& digest, Lsn lsn) {
    IndexUpdate update(indexes_.list(), primary_, digest, old, nullptr, old.set);
    if (replies_wait_) {
        locks_.note_removal(digest, lsn);
        note_departure(lsn);
    }
    Version* removed = primary_.remove(digest);
    CHECK(removed == old.version);
    store_->note_dead(removed->lsn(), removed->size());
    update.after_publish();
    sets_.add(old.set, -1, -cost_of(removed));
    account(-cost_of(removed));
    retire_version(removed);
}

void Namespace::note_departure(Lsn lsn) {
    Lsn last = last_departure_.load(std::memory_order_relaxed);
    while (last < lsn && !last_departure_.compare_exchange_weak(last, lsn)) {
    }
}

Lsn Namespace::lsn_of_dead(const IndexEntry& entry, uint64_t now_ms) {
    // Without this version an older one might still be alive.
    Lsn lsn = entry.version->lsn();
    for (uint16_t id : {SetTable::no_set, entry.set})
        if (killed_by(truncations_[id], *entry.version))
            lsn = std::max(lsn, truncations_[id].lsn.load(std::memory_order_acquire));
    if (is_expired(*entry.version, now_ms)) lsn = std::max(lsn, note_expiry(now_ms));
    return lsn;
}

// Somebody sees a record as expired at this time: it must stay so. Returns the LSN of the entry
// that says it. Without room for the entry the promise lasts as long as the process.
Lsn Namespace::note_expiry(uint64_t now_ms) {
    const uint32_t seconds = void_seconds(now_ms);
    if (expiry_floor_.load(std::memory_order_acquire) < seconds) {
        std::lock_guard hold(expiring_);
        if (expiry_floor_.load(std::memory_order_relaxed) < seconds) {
            if (auto room = store_->reserve(Version::head_size, RoomFor::removal))
                expiry_lsn_.store(store_->append(std::move(*room), {.kind = EntryKind::clock,
                                                                    .last_update_ms = now_ms}),
                                  std::memory_order_release);
            expiry_floor_.store(seconds, std::memory_order_release);
        }
    }
    return expiry_lsn_.load(std::memory_order_acquire);
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

Result<Lsn> Namespace::truncate(std::string_view set, uint64_t last_update_ms) {
    auto id = sets_.find(set);
    if (!id) return 0;
    Truncation& truncation = truncations_[*id];
    std::lock_guard hold(truncating_);
    // An earlier time than that of the last truncate finds nothing that is not dead already, unless
    // the clock was set back in between; then keeping a record beats losing it.
    if (last_update_ms < truncation.last_update_ms.load()) return truncation.lsn.load();
    auto room = store_->reserve(Version::head_size, RoomFor::removal);
    if (!room) return fail(room.error());
    Lsn lsn = store_->append(std::move(*room), {.kind = EntryKind::truncate,
                                                .set = set,
                                                .version = {},
                                                .digest = {},
                                                .last_update_ms = last_update_ms});
    set_truncation(truncation, last_update_ms, lsn);
    return lsn;
}

void Namespace::set_truncation(Truncation& truncation, uint64_t last_update_ms, Lsn lsn) {
    // The time first: with the old LSN it kills nothing more than before.
    truncation.last_update_ms.store(last_update_ms, std::memory_order_release);
    truncation.lsn.store(lsn, std::memory_order_release);
    any_truncate_.store(true, std::memory_order_relaxed);
}

Result<IndexCatalog::Created> Namespace::create_index(std::string_view name,
                                                      const IndexDefinition& definition) {
    std::optional<uint16_t> set;
    if (!definition.set.empty()) {
        auto id = sets_.find_or_create(definition.set);
        if (!id) return fail(id.error());
        set = *id;
    }
    std::lock_guard hold(cataloguing_);
    auto created = indexes_.create(name, definition, set);
    if (!created) return created;
    if (auto stored = store_->put_manifest(encode_catalog(indexes_.all()).bytes()); !stored) {
        if (created->is_new) indexes_.drop(name);
        return fail(stored.error());
    }
    return created;
}

Result<> Namespace::drop_index(std::string_view name) {
    std::lock_guard hold(cataloguing_);
    std::vector<NamedIndex> left = indexes_.all();
    if (std::erase_if(left, [&](const NamedIndex& each) { return each.name == name; }) == 0)
        return {};
    WINNOW_TRY(store_->put_manifest(encode_catalog(left).bytes()));
    indexes_.drop(name);
    return {};
}

tl::expected<void, std::string> Namespace::load_catalog() {
    auto wrong = [&](std::string_view what) {
        return tl::unexpected(fmt::format(
            "namespace {}: its catalog {}. Use the version of the program that wrote it", name_,
            what));
    };
    auto bytes = store_->get_manifest();
    if (!bytes) return wrong(bytes.error().text);
    auto catalog = decode_catalog(*bytes);
    if (!catalog) return wrong("cannot be read");
    for (const CatalogIndex& each : *catalog) {
        auto set = sets_.find_or_create(each.definition.set);
        if (!set) return wrong(set.error().text);
        std::optional<uint16_t> only = *set;
        if (each.definition.set.empty()) only.reset();
        if (auto created = indexes_.create(each.name, each.definition, only); !created)
            return wrong(created.error().text);
    }
    return {};
}

void Namespace::restore_truncate(const Truncate& truncate) {
    // A set of which there is no record has nothing to be killed.
    if (auto id = sets_.find(truncate.set))
        set_truncation(truncations_[*id], truncate.last_update_ms, truncate.lsn);
}

void Namespace::restore_clock(uint64_t now_ms) {
    expiry_floor_.store(void_seconds(now_ms), std::memory_order_release);
}

}  // namespace winnow
