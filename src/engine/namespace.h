#pragma once
// One namespace: its records, sets and indexes, its settings, and the few things that every command
// needs of them. The work itself stands in operate/ (one record), query/ (many) and jobs/.
//
// Thread rules: any thread. Settings are atomics, read anew by each command.

#include <tl/expected.hpp>

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "base/executor.h"
#include "engine/catalog/index_catalog.h"
#include "engine/catalog/index_update.h"
#include "engine/counters.h"
#include "engine/index/primary_index.h"
#include "engine/index/set_table.h"
#include "engine/options.h"
#include "engine/record_locks.h"
#include "storage/store.h"

namespace winnow {

// What is counted, by the names that info commands show. X(name)
#define WINNOW_STATISTICS(X)         \
    X(client_read_success)           \
    X(client_read_error)             \
    X(client_read_timeout)           \
    X(client_read_not_found)         \
    X(client_read_filtered_out)      \
    X(client_write_success)          \
    X(client_write_error)            \
    X(client_write_timeout)          \
    X(client_write_filtered_out)     \
    X(client_delete_success)         \
    X(client_delete_error)           \
    X(client_delete_timeout)         \
    X(client_delete_not_found)       \
    X(client_delete_filtered_out)    \
    X(batch_sub_read_success)        \
    X(batch_sub_read_error)          \
    X(batch_sub_read_timeout)        \
    X(batch_sub_read_not_found)      \
    X(batch_sub_read_filtered_out)   \
    X(batch_sub_write_success)       \
    X(batch_sub_write_error)         \
    X(batch_sub_write_timeout)       \
    X(batch_sub_write_filtered_out)  \
    X(batch_sub_delete_success)      \
    X(batch_sub_delete_error)        \
    X(batch_sub_delete_timeout)      \
    X(batch_sub_delete_not_found)    \
    X(batch_sub_delete_filtered_out) \
    X(pi_query_short_basic_complete) \
    X(pi_query_short_basic_error)    \
    X(pi_query_long_basic_complete)  \
    X(pi_query_long_basic_error)     \
    X(pi_query_long_basic_abort)     \
    X(si_query_short_basic_complete) \
    X(si_query_short_basic_error)    \
    X(si_query_long_basic_complete)  \
    X(si_query_long_basic_error)     \
    X(si_query_long_basic_abort)     \
    X(filters_decided_by_metadata)   \
    X(filters_decided_by_bins)       \
    X(expired_objects)               \
    X(truncated_records)

enum class Statistic : size_t {
#define WINNOW_X(name) name,
    WINNOW_STATISTICS(WINNOW_X)
#undef WINNOW_X
};
inline constexpr size_t statistic_count = 0
#define WINNOW_X(name) +1
    WINNOW_STATISTICS(WINNOW_X)
#undef WINNOW_X
    ;

struct NamespaceSettings {
    std::atomic<uint32_t> default_ttl;  // seconds, 0: never
    std::atomic<size_t> memory_limit;   // bytes
    std::atomic<size_t> record_size_max;
    std::atomic<uint32_t> expiry_period_seconds;
};

class Namespace {
public:
    Namespace(const NamespaceOptions& options, std::unique_ptr<Store> store, Clock& clock);
    ~Namespace();
    Namespace(const Namespace&) = delete;
    Namespace& operator=(const Namespace&) = delete;

    const std::string& name() const { return name_; }
    NamespaceSettings& settings() { return settings_; }
    const NamespaceSettings& settings() const { return settings_; }
    Clock& clock() const { return clock_; }
    Store& store() { return *store_; }
    PrimaryIndex& primary() { return primary_; }
    const PrimaryIndex& primary() const { return primary_; }
    SetTable& sets() { return sets_; }
    const SetTable& sets() const { return sets_; }
    IndexCatalog& indexes() { return indexes_; }
    const IndexCatalog& indexes() const { return indexes_; }
    RecordLocks& locks() { return locks_; }
    CounterSet<Statistic, statistic_count>& statistics() { return statistics_; }
    const CounterSet<Statistic, statistic_count>& statistics() const { return statistics_; }

    // Whether a record is there for a client: neither expired nor truncated.
    bool is_live(const IndexEntry& entry, uint64_t now_ms) const {
        if (is_expired(*entry.version, now_ms)) return false;
        return !any_truncate_.load(std::memory_order_relaxed) || !is_truncated(entry);
    }
    bool is_expired(const Version& version, uint64_t now_ms) const {
        return version.void_time() != 0 && version.void_time() <= expiry_seconds(now_ms);
    }
    // The time that counts for expiry, as void times: the clock's, or a later one by which somebody
    // has seen a record as expired. So what has expired stays so when the clock is set back, and
    // lives are counted from it, lest a record be born dead.
    uint32_t expiry_seconds(uint64_t now_ms) const {
        return std::max(void_seconds(now_ms), expiry_floor_.load(std::memory_order_acquire));
    }
    // ms since 1970 as seconds since 2010, the unit of void times.
    static uint32_t void_seconds(uint64_t now_ms) {
        uint64_t seconds = now_ms / 1000;
        return seconds < record_epoch_seconds
                   ? 0
                   : static_cast<uint32_t>(seconds - record_epoch_seconds);
    }

    // Publishes `next` in place of `old` (null: there was none), keeping indexes and counters.
    // REQUIRES: the record's lock, an EpochGuard, `old` as it stands in the primary index, room
    // reserved in the store. Returns the LSN.
    Lsn publish(const IndexEntry& old, Version* next, uint16_t set, Reservation reservation);
    // Takes a record out, under the same rules. Returns the LSN of its tombstone.
    Lsn remove(const IndexEntry& old, const Digest& digest, Reservation reservation);
    // Takes one out of memory that is not live any more, under the same rules. It needs neither
    // room nor a tombstone: the expired version, or the truncate's entry, is one.
    void forget(const IndexEntry& old, const Digest& digest, uint64_t now_ms);

    // Removes every record of a set (empty: of the namespace) that was last updated at or before
    // `last_update_ms` and stands before the present LSN: at once for all readers; memory follows
    // in the background. Returns the LSN that an answer waits for, 0 if nothing of that name
    // exists; refused as Store::reserve refuses removals.
    Result<Lsn> truncate(std::string_view set, uint64_t last_update_ms);
    bool is_truncated(const IndexEntry& entry) const;
    bool any_truncate() const { return any_truncate_.load(std::memory_order_relaxed); }
    uint64_t truncate_ms(uint16_t set) const;

    // What a reply waits for that shows a record, or shows that there is none: `entry` as the index
    // gave it for the digest, maybe empty.
    Lsn lsn_of(const Digest& digest, const IndexEntry& entry, uint64_t now_ms) {
        if (entry.version == nullptr) return locks_.last_removal(digest);
        return is_live(entry, now_ms) ? entry.version->lsn() : lsn_of_dead(entry, now_ms);
    }
    // The same for an entry that is not live.
    Lsn lsn_of_dead(const IndexEntry& entry, uint64_t now_ms);
    // What a reply waits for that shows the absence of many: the last change that took anything out
    // of an index. To be asked after looking.
    Lsn last_departure() const { return last_departure_.load(std::memory_order_acquire); }
    void note_departure(Lsn lsn);

    // As IndexCatalog, and durable when they return; else nothing has changed, but that the new
    // name of an index that was there stays until a restart. They write to the disk.
    Result<IndexCatalog::Created> create_index(std::string_view name,
                                               const IndexDefinition& definition);
    Result<> drop_index(std::string_view name);
    // Before recovery: the indexes of the store's manifest. The error is one line for the operator.
    tl::expected<void, std::string> load_catalog();

    // What recovery finds. REQUIRES: of the first two, what publish() does; of all, that no command
    // runs yet. `version` has its LSN.
    struct Truncate {
        Lsn lsn;  // kills what lies below
        std::string set;
        uint64_t last_update_ms;
    };
    void restore(const IndexEntry& old, Version* version, uint16_t set);
    void restore_removal(const IndexEntry& old, const Digest& digest, Lsn lsn) {
        take_out(old, digest, lsn);
    }
    void restore_truncate(const Truncate& truncate);
    void restore_clock(uint64_t now_ms);

    // Bytes that versions and indexes take.
    size_t memory_used() const;
    // Bytes of versions alone.
    size_t data_bytes() const { return static_cast<size_t>(data_bytes_.sum()); }
    // Whether writes that add data are refused with out_of_space.
    bool is_full() const { return full_.load(std::memory_order_relaxed); }

private:
    struct Truncation {
        std::atomic<uint64_t> last_update_ms{0};
        std::atomic<Lsn> lsn{0};
    };
    void account(int64_t bytes);
    void put_in(IndexUpdate& update, const IndexEntry& old, Version* next, uint16_t set);
    void set_truncation(Truncation& truncation, uint64_t last_update_ms, Lsn lsn);
    void take_out(const IndexEntry& old, const Digest& digest, Lsn lsn);
    Lsn note_expiry(uint64_t now_ms);
    bool killed_by(const Truncation& truncation, const Version& version) const;

    const std::string name_;
    const bool replies_wait_;
    NamespaceSettings settings_;
    Clock& clock_;
    std::unique_ptr<Store> store_;
    PrimaryIndex primary_;
    SetTable sets_;
    IndexCatalog indexes_;
    RecordLocks locks_;
    CounterSet<Statistic, statistic_count> statistics_;
    Counter data_bytes_;
    Counter unchecked_bytes_;  // written and removed since a thread last looked at the limit
    std::atomic<bool> full_{false};
    std::atomic<bool> any_truncate_{false};
    std::atomic<uint32_t> expiry_floor_{0};
    std::atomic<Lsn> expiry_lsn_{0};  // of the entry that keeps the floor
    std::atomic<Lsn> last_departure_{0};
    // By set id; 0, which as a set means "no set", stands for the whole namespace: records without
    // a set cannot be truncated apart from it.
    std::unique_ptr<Truncation[]> truncations_;
    std::mutex cataloguing_;  // held by who changes the catalog
    std::mutex truncating_;   // held by who changes them
    std::mutex expiring_;     // held by who raises the floor
};

}  // namespace winnow
