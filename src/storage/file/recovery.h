#pragma once
// Reads a log back after a start. The segments are read by as many threads as like to help, each
// segment whole by one of them, the newest first: then what comes later is mostly outdated.
//
// Thread rules: prepare() and finish() by one thread, step() by any number in between.

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "storage/file/format/segment_reader.h"
#include "storage/file/log_writer.h"

namespace winnow {

class Recovery {
public:
    Recovery(SegmentFiles& files, SegmentTable& table, std::string name, uint64_t store_id)
        : files_(files), table_(table), name_(std::move(name)), store_id_(store_id) {}

    // Looks at what is there. The error is one line for the operator, empty if there is none.
    std::string prepare();
    // Reads the next segment; false if there is none left to take.
    bool step(const Store::ScanEntry& entry);
    // When every step has returned: judges, settles the tail, and says where to go on.
    tl::expected<LogStart, std::string> finish();

    const RecoveryReport& report() const { return report_; }
    size_t segments() const { return pieces_.size(); }
    size_t segments_read() const { return read_.load(std::memory_order_relaxed); }

private:
    struct Piece {
        uint64_t number = 0;
        bool is_last = false;
        uint64_t unreadable = 0;   // bytes that the disk did not give; or all of it
        SegmentContents contents;  // without its entries, once they were delivered
        uint64_t entries = 0;
    };

    std::string find_last(std::vector<uint64_t>& numbers);
    std::string look_at_head(uint64_t number);
    std::vector<uint8_t> borrow_image();
    void give_back(std::vector<uint8_t> image);
    void fill_table(const Piece& piece);
    void connect(Piece* before, Piece& piece);
    void report_damage(const Piece& piece);
    std::string settle_tail(const Piece& piece);

    SegmentFiles& files_;
    SegmentTable& table_;
    const std::string name_;
    const uint64_t store_id_;

    std::vector<Piece> pieces_;      // in order; each filled by the thread that took it
    std::vector<uint64_t> spares_;   // blank files of full size behind the last segment
    std::vector<uint64_t> useless_;  // files behind it in which nothing was ever confirmed
    uint64_t next_segment_ = 1;
    RecoveryReport report_;
    std::atomic<size_t> taken_{0};
    std::atomic<size_t> read_{0};
    std::mutex mutex_;
    std::vector<std::vector<uint8_t>> images_;  // guarded by mutex_: memory to be used again
};

}  // namespace winnow
