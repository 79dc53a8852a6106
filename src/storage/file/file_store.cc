#include "storage/file/file_store.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/random.h"
#include "storage/file/format/entry_format.h"

namespace winnow {
namespace {

constexpr size_t damage_lines_max = 20;  // in the log; the report has all

LogOptions log_options(const FileStoreOptions& options, uint64_t store_id) {
    return {.name = options.name,
            .mode = options.mode,
            .interval_ms = options.interval_ms,
            .buffer_max = options.buffer_max,
            .store_id = store_id,
            .report = options.report};
}

}  // namespace

tl::expected<std::unique_ptr<FileStore>, std::string> FileStore::open(FileStoreOptions options) {
    if (options.name.empty() || options.name.size() > namespace_name_length_max)
        return tl::unexpected(fmt::format("\"{}\": a namespace's name has 1 to {} bytes",
                                          options.name, namespace_name_length_max));
    if (options.segment_size < segment_size_min || options.segment_size > segment_size_max)
        return tl::unexpected(
            fmt::format("namespace {}: a segment of {} bytes; {} to {} are "
                        "possible",
                        options.name, options.segment_size, segment_size_min, segment_size_max));
    const uint64_t id = options.new_id != 0 ? options.new_id : system_random();
    auto directory = StoreDirectory::open(*options.files, options.path, options.name, id);
    if (!directory) return tl::unexpected(std::move(directory.error()));
    std::unique_ptr<FileStore> store(new FileStore(std::move(options), std::move(*directory)));
    if (std::string trouble = store->recovery_->prepare(); !trouble.empty())
        return tl::unexpected(std::move(trouble));
    return store;
}

FileStore::FileStore(FileStoreOptions options, std::unique_ptr<StoreDirectory> directory)
    : options_(std::move(options)),
      directory_(std::move(directory)),
      files_(*options_.files, directory_->path(), options_.segment_size),
      log_(files_, table_, *options_.clock, log_options(options_, directory_->store_id())),
      recovery_(std::make_unique<Recovery>(files_, table_, options_.name, directory_->store_id())) {
}

FileStore::~FileStore() {
    if (!recovery_) log_.close();
}

void FileStore::say(LogLevel level, const std::string& text) const {
    options_.report(level, fmt::format("namespace {}: {}", options_.name, text));
}

Result<RecoveryReport> FileStore::finish_recovery() {
    auto start = recovery_->finish();
    RecoveryReport report = recovery_->report();
    show_report(report);
    if (!start) {
        say(LogLevel::error, start.error());
        return fail(ResultCode::server_error, "the log cannot be repaired; see the line before");
    }
    if (auto started = log_.start(*start); !started) {
        say(LogLevel::error, fmt::format("cannot go on writing the log in {}: {}",
                                         directory_->path(), started.error().text()));
        return fail(ResultCode::server_error, "the log cannot be written; see the line before");
    }
    recovery_.reset();
    return report;
}

void FileStore::show_report(const RecoveryReport& report) const {
    if (report.cut_bytes != 0)
        say(LogLevel::info, fmt::format("the log ended in {} bytes that were never confirmed; they "
                                        "are cut",
                                        report.cut_bytes));
    for (size_t i = 0; i < std::min(report.damage.size(), damage_lines_max); i++)
        say(LogLevel::error, report.damage[i]);
    if (!report.damage.empty())
        say(LogLevel::error,
            fmt::format("{} damaged places in the log, at least {} changes lost: records may be "
                        "missing, show an older value, or show although they were deleted",
                        report.damage.size(), report.missing));
}

Result<Reservation> FileStore::reserve(size_t bytes, RoomFor what) {
    auto reserved = log_.reserve(bytes, what);
    if (!reserved) return fail(reserved.error());
    return Reservation(this, *reserved);
}

Lsn FileStore::append(Reservation reservation, const Entry& entry) {
    return log_.append(reservation.take(), entry);
}

void FileStore::note_dead(Lsn lsn, size_t bytes) {
    if (recovery_) {
        const LogBatch::Dead dead{lsn, bytes};
        table_.note_dead({&dead, 1});
    } else {
        log_.note_dead(lsn, bytes);
    }
}

StoreStatus FileStore::status() const {
    StoreStatus status;
    log_.show(status);
    const SegmentInfo total = table_.total();
    status.log_bytes = total.bytes;
    status.data_bytes = total.data_bytes;
    status.live_bytes = total.live_bytes;
    return status;
}

void FileStore::read(std::span<const Location> locations, const ReadDone& done) {
    std::vector<uint8_t> bytes;
    std::unique_ptr<File> file;
    uint64_t open_segment = 0;
    for (size_t i = 0; i < locations.size(); i++) {
        if (file == nullptr || locations[i].segment != open_segment) {
            auto opened = files_.open(locations[i].segment, OpenMode::read);
            if (!opened) {
                done(i, fail(ResultCode::server_error, "a segment of the log cannot be opened"));
                continue;
            }
            file = std::move(*opened);
            open_segment = locations[i].segment;
        }
        done(i, read_one(locations[i], *file, bytes));
    }
}

// Views `bytes`.
Result<Bytes> FileStore::read_one(const Location& location, File& file,
                                  std::vector<uint8_t>& bytes) {
    if (location.size > segment_size_max)
        return fail(ResultCode::server_error, "no entry of the log is that large");
    bytes.resize(location.size);
    auto count = file.read_at(location.offset, bytes);
    if (!count || *count != location.size)
        return fail(ResultCode::server_error, "the log cannot be read");
    const EntryPlace place{directory_->store_id(), location.segment, location.offset};
    auto head = read_head(bytes, place);
    if (!head || !body_is_whole(*head, bytes, place))
        return fail(ResultCode::server_error, "an entry of the log is damaged");
    auto entry = decode_entry(*head, bytes);
    if (!entry || entry->version.empty())
        return fail(ResultCode::not_found, "the entry of the log holds no version");
    return entry->version;
}

Result<> FileStore::scan(uint64_t segment, const ScanEntry& entry) {
    auto info = table_.find(segment);
    if (!info) return fail(ResultCode::not_found, "no segment of that number");
    std::vector<uint8_t> bytes;
    auto unreadable = files_.read(segment, bytes);
    if (!unreadable) return fail(ResultCode::server_error, "the segment cannot be read");
    // One that grows ends where the writer is.
    SegmentImage image{directory_->store_id(), segment, bytes, !info->sealed};
    SegmentContents contents = read_segment(image);
    deliver(image, contents, entry);
    if (*unreadable != 0 || !contents.holes.empty() || contents.empty())
        return fail(ResultCode::server_error, "the segment is damaged");
    return {};
}

Result<> FileStore::release_segment(uint64_t segment) {
    auto info = table_.find(segment);
    if (!info) return fail(ResultCode::not_found, "no segment of that number");
    if (!info->sealed) return fail(ResultCode::parameter, "the segment is still written to");
    if (auto removed = files_.remove(segment); !removed) {
        // It may come back with a power cut; what counts on its absence must not go on.
        log_.give_up(fmt::format("removing {} failed", files_.path_of(segment)), removed.error());
        return fail(ResultCode::server_error, "the segment could not be removed");
    }
    table_.remove(segment);
    log_.room_was_made();
    return {};
}

Result<> FileStore::put_manifest(Bytes manifest) {
    if (log_.failed())
        return fail(ResultCode::forbidden, "the namespace is read-only since its log failed");
    if (manifest.size() > manifest_contents_max)
        return fail(ResultCode::parameter, "the catalog is too large");
    if (auto put = directory_->put_contents(manifest); !put) {
        say(LogLevel::error, fmt::format("writing the manifest in {} failed: {}",
                                         directory_->path(), put.error().text()));
        return fail(
            put.error().number == ENOSPC ? ResultCode::out_of_space : ResultCode::server_error,
            "the catalog could not be stored; see the server's log");
    }
    return {};
}

}  // namespace winnow
