#pragma once
// Where versions are kept, behind one interface: memory, file and (later) RADOS implement it, and
// the engine sees nothing else.
//
// A write reserves room first (the only step that may refuse), changes memory, then appends; append
// neither blocks nor fails. Every version carries the LSN that append gave it; recovery keeps the
// highest LSN of a digest. Where replies_wait(), a reply may be released once durable() has reached
// the highest LSN that it shows.
//
// An LSN is a place in the log: LSNs are dense, one for each entry, and compaction moves a version
// by appending it again, under a new one. So an LSN tells which segment holds the version, and a
// gap tells how much is missing.
//
// Thread rules: every function may be called by any thread at any time.

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "record/version.h"

namespace winnow {

// What an entry of the log says. Recorded on disk: numbers never change.
enum class EntryKind : uint8_t {
    version = 1,    // a record is now this version
    tombstone = 2,  // the record is gone
    truncate = 3,   // the shard's versions with a lower LSN, last updated by then, are gone
    relocated = 4,  // as `version`, moved by compaction
    clock = 5,      // the wall clock has shown this time: what had expired by then stays expired
};

// Views; append copies what it keeps.
struct Entry {
    EntryKind kind = EntryKind::version;
    uint32_t shard = 0;           // the partition of the record
    std::string_view set = {};    // empty: no set (of a truncate: all sets)
    Bytes version = {};           // of version and relocated
    Digest digest = {};           // of a tombstone
    uint64_t last_update_ms = 0;  // of a tombstone, a truncate and a clock
    Lsn below = 0;  // of a truncate: the LSN that bounds it if not its own (it was moved)
};

// What room is wanted for. The nearer a store is to being full, the less it grants: deletes still
// get room when writes no longer do, and moving versions, which is what makes room, gets the last.
enum class RoomFor { write, removal, relocation };

// Room that has been promised. Dropping it without an append gives it back.
class Reservation {
public:
    Reservation() = default;
    Reservation(class Store* store, size_t bytes) : store_(store), bytes_(bytes) {}
    Reservation(Reservation&& other) noexcept
        : store_(std::exchange(other.store_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
    Reservation& operator=(Reservation&& other) noexcept;
    ~Reservation() { release(); }

    size_t bytes() const { return bytes_; }
    // Used by a store's append: the room is taken, nothing is given back.
    size_t take() {
        store_ = nullptr;
        return std::exchange(bytes_, 0);
    }

private:
    void release();

    Store* store_ = nullptr;
    size_t bytes_ = 0;
};

// Where an entry lies in a store that keeps versions outside memory.
struct Location {
    uint64_t segment = 0;
    uint64_t offset = 0;
    uint32_t size = 0;  // of the whole entry
};

struct SegmentInfo {
    uint64_t segment = 0;     // numbers grow, and are never used again
    Lsn first_lsn = 0;        // the next segment's first LSN bounds it
    uint64_t bytes = 0;       // on the disk, of entries of all kinds
    uint64_t data_bytes = 0;  // of versions that were put there
    uint64_t live_bytes = 0;  // of those of them that note_dead() has not named
    bool sealed = false;
};

// How a store is, for operators.
struct StoreStatus {
    enum class State {
        open,
        full,       // writes are refused; reads and removals go on
        read_only,  // a sync or a write has failed: for good
    };
    State state = State::open;
    std::string trouble;  // in words, unless open
    uint64_t log_bytes = 0;
    uint64_t data_bytes = 0;     // of versions in the log
    uint64_t live_bytes = 0;     // of those that are current
    uint64_t written_bytes = 0;  // of entries, since the start
    uint64_t syncs = 0;
    uint64_t sync_ns = 0;  // all of them together
    uint64_t sync_ns_max = 0;
    uint64_t last_sync_ms = 0;  // wall time; 0: none yet
};

// What recovery found. Each line of `damage` says what is lost and where it lay.
struct RecoveryReport {
    uint64_t entries = 0;
    uint64_t bytes = 0;
    uint64_t segments = 0;
    Lsn next_lsn = 1;
    uint64_t cut_bytes = 0;  // of a torn tail: written, but never confirmed
    uint64_t missing = 0;    // changes that were confirmed and cannot be read, as far as known
    std::vector<std::string> damage;
};

class Store {
public:
    // The entry's views last as long as the call.
    using ScanEntry = std::function<void(Lsn, const Entry&, const Location&)>;

    virtual ~Store() = default;

    // "memory", "file": what `storage-engine` shows.
    virtual std::string_view kind() const = 0;

    // Whether a reply waits until durable() has reached what it shows. If not, it goes at once.
    virtual bool replies_wait() const = 0;

    // Reads everything back, before the first reserve: any number of threads call recover_some
    // until it returns false; each call takes the next segment and calls back for each whole entry
    // in it. Entries of one segment come in order, segments at the same time. Then one thread calls
    // finish_recovery, after which the store takes writes.
    virtual bool recover_some(const ScanEntry& entry) = 0;
    virtual Result<RecoveryReport> finish_recovery() = 0;

    // Promises room for an entry of `bytes` (a version's, or a removal's). Refuses with
    // out_of_space (full), device_overload (the disk is slower than the writers), record_too_big,
    // unavailable (the shard is another node's) or forbidden (read-only after a failed sync).
    virtual Result<Reservation> reserve(size_t bytes, RoomFor what = RoomFor::write) = 0;

    // Adds an entry and returns its LSN. The entry's version gets that LSN in the log; the caller
    // stamps it into the version in memory. REQUIRES: the reservation covers the entry.
    virtual Lsn append(Reservation reservation, const Entry& entry) = 0;

    // All entries up to this LSN survive a crash (in a memory store: all that were appended).
    virtual Lsn durable() const = 0;
    // Calls back, from a thread of the store, whenever durable() has grown, and once when it never
    // will again (failed()). One call-back, set before the first append.
    virtual void on_durable(std::function<void(Lsn)> call_back) = 0;
    // Whether entries above durable() are in doubt for good: they may survive a restart or not.
    virtual bool failed() const = 0;
    virtual StoreStatus status() const = 0;

    // The version with this LSN, of `bytes`, is no longer current: statistics for compaction. For
    // each version once.
    virtual void note_dead(Lsn lsn, size_t bytes) = 0;

    // Reads versions; `done(i, bytes or error)` is called once per location, in any order.
    using ReadDone = std::function<void(size_t, Result<Bytes>)>;
    virtual void read(std::span<const Location> locations, const ReadDone& done) = 0;

    // Segments, oldest first: sealed ones are immutable. seal() ends the one that is being written
    // soon, and returns its number. A scan calls back for each whole entry in order of LSN; a
    // damaged segment answers server_error after those that are whole. A released segment is gone,
    // after a power cut too; REQUIRES: it is sealed, and what was still needed is durable
    // elsewhere.
    virtual Result<uint64_t> seal() = 0;
    virtual std::vector<SegmentInfo> segments() const = 0;
    virtual Result<> scan(uint64_t segment, const ScanEntry& entry) = 0;
    virtual Result<> release_segment(uint64_t segment) = 0;

    // The catalog, replaced whole and durable before this returns. Empty if none was put.
    virtual Result<> put_manifest(Bytes manifest) = 0;
    virtual Result<std::vector<uint8_t>> get_manifest() = 0;

    // Whether this process may write the shard now (a fenced lease on RADOS, else always).
    virtual bool holds_lease(uint32_t shard) const = 0;

protected:
    friend class Reservation;
    virtual void give_back(size_t bytes) = 0;
};

}  // namespace winnow
