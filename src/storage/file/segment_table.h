#pragma once
// The segments of one log: where each begins, how much lies in it and how much of that is current.
//
// Thread rules: any thread; one lock, held briefly.

#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "storage/file/log_buffer.h"
#include "storage/store.h"

namespace winnow {

class SegmentTable {
public:
    // A new segment, after all others.
    void add(const SegmentInfo& info);
    // What recovery has found in a segment that was added.
    void fill(const SegmentInfo& info, Lsn next_lsn);
    // Entries were written to the newest segment.
    void note_written(uint64_t bytes, uint64_t data_bytes);
    void note_dead(std::span<const LogBatch::Dead> dead);
    // Nothing will be added to the newest segment any more.
    void seal(Lsn next_lsn);
    // Entries will be added to the newest segment again.
    void reopen();
    void remove(uint64_t segment);

    std::vector<SegmentInfo> all() const;
    std::optional<SegmentInfo> find(uint64_t segment) const;
    // All segments together.
    SegmentInfo total() const;

private:
    struct Row {
        SegmentInfo info;
        Lsn next_lsn = 0;        // the first LSN behind it; 0: not known, or not sealed
        int64_t live_bytes = 0;  // below zero for a moment, while recovery fills the table
    };
    Row* row_of(uint64_t segment);
    Row* row_of_lsn(Lsn lsn);
    static SegmentInfo shown(const Row& row);

    mutable std::mutex mutex_;
    std::vector<Row> rows_;  // by number, and so by LSN
};

}  // namespace winnow
