#include "storage/file/segment_table.h"

#include <algorithm>

namespace winnow {

void SegmentTable::add(const SegmentInfo& info) {
    std::lock_guard hold(mutex_);
    CHECK(rows_.empty() || rows_.back().info.segment < info.segment);
    rows_.push_back({info, 0, static_cast<int64_t>(info.live_bytes)});
}

void SegmentTable::fill(const SegmentInfo& info, Lsn next_lsn) {
    std::lock_guard hold(mutex_);
    Row* row = row_of(info.segment);
    CHECK(row != nullptr);
    row->info = info;
    row->next_lsn = next_lsn;
    row->live_bytes += static_cast<int64_t>(info.live_bytes);
}

void SegmentTable::note_written(uint64_t bytes, uint64_t data_bytes) {
    std::lock_guard hold(mutex_);
    Row& row = rows_.back();
    row.info.bytes += bytes;
    row.info.data_bytes += data_bytes;
    row.live_bytes += static_cast<int64_t>(data_bytes);
}

void SegmentTable::note_dead(std::span<const LogBatch::Dead> dead) {
    if (dead.empty()) return;
    std::lock_guard hold(mutex_);
    for (const LogBatch::Dead& each : dead)
        if (Row* row = row_of_lsn(each.lsn)) row->live_bytes -= static_cast<int64_t>(each.bytes);
}

void SegmentTable::seal(Lsn next_lsn) {
    std::lock_guard hold(mutex_);
    rows_.back().info.sealed = true;
    rows_.back().next_lsn = next_lsn;
}

void SegmentTable::reopen() {
    std::lock_guard hold(mutex_);
    rows_.back().info.sealed = false;
    rows_.back().next_lsn = 0;
}

void SegmentTable::remove(uint64_t segment) {
    std::lock_guard hold(mutex_);
    std::erase_if(rows_, [&](const Row& row) { return row.info.segment == segment; });
}

std::vector<SegmentInfo> SegmentTable::all() const {
    std::lock_guard hold(mutex_);
    std::vector<SegmentInfo> result;
    result.reserve(rows_.size());
    for (const Row& row : rows_) result.push_back(shown(row));
    return result;
}

std::optional<SegmentInfo> SegmentTable::find(uint64_t segment) const {
    std::lock_guard hold(mutex_);
    for (const Row& row : rows_)
        if (row.info.segment == segment) return shown(row);
    return std::nullopt;
}

SegmentInfo SegmentTable::total() const {
    SegmentInfo sum;
    for (const SegmentInfo& each : all()) {
        sum.bytes += each.bytes;
        sum.data_bytes += each.data_bytes;
        sum.live_bytes += each.live_bytes;
    }
    return sum;
}

SegmentTable::Row* SegmentTable::row_of(uint64_t segment) {
    auto at = std::find_if(rows_.begin(), rows_.end(),
                           [&](const Row& row) { return row.info.segment == segment; });
    return at == rows_.end() ? nullptr : &*at;
}

// Segments that are gone leave gaps: an LSN may lie in none.
SegmentTable::Row* SegmentTable::row_of_lsn(Lsn lsn) {
    auto after = std::upper_bound(rows_.begin(), rows_.end(), lsn, [](Lsn value, const Row& row) {
        return value < row.info.first_lsn;
    });
    if (after == rows_.begin()) return nullptr;
    Row& row = *(after - 1);
    return row.next_lsn == 0 || lsn < row.next_lsn ? &row : nullptr;
}

SegmentInfo SegmentTable::shown(const Row& row) {
    SegmentInfo info = row.info;
    info.live_bytes = static_cast<uint64_t>(std::max<int64_t>(row.live_bytes, 0));
    return info;
}

}  // namespace winnow
