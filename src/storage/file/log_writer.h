#pragma once
// Writes the log. Any number of threads append to a buffer; one thread, the log's, takes all that
// waits, writes it, syncs once for all of it, says up to which LSN the log is durable, and goes on.
// The longer a sync takes, the more the next one carries: that is the whole of group commit.
//
// The log thread is whoever calls step(), one at a time: a LogThread in the server, a seeded loop
// in the simulation. In between it sleeps in wait(), and appends ring for it only when it sleeps.
//
// Segments are made in full before they are needed, so that running out of space shows here, where
// nobody's write is at stake. Two stand ready: one to write into, and one that is held back for
// compaction (LogRoom). The next segment is begun only when the last one is synced to its end.
//
// A failed sync is never tried again: what is on the disk is unknown from then on, and a second
// sync that succeeds would say nothing about the first. The log is read-only for good, and entries
// above durable() stay in doubt. A write that finds no space is tried again.

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>

#include "base/clock.h"
#include "base/log.h"
#include "storage/file/log_buffer.h"
#include "storage/file/log_room.h"
#include "storage/file/segment_files.h"
#include "storage/file/segment_table.h"

namespace winnow {

enum class SyncMode {
    commit,    // whatever waits is synced at once; replies wait for it
    interval,  // synced `interval_ms` after it was appended, at the latest
};

struct LogOptions {
    std::string name;  // of the namespace
    SyncMode mode = SyncMode::commit;
    uint32_t interval_ms = 1000;
    uint64_t buffer_max = 8 << 20;  // bytes promised or waiting to be written
    uint64_t store_id = 0;
    // Takes the lines for operators.
    std::function<void(LogLevel, const std::string&)> report;
};

// Where the log goes on.
struct LogStart {
    Lsn next_lsn = 1;
    uint64_t next_segment = 1;
    uint64_t active = 0;  // a segment that is not full, already in the table; 0: none
    uint64_t active_end = 0;
    std::vector<uint64_t> spares;  // made and not begun, in order
};

class LogWriter {
public:
    LogWriter(SegmentFiles& files, SegmentTable& table, const Clock& clock, LogOptions options);

    // Before all else. Errors are of the file to go on in; no room is no error.
    IoResult<> start(const LogStart& start);

    // ---- any thread -----------------------------------------------------------------------------

    Result<size_t> reserve(size_t bytes, RoomFor what);
    void give_back(size_t bytes) { room_.give_back(bytes); }
    Lsn append(size_t reserved, const Entry& entry);
    void note_dead(Lsn lsn, size_t bytes) { buffer_.note_dead(lsn, bytes); }

    Lsn durable() const { return durable_.load(std::memory_order_acquire); }
    bool failed() const { return failed_.load(std::memory_order_acquire); }
    void on_durable(std::function<void(Lsn)> call_back) { on_durable_ = std::move(call_back); }
    // Ends the present segment at the next step, unless nothing is in it; returns its number.
    uint64_t seal();
    // Somebody has made room on the disk.
    void room_was_made();
    // Nothing may be written any more: `what` went wrong.
    void give_up(const std::string& what, IoError error);
    // Fills in what it knows.
    void show(StoreStatus& status) const;

    // ---- the log thread -------------------------------------------------------------------------

    // Writes what waits and syncs what is due. Whether it did anything.
    bool step();
    // Sleeps until there is something to do; false once stop() was called.
    bool wait();
    // Any thread: wait() returns false from now on.
    void stop();
    // After the last step: writes and syncs all, and marks the log as complete.
    void close();

private:
    struct Cursor {
        size_t piece = 0;
        size_t offset = 0;
    };
    struct Run {
        std::vector<Bytes> pieces;
        uint64_t bytes = 0;
        uint64_t data_bytes = 0;
        Lsn last_lsn = 0;
        Cursor next;
    };
    struct Active {
        std::unique_ptr<File> file;  // null: there is none
        uint64_t number = 0;
        uint64_t offset = 0;
        uint64_t capacity = 0;
        bool begun = false;  // its head is written
    };
    struct Spare {
        std::unique_ptr<File> file;
        uint64_t number;
    };

    bool place_batch();
    Run next_run();
    bool write_run(const Run& run);
    bool write(std::span<const Bytes> pieces);
    bool write_mark(uint8_t kind);
    bool roll();
    bool sync();
    bool sync_is_due() const;
    void keep_spares();
    void activate();
    void update_room();
    uint64_t room_in_active() const;
    void note_trouble(const std::string& text);
    bool has_work();
    uint64_t sync_due_ns() const;
    uint64_t wake_up_ns() const;
    void ring();

    // Fixed after construction.
    SegmentFiles& files_;
    SegmentTable& table_;
    const Clock& clock_;
    const LogOptions options_;
    std::function<void(Lsn)> on_durable_;

    // Shared, each safe by itself.
    LogBuffer buffer_;
    LogRoom room_;
    std::atomic<Lsn> durable_{0};
    std::atomic<bool> failed_{false};
    std::atomic<bool> seal_wanted_{false};
    std::atomic<bool> spare_wanted_{false};  // room was made
    std::atomic<uint64_t> active_number_{0};
    // So many bytes in the buffer ring for the log thread.
    std::atomic<size_t> ring_at_{SIZE_MAX};

    mutable std::mutex status_mutex_;
    StoreStatus status_;  // guarded by it

    std::mutex sleep_mutex_;
    std::condition_variable sleep_;
    bool rung_ = false;      // guarded by sleep_mutex_
    bool stopping_ = false;  // guarded by sleep_mutex_

    // The log thread's own.
    Active active_;
    std::deque<Spare> spares_;
    uint64_t next_segment_ = 1;
    LogBatch batch_;  // being written; what is left of it if there was no room
    Cursor cursor_;
    Lsn written_ = 0;
    uint64_t unsynced_since_ns_ = 0;  // 0: nothing waits for a sync
    uint64_t retry_ns_ = 0;           // no earlier attempt to make a segment or to write
    bool stalled_ = false;            // batch_ did not fit on the disk
};

}  // namespace winnow
