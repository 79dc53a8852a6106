#pragma once
// What was appended and is not yet written: entries one behind the other, in the order of their
// LSNs. Many threads append, each holding a spin lock for one copy (some 30 ns for a small entry;
// large ones are copied before); the log thread takes all of it at once.
//
// Thread rules: any thread appends; one thread takes and returns batches.

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/spin_lock.h"
#include "storage/store.h"

namespace winnow {

// Entries that are written together, and what is to be done for them.
struct LogBatch {
    struct Dead {
        Lsn lsn;
        size_t bytes;
    };
    // An entry never lies in two pieces.
    std::vector<std::span<uint8_t>> pieces;
    // Own what the pieces view: blocks for many entries, and those of large ones.
    std::vector<std::unique_ptr<uint8_t[]>> blocks;
    std::vector<std::unique_ptr<uint8_t[]>> large;
    std::vector<Dead> dead;
    size_t bytes = 0;
    size_t reserved = 0;  // the room that was promised for it
    Lsn last_lsn = 0;     // 0: no entry

    bool empty() const { return bytes == 0 && dead.empty(); }
    // Empties it; lists keep their capacity.
    void clear();
};

class LogBuffer {
public:
    struct Appended {
        Lsn lsn;
        size_t buffered;  // bytes in the buffer now
    };

    // Before the first append.
    void start(Lsn next_lsn) { next_lsn_ = next_lsn; }

    Appended append(const Entry& entry, size_t reserved);
    void note_dead(Lsn lsn, size_t bytes);
    size_t buffered();
    // Highest LSN given out.
    Lsn last_lsn();

    // Everything that is there.
    LogBatch take();
    // Its memory is used again.
    void recycle(LogBatch&& batch);
    // From now on appends get their LSN and are dropped: of a log that cannot be written any more.
    void discard();

private:
    static constexpr size_t block_size = 256 << 10;
    static constexpr size_t large_entry = 64 << 10;  // copied outside the lock
    static constexpr size_t spare_blocks_max = 64;

    Appended append_large(const Entry& entry, size_t size, size_t reserved);
    Appended account(Lsn lsn, size_t size, size_t reserved);
    void close_piece();
    void next_block();

    SpinLock lock_;  // guards all below
    Lsn next_lsn_ = 1;
    LogBatch filling_;
    LogBatch next_;             // empty; takes over its place
    uint8_t* piece_ = nullptr;  // the piece that grows: [piece_, at_), up to end_
    uint8_t* at_ = nullptr;
    uint8_t* end_ = nullptr;
    std::vector<std::unique_ptr<uint8_t[]>> spare_blocks_;
    bool discards_ = false;
};

}  // namespace winnow
