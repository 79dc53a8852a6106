#pragma once
// Where versions are kept, behind one interface: memory, file and (later) RADOS implement it, and
// the engine sees nothing else.
//
// A write reserves room first (the only step that may refuse), changes memory, then appends; append
// neither blocks nor fails. Every version carries the LSN that append gave it; recovery keeps the
// highest LSN of a digest. A reply may be released once durable() has reached the highest LSN that
// it shows.
//
// Thread rules: every function may be called by any thread at any time.

#include <cstdint>
#include <functional>
#include <span>
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
    truncate =
        3,  // versions of the shard with a lower LSN and a last update up to this time are gone
    relocated = 4,  // as `version`, moved by compaction; keeps its LSN
};

// Views; append copies what it keeps.
struct Entry {
    EntryKind kind = EntryKind::version;
    uint32_t shard = 0;           // the partition of the record
    std::string_view set;         // empty: no set (of a truncate: all sets)
    Bytes version;                // of version and relocated
    Digest digest;                // of a tombstone
    uint64_t last_update_ms = 0;  // of a tombstone and a truncate
};

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

// Where a version lies in a store that keeps versions outside memory.
struct Location {
    uint64_t segment = 0;
    uint64_t offset = 0;
    uint32_t size = 0;
};

struct SegmentInfo {
    uint64_t segment = 0;
    uint64_t bytes = 0;
    bool sealed = false;
};

class Store {
public:
    virtual ~Store() = default;

    // "memory", "file": what `storage-engine` shows.
    virtual std::string_view kind() const = 0;

    // Promises room for an entry of `bytes`. Refuses with out_of_space (full), unavailable (the
    // shard is another node's) or forbidden (read-only after a failed sync).
    virtual Result<Reservation> reserve(size_t bytes) = 0;

    // Adds an entry and returns its LSN. The entry's version gets that LSN in the log; the caller
    // stamps it into the version in memory. REQUIRES: the reservation covers the entry.
    virtual Lsn append(Reservation reservation, const Entry& entry) = 0;

    // All entries up to this LSN survive a crash (in a memory store: all that were appended).
    virtual Lsn durable() const = 0;
    // Calls back, from a thread of the store, whenever durable() has grown. One call-back.
    virtual void on_durable(std::function<void(Lsn)> call_back) = 0;

    // Reads versions; `done(i, bytes or error)` is called once per location, in any order.
    using ReadDone = std::function<void(size_t, Result<Bytes>)>;
    virtual void read(std::span<const Location> locations, const ReadDone& done) = 0;

    // Segments: sealed ones are immutable; a scan calls back for each whole entry in order of LSN.
    virtual Result<uint64_t> seal() = 0;
    virtual std::vector<SegmentInfo> segments() const = 0;
    using ScanEntry = std::function<void(Lsn, const Entry&, const Location&)>;
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
