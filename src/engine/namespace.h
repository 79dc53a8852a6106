#pragma once
// One namespace: its records, sets and indexes, its settings, and the few things that every command
// needs of them. The work itself stands in operate/ (one record), query/ (many) and jobs/.
//
// Thread rules: any thread. Settings are atomics, read anew by each command.

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "base/executor.h"
#include "engine/catalog/index_catalog.h"
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
        const Version& version = *entry.version;
        if (version.expired_at(void_seconds(now_ms))) return false;
        return !any_truncate_.load(std::memory_order_relaxed) || !is_truncated(entry);
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
    // Takes a record out, under the same rules; `tombstone` unless the version itself says that it
    // is gone (expired, truncated). Returns the tombstone's LSN, else 0.
    Lsn remove(const IndexEntry& old, const Digest& digest, bool tombstone,
               Reservation reservation);

    // Removes every record of a set (empty: of the namespace) that was last updated at or before
    // `last_update_ms` and stands before the present LSN: at once for all readers; memory follows
    // in the background. Returns false if nothing of that name exists.
    bool truncate(std::string_view set, uint64_t last_update_ms);
    bool is_truncated(const IndexEntry& entry) const;
    bool any_truncate() const { return any_truncate_.load(std::memory_order_relaxed); }
    uint64_t truncate_ms(uint16_t set) const;

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
    bool killed_by(const Truncation& truncation, const Version& version) const;

    const std::string name_;
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
    // By set id; 0, which as a set means "no set", stands for the whole namespace: records without
    // a set cannot be truncated apart from it.
    std::unique_ptr<Truncation[]> truncations_;
    std::mutex truncating_;  // held by who changes them
};

}  // namespace winnow
