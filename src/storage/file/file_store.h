#pragma once
// The store that keeps versions in a log of its own, in one directory for each namespace:
//
//   lock             held while a process uses the directory
//   manifest         the store's id and the engine's catalog (manifest.h)
//   0000000001.log   segments of the log (segment_format.h, entry_format.h)
//
// To open it: open(); recover_some() on all threads; finish_recovery(); then a LogThread, or
// whoever drives log(). To close it: end the LogThread, then destroy the store, which writes and
// syncs what is left. Thread rules as in storage/store.h.

#include <memory>
#include <string>

#include "storage/file/log_writer.h"
#include "storage/file/recovery.h"
#include "storage/file/store_directory.h"
#include "storage/store.h"

namespace winnow {

struct FileStoreOptions {
    std::string path;  // the directory; made if need be
    std::string name;  // the namespace
    SyncMode mode = SyncMode::commit;
    uint32_t interval_ms = 1000;
    // Bytes of a new segment: 64 KiB to 1 GiB. It bounds the largest record, and four of them are
    // what a store takes at least.
    uint64_t segment_size = 16 << 20;
    uint64_t buffer_max = 8 << 20;  // bytes that may wait to be written
    uint64_t new_id = 0;            // of a store that is created; 0: a random one
    FileSystem* files = &posix_files();
    const Clock* clock = &system_clock();
    // Takes the lines for operators.
    std::function<void(LogLevel, const std::string&)> report =
        [](LogLevel level, const std::string& line) { log_line(level, line); };
};

class FileStore : public Store {
public:
    static constexpr uint64_t segment_size_min = 64 << 10;
    static constexpr uint64_t segment_size_max = 1 << 30;

    // The error is one line that says what is wrong and what to do.
    static tl::expected<std::unique_ptr<FileStore>, std::string> open(FileStoreOptions options);
    ~FileStore() override;

    // What drives the log. Before it is driven, nothing becomes durable.
    LogWriter& log() { return log_; }
    // While recovering: segments read and all of them.
    size_t segments_read() const { return recovery_ ? recovery_->segments_read() : 0; }
    size_t segments_to_read() const { return recovery_ ? recovery_->segments() : 0; }

    std::string_view kind() const override { return "file"; }
    bool replies_wait() const override { return options_.mode == SyncMode::commit; }
    bool recover_some(const ScanEntry& entry) override { return recovery_->step(entry); }
    Result<RecoveryReport> finish_recovery() override;
    Result<Reservation> reserve(size_t bytes, RoomFor what) override;
    Lsn append(Reservation reservation, const Entry& entry) override;
    Lsn durable() const override { return log_.durable(); }
    void on_durable(std::function<void(Lsn)> call_back) override {
        log_.on_durable(std::move(call_back));
    }
    bool failed() const override { return log_.failed(); }
    StoreStatus status() const override;
    void note_dead(Lsn lsn, size_t bytes) override;
    void read(std::span<const Location> locations, const ReadDone& done) override;
    Result<uint64_t> seal() override { return log_.seal(); }
    std::vector<SegmentInfo> segments() const override { return table_.all(); }
    Result<> scan(uint64_t segment, const ScanEntry& entry) override;
    Result<> release_segment(uint64_t segment) override;
    Result<> put_manifest(Bytes manifest) override;
    Result<std::vector<uint8_t>> get_manifest() override { return directory_->contents(); }
    bool holds_lease(uint32_t) const override { return true; }

private:
    FileStore(FileStoreOptions options, std::unique_ptr<StoreDirectory> directory);
    void give_back(size_t bytes) override { log_.give_back(bytes); }
    void say(LogLevel level, const std::string& text) const;
    void show_report(const RecoveryReport& report) const;
    Result<Bytes> read_one(const Location& location, File& file, std::vector<uint8_t>& bytes);

    const FileStoreOptions options_;
    std::unique_ptr<StoreDirectory> directory_;
    SegmentFiles files_;
    SegmentTable table_;
    LogWriter log_;
    std::unique_ptr<Recovery> recovery_;  // until it is finished
};

}  // namespace winnow
