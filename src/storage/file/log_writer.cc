#include "storage/file/log_writer.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>

#include "storage/file/format/entry_format.h"

namespace winnow {
namespace {

constexpr size_t spares_wanted = 2;
constexpr uint64_t retry_every_ns = 500'000'000;
// Under `interval` so much is written without waiting for the time.
constexpr size_t write_at_bytes = 1 << 20;

bool is_lack_of_room(IoError error) {
    return error.number == ENOSPC || error.number == EDQUOT;
}

uint64_t room_in_segment(uint64_t size) {
    return size - segment_head_size - entry_head_size;  // a mark ends it
}

}  // namespace

LogWriter::LogWriter(SegmentFiles& files, SegmentTable& table, const Clock& clock,
                     LogOptions options)
    : files_(files),
      table_(table),
      clock_(clock),
      options_(std::move(options)),
      room_(room_in_segment(files.size()), options_.buffer_max) {}

IoResult<> LogWriter::start(const LogStart& start) {
    buffer_.start(start.next_lsn);
    written_ = start.next_lsn - 1;
    durable_.store(written_, std::memory_order_release);
    next_segment_ = start.next_segment;
    for (uint64_t number : start.spares) {
        auto file = files_.open(number, OpenMode::write);
        if (!file) return tl::unexpected(file.error());
        spares_.push_back({std::move(*file), number});
    }
    if (start.active != 0) {
        auto file = files_.open(start.active, OpenMode::write);
        if (!file) return tl::unexpected(file.error());
        auto size = (*file)->size();
        if (!size) return tl::unexpected(size.error());
        active_ = {std::move(*file), start.active, start.active_end, *size, true};
        active_number_.store(start.active, std::memory_order_relaxed);
    }
    keep_spares();
    return {};
}

// ---- any thread ---------------------------------------------------------------------------------

Result<size_t> LogWriter::reserve(size_t bytes, RoomFor what) {
    const size_t all = bytes + entry_overhead_max;
    WINNOW_TRY(room_.take(all, what));
    return all;
}

Lsn LogWriter::append(size_t reserved, const Entry& entry) {
    const LogBuffer::Appended appended = buffer_.append(entry, reserved);
    // Whoever finds it asleep rings, once.
    if (appended.buffered >= ring_at_.load(std::memory_order_acquire)) [[unlikely]]
        if (ring_at_.exchange(SIZE_MAX, std::memory_order_acq_rel) != SIZE_MAX) ring();
    return appended.lsn;
}

uint64_t LogWriter::seal() {
    uint64_t number = active_number_.load(std::memory_order_relaxed);
    seal_wanted_.store(true, std::memory_order_relaxed);
    ring();
    return number;
}

void LogWriter::room_was_made() {
    spare_wanted_.store(true, std::memory_order_relaxed);
    ring();
}

void LogWriter::give_up(const std::string& what, IoError error) {
    if (failed_.exchange(true, std::memory_order_acq_rel)) return;
    room_.close();
    buffer_.discard();
    const std::string text = fmt::format("{}: {}", what, error.text());
    {
        std::lock_guard hold(status_mutex_);
        status_.state = StoreStatus::State::read_only;
        status_.trouble = text;
    }
    options_.report(LogLevel::error,
                    fmt::format("namespace {}: {}. Read-only from now on; changes that were not "
                                "confirmed are in doubt. Check the disk, then restart",
                                options_.name, text));
    if (on_durable_) on_durable_(durable());
}

void LogWriter::show(StoreStatus& status) const {
    std::lock_guard hold(status_mutex_);
    status = status_;
    if (status.state == StoreStatus::State::open && room_.is_full())
        status.state = StoreStatus::State::full;
}

void LogWriter::ring() {
    {
        std::lock_guard hold(sleep_mutex_);
        rung_ = true;
    }
    sleep_.notify_one();
}

void LogWriter::stop() {
    {
        std::lock_guard hold(sleep_mutex_);
        stopping_ = true;
    }
    sleep_.notify_one();
}

// ---- the log thread -----------------------------------------------------------------------------

bool LogWriter::step() {
    if (failed()) return false;
    keep_spares();
    if (batch_.empty()) batch_ = buffer_.take();
    const bool had_work = !batch_.empty(), was_stalled = stalled_;
    if (!place_batch()) return false;
    if (was_stalled) note_trouble("");
    room_.give_back(batch_.reserved);
    table_.note_dead(batch_.dead);
    buffer_.recycle(std::exchange(batch_, {}));
    cursor_ = {};
    if (seal_wanted_.exchange(false, std::memory_order_relaxed) && active_.begun && !roll())
        return true;
    if (sync_is_due() && !sync()) return true;
    keep_spares();
    return had_work;
}

void LogWriter::close() {
    if (failed()) return;
    while (step()) {
    }
    if (stalled_)
        options_.report(LogLevel::error,
                        fmt::format("namespace {}: closed without room on the disk for the last {} "
                                    "bytes of the log: unconfirmed changes are lost",
                                    options_.name, batch_.bytes));
    if (stalled_ || failed() || !sync() || !active_.begun) return;
    const bool fits = room_in_active() >= entry_head_size;
    if (write_mark(fits ? kind_closed : kind_sealed)) (void)sync();
}

// Writes what is left of the batch, segment by segment. False if it could not: it will be tried
// again, or the log has failed.
bool LogWriter::place_batch() {
    stalled_ = false;
    while (cursor_.piece < batch_.pieces.size()) {
        if (active_.file == nullptr) keep_spares();
        if (active_.file == nullptr) {
            stalled_ = true;
            return false;
        }
        const Run run = next_run();
        CHECK(run.bytes != 0 || active_.begun);  // an empty segment holds whatever was promised
        if (run.bytes != 0 && !write_run(run)) return false;
        if (cursor_.piece < batch_.pieces.size() && !roll()) return false;
    }
    update_room();
    return true;
}

// Seals as many entries as fit into the segment.
LogWriter::Run LogWriter::next_run() {
    Run run;
    run.next = cursor_;
    const uint64_t room = room_in_active();
    while (run.next.piece < batch_.pieces.size()) {
        std::span<uint8_t> piece = batch_.pieces[run.next.piece];
        size_t at = run.next.offset;
        while (at < piece.size()) {
            const EntryHead head = head_of(piece.data() + at);
            const size_t size = head.size();
            if (run.bytes + size > room) break;
            seal_entry(piece.data() + at,
                       {options_.store_id, active_.number, active_.offset + run.bytes}, durable());
            run.bytes += size;
            if (head.kind == static_cast<uint8_t>(EntryKind::version) ||
                head.kind == static_cast<uint8_t>(EntryKind::relocated))
                run.data_bytes += head.body_size - head.set_length;
            run.last_lsn = head.lsn;
            at += size;
        }
        run.pieces.push_back(piece.subspan(run.next.offset, at - run.next.offset));
        if (at < piece.size()) {
            run.next.offset = at;
            break;
        }
        run.next = {run.next.piece + 1, 0};
    }
    return run;
}

bool LogWriter::write_run(const Run& run) {
    std::array<uint8_t, segment_head_size> head;
    std::vector<Bytes> pieces;
    if (!active_.begun) {
        encode_segment_head({.number = active_.number,
                             .first_lsn = written_ + 1,
                             .store_id = options_.store_id,
                             .begun_ms = clock_.now_ms(),
                             .name = options_.name},
                            head.data());
        pieces.push_back(head);
    }
    pieces.insert(pieces.end(), run.pieces.begin(), run.pieces.end());
    const uint64_t from = active_.begun ? active_.offset : 0;
    auto written = write_all(*active_.file, from, pieces);
    if (!written) {
        if (is_lack_of_room(written.error())) {
            // As room was allocated this is a file system that copies on write.
            stalled_ = true;
            retry_ns_ = clock_.monotonic_ns() + retry_every_ns;
            note_trouble(fmt::format("writing the log: {}", written.error().text()));
        } else {
            give_up("writing the log failed", written.error());
        }
        return false;
    }
    if (!active_.begun) {
        table_.add({.segment = active_.number, .first_lsn = written_ + 1});
        active_.begun = true;
    }
    table_.note_written(run.bytes, run.data_bytes);
    active_.offset += run.bytes;
    written_ = run.last_lsn;
    cursor_ = run.next;
    {
        std::lock_guard hold(status_mutex_);
        status_.written_bytes += run.bytes;
    }
    if (unsynced_since_ns_ == 0) unsynced_since_ns_ = std::max<uint64_t>(clock_.monotonic_ns(), 1);
    return true;
}

bool LogWriter::write_mark(uint8_t kind) {
    std::array<uint8_t, entry_head_size> mark;
    encode_mark(kind, written_ + 1, mark.data());
    seal_entry(mark.data(), {options_.store_id, active_.number, active_.offset}, durable());
    if (auto written = write_all(*active_.file, active_.offset, mark); !written) {
        give_up("writing the log failed", written.error());
        return false;
    }
    active_.offset += mark.size();
    table_.note_written(mark.size(), 0);
    if (unsynced_since_ns_ == 0) unsynced_since_ns_ = std::max<uint64_t>(clock_.monotonic_ns(), 1);
    return true;
}

// Ends the segment and makes it durable; the next one is begun by the next write.
bool LogWriter::roll() {
    if (active_.begun) {
        if (!write_mark(kind_sealed) || !sync()) return false;
        table_.seal(written_ + 1);
        active_ = {};
    }
    activate();
    return true;
}

bool LogWriter::sync_is_due() const {
    if (unsynced_since_ns_ == 0) return false;
    if (options_.mode == SyncMode::commit) return true;
    return clock_.monotonic_ns() >= sync_due_ns();
}

bool LogWriter::sync() {
    if (unsynced_since_ns_ == 0) return true;
    const uint64_t before = clock_.monotonic_ns();
    if (auto synced = active_.file->sync_data(); !synced) {
        give_up("syncing the log failed", synced.error());
        return false;
    }
    const uint64_t took = clock_.monotonic_ns() - before;
    unsynced_since_ns_ = 0;
    {
        std::lock_guard hold(status_mutex_);
        status_.syncs++;
        status_.sync_ns += took;
        status_.sync_ns_max = std::max(status_.sync_ns_max, took);
        status_.last_sync_ms = clock_.now_ms();
    }
    if (written_ == durable()) return true;
    durable_.store(written_, std::memory_order_release);
    if (on_durable_) on_durable_(written_);
    return true;
}

// Takes the next spare into use, if there is one.
void LogWriter::activate() {
    if (spares_.empty()) return;
    Spare next = std::move(spares_.front());
    spares_.pop_front();
    active_ = {std::move(next.file), next.number, segment_head_size, files_.size(), false};
    active_number_.store(next.number, std::memory_order_relaxed);
}

// Makes segments that are ready to be written, one more than are needed soon.
void LogWriter::keep_spares() {
    const bool again = spare_wanted_.exchange(false, std::memory_order_relaxed);
    if (retry_ns_ != 0 && !again && clock_.monotonic_ns() < retry_ns_) return;
    retry_ns_ = 0;
    std::string trouble;
    for (;;) {
        if (active_.file == nullptr) activate();
        if (spares_.size() >= spares_wanted) break;
        auto file = files_.make(next_segment_);
        if (!file) {
            retry_ns_ = clock_.monotonic_ns() + retry_every_ns;
            trouble =
                fmt::format("making {}: {}", files_.path_of(next_segment_), file.error().text());
            break;
        }
        spares_.push_back({std::move(*file), next_segment_++});
    }
    if (!trouble.empty() || !stalled_) note_trouble(trouble);
    update_room();
}

uint64_t LogWriter::room_in_active() const {
    if (active_.file == nullptr) return 0;
    const uint64_t used = active_.offset + entry_head_size;
    return active_.capacity > used ? active_.capacity - used : 0;
}

void LogWriter::update_room() {
    room_.set_free(room_in_active() + spares_.size() * room_in_segment(files_.size()));
}

// Keeps the words and says them once; empty: it is over.
void LogWriter::note_trouble(const std::string& text) {
    bool begins, ends;
    {
        std::lock_guard hold(status_mutex_);
        begins = status_.trouble.empty() && !text.empty();
        ends = !status_.trouble.empty() && text.empty();
        status_.trouble = text;
    }
    if (begins)
        options_.report(
            LogLevel::warning,
            fmt::format("namespace {}: {}. When the room that is left is used up, writes "
                        "are refused, while reads and deletes go on. Free some space",
                        options_.name, text));
    if (ends)
        options_.report(LogLevel::info,
                        fmt::format("namespace {}: the log has room again", options_.name));
}

uint64_t LogWriter::sync_due_ns() const {
    return unsynced_since_ns_ + options_.interval_ms * uint64_t{1'000'000};
}

// When to go on if nobody rings; UINT64_MAX: never.
uint64_t LogWriter::wake_up_ns() const {
    uint64_t at = retry_ns_ != 0 ? retry_ns_ : UINT64_MAX;
    if (unsynced_since_ns_ != 0 && options_.mode == SyncMode::interval)
        at = std::min(at, sync_due_ns());
    return at;
}

bool LogWriter::has_work() {
    if (failed()) return false;
    if (spare_wanted_.load(std::memory_order_relaxed)) return true;
    if (seal_wanted_.load(std::memory_order_relaxed)) return true;
    if (clock_.monotonic_ns() >= wake_up_ns()) return true;
    if (stalled_) return false;  // until wake_up_ns()
    const size_t needed =
        options_.mode == SyncMode::interval && unsynced_since_ns_ != 0 ? write_at_bytes : 1;
    ring_at_.store(needed, std::memory_order_release);
    // An append that does not see ring_at_ comes before this look: both hold the buffer's lock.
    return buffer_.buffered() >= needed;
}

bool LogWriter::wait() {
    const bool work = has_work();
    std::unique_lock hold(sleep_mutex_);
    auto woken = [&] { return rung_ || stopping_; };
    if (!work) {
        const uint64_t at = wake_up_ns(), now = clock_.monotonic_ns();
        if (at == UINT64_MAX)
            sleep_.wait(hold, woken);
        else if (at > now)
            sleep_.wait_for(hold, std::chrono::nanoseconds(at - now), woken);
    }
    rung_ = false;
    ring_at_.store(SIZE_MAX, std::memory_order_relaxed);
    return !stopping_;
}

}  // namespace winnow
