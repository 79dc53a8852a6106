#include "storage/file/recovery.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace winnow {
namespace {

uint64_t data_bytes_of(const SegmentContents& contents) {
    uint64_t bytes = 0;
    for (const FoundEntry& entry : contents.entries)
        if (entry.head.kind == static_cast<uint8_t>(EntryKind::version) ||
            entry.head.kind == static_cast<uint8_t>(EntryKind::relocated))
            bytes += entry.head.body_size - entry.head.set_length;
    return bytes;
}

}  // namespace

std::string Recovery::prepare() {
    auto numbers = files_.numbers();
    if (!numbers) return fmt::format("cannot read the log's directory: {}", numbers.error().text());
    if (!numbers->empty()) next_segment_ = numbers->back() + 1;
    if (std::string trouble = find_last(*numbers); !trouble.empty()) return trouble;
    for (uint64_t number : *numbers) {
        pieces_.push_back({.number = number, .is_last = number == numbers->back(), .contents = {}});
        if (std::string trouble = look_at_head(number); !trouble.empty()) return trouble;
    }
    return "";
}

// Takes from the end of the list what was made but never begun, or begun and never confirmed.
std::string Recovery::find_last(std::vector<uint64_t>& numbers) {
    std::vector<uint8_t> image = borrow_image();
    while (!numbers.empty()) {
        const uint64_t number = numbers.back();
        auto unreadable = files_.read(number, image);
        if (!unreadable)
            return fmt::format("cannot read {}: {}. Check the disk and the rights of the file",
                               files_.path_of(number), unreadable.error().text());
        if (*unreadable != 0) break;
        const bool blank = is_blank(image);
        if (!blank) {
            SegmentContents contents = read_segment({store_id_, number, image, true});
            if (!contents.empty()) break;
            report_.cut_bytes += contents.cut_bytes;
        }
        const bool spare = blank && image.size() == files_.size();
        (spare ? spares_ : useless_).push_back(number);
        numbers.pop_back();
    }
    std::reverse(spares_.begin(), spares_.end());
    give_back(std::move(image));
    return "";
}

// Refuses what another store or another program wrote; whatever else is wrong is damage, for later.
std::string Recovery::look_at_head(uint64_t number) {
    std::array<uint8_t, segment_head_size> bytes{};
    auto file = files_.open(number, OpenMode::read);
    if (file) (void)(*file)->read_at(0, bytes);
    auto head = decode_segment_head(bytes);
    SegmentInfo info{.segment = number, .sealed = true};
    if (head) {
        if (head->format_version != segment_format_version)
            return fmt::format(
                "{} has format version {}, and this program knows only {}. Use the "
                "version of the program that wrote it",
                files_.path_of(number), head->format_version, segment_format_version);
        if (head->store_id != store_id_ || head->number != number || head->name != name_)
            return fmt::format("{} is segment {} of another store (namespace {}). Move it away",
                               files_.path_of(number), head->number, head->name);
        info.first_lsn = head->first_lsn;
    } else if (auto all = table_.all(); !all.empty()) {
        info.first_lsn = all.back().first_lsn;
    }
    table_.add(info);
    return "";
}

std::vector<uint8_t> Recovery::borrow_image() {
    std::lock_guard hold(mutex_);
    if (images_.empty()) return {};
    std::vector<uint8_t> image = std::move(images_.back());
    images_.pop_back();
    return image;
}

void Recovery::give_back(std::vector<uint8_t> image) {
    std::lock_guard hold(mutex_);
    images_.push_back(std::move(image));
}

bool Recovery::step(const Store::ScanEntry& entry) {
    const size_t taken = taken_.fetch_add(1, std::memory_order_relaxed);
    if (taken >= pieces_.size()) return false;
    Piece& piece = pieces_[pieces_.size() - 1 - taken];
    std::vector<uint8_t> bytes = borrow_image();
    auto unreadable = files_.read(piece.number, bytes);
    if (!unreadable) bytes.clear();
    piece.unreadable = unreadable ? *unreadable : files_.size();
    SegmentImage image{store_id_, piece.number, bytes, piece.is_last};
    piece.contents = read_segment(image);
    fill_table(piece);
    deliver(image, piece.contents, entry);
    piece.entries = piece.contents.entries.size();
    piece.contents.entries = {};
    give_back(std::move(bytes));
    read_.fetch_add(1, std::memory_order_relaxed);
    return true;
}

void Recovery::fill_table(const Piece& piece) {
    const SegmentContents& contents = piece.contents;
    if (contents.first_lsn == 0) return;
    const uint64_t data = data_bytes_of(contents);
    const uint64_t begin = segment_head_size;
    table_.fill({.segment = piece.number,
                 .first_lsn = contents.first_lsn,
                 .bytes = contents.end - begin,
                 .data_bytes = data,
                 .live_bytes = data,
                 .sealed = true},
                contents.next_lsn);
}

tl::expected<LogStart, std::string> Recovery::finish() {
    LogStart start{.next_segment = next_segment_, .spares = spares_};
    for (size_t i = 0; i < pieces_.size(); i++) {
        Piece& piece = pieces_[i];
        connect(i > 0 ? &pieces_[i - 1] : nullptr, piece);
        report_.segments++;
        report_.entries += piece.entries;
        report_.bytes += piece.contents.end - segment_head_size;
        report_.cut_bytes += piece.contents.cut_bytes;
        start.next_lsn = std::max(start.next_lsn, piece.contents.next_lsn);
        // Above all that may lie in what could not be read.
        if (piece.is_last && !piece.contents.closed)
            start.next_lsn += piece.unreadable / entry_head_size;
    }
    for (const Piece& piece : pieces_) report_damage(piece);
    report_.next_lsn = start.next_lsn;
    if (!pieces_.empty()) {
        const Piece& last = pieces_.back();
        if (std::string trouble = settle_tail(last); !trouble.empty())
            return tl::unexpected(std::move(trouble));
        if (last.contents.head && !last.contents.sealed && last.unreadable == 0) {
            start.active = last.number;
            start.active_end = last.contents.end;
            table_.reopen();
        }
    }
    for (uint64_t number : useless_)
        if (auto removed = files_.remove(number); !removed)
            return tl::unexpected(
                fmt::format("cannot remove {}: {}. Check the disk and the rights "
                            "of the directory",
                            files_.path_of(number), removed.error().text()));
    return start;
}

// What two neighbours tell about the border between them. Released segments leave gaps that tell
// nothing.
void Recovery::connect(Piece* before, Piece& piece) {
    Lsn first = piece.number == 1 ? 1 : 0;  // of the segment, as its neighbour knows it
    if (before != nullptr && before->number + 1 == piece.number) {
        SegmentContents& contents = before->contents;
        if (!contents.holes.empty() && contents.holes.back().next == 0)
            contents.holes.back().next = piece.contents.first_lsn;
        else if (contents.sealed)
            first = contents.next_lsn;
    }
    if (piece.contents.head || first == 0 || piece.contents.holes.empty()) return;
    Hole& front = piece.contents.holes.front();
    if (front.offset == segment_head_size) front.first_missing = first;
}

void Recovery::report_damage(const Piece& piece) {
    const std::string file = segment_file_name(piece.number);
    const SegmentContents& contents = piece.contents;
    if (piece.unreadable != 0)
        report_.damage.push_back(
            fmt::format("{}: the disk could not read {} bytes", file, piece.unreadable));
    if (contents.empty())
        report_.damage.push_back(
            fmt::format("{}: nothing in it can be read; all its changes are "
                        "lost",
                        file));
    else if (!contents.head)
        report_.damage.push_back(
            fmt::format("{}: its head is damaged; no change is lost by that", file));
    for (const Hole& hole : contents.holes) {
        const std::string place =
            fmt::format("{}: damaged at offset {}, {} bytes", file, hole.offset, hole.bytes);
        if (hole.missing() != 0)
            report_.damage.push_back(fmt::format("{}; {} changes are lost, LSN {} to {}", place,
                                                 hole.missing(), hole.first_missing,
                                                 hole.next - 1));
        else if (hole.next == 0 || hole.first_missing == 0)
            report_.damage.push_back(
                fmt::format("{}; an unknown number of changes is lost", place));
        else
            report_.damage.push_back(fmt::format("{}; no change is lost by that", place));
        report_.missing += hole.missing();
    }
}

// Makes sure that the last segment is on the disk as it was read, without its torn tail.
//
// What a process that was killed had not synced can be read, but may be lost with the power; after
// a sync that failed the system may even take it for written. So what was read is written again.
// And what was cut must not come back when entries follow it one day. A clean close needs neither.
std::string Recovery::settle_tail(const Piece& piece) {
    const SegmentContents& contents = piece.contents;
    if (contents.closed && contents.cut_bytes == 0) return "";
    auto settle = [&]() -> IoResult<> {
        std::vector<uint8_t> bytes = borrow_image();
        if (auto unreadable = files_.read(piece.number, bytes); !unreadable)
            return tl::unexpected(unreadable.error());
        auto file = files_.open(piece.number, OpenMode::write);
        if (!file) return tl::unexpected(file.error());
        const uint64_t end = contents.end + contents.cut_bytes;
        std::fill_n(bytes.begin() + static_cast<ptrdiff_t>(contents.end), contents.cut_bytes,
                    uint8_t{0});
        if (auto done = write_all(**file, 0, Bytes(bytes).first(end)); !done) return done;
        return (*file)->sync_data();
    };
    if (auto settled = settle(); !settled)
        return fmt::format(
            "cannot repair the end of {}: {}. Check the disk and the rights of the "
            "file",
            files_.path_of(piece.number), settled.error().text());
    return "";
}

}  // namespace winnow
