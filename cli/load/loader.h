#pragma once
// Writes rows to the server, in batches, several at a time.
//
// One thread adds records; it waits while all workers are busy and as many batches are queued, so
// that a fast file does not fill the memory. Workers parse their rows themselves. Rows of one key
// that are close to each other in the file may be written in either order.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "cli/load/csv.h"
#include "cli/load/plan.h"
#include "cli/load/rejections.h"
#include "client/client.h"

namespace winnow::cli {

class Loader {
public:
    // All outlive it.
    Loader(const client::Client& client, const LoadPlan& plan, Rejections& rejections,
           size_t threads);
    ~Loader();

    // True if a batch was handed on. Trouble: the server does not take any more; rows before
    // this one may be lost.
    Answer<bool> add(const CsvRecord& record);
    // Waits for all.
    Answer<> finish();
    uint64_t loaded() const { return loaded_.load(std::memory_order_relaxed); }

private:
    struct Batch {
        struct Row {
            size_t begin, size;  // in text
            uint64_t line, number;
            std::string_view of(const std::string& all) const {
                return std::string_view(all).substr(begin, size);
            }
        };
        std::string text;
        std::vector<Row> rows;
    };

    Answer<> hand_on();
    void work();
    std::optional<Batch> take();
    Answer<> write(const Batch& batch, RowReader& reader);
    void stop();

    const client::Client& client_;
    const LoadPlan& plan_;
    Rejections& rejections_;
    Batch filling_;
    uint64_t rows_seen_ = 0;
    std::atomic<uint64_t> loaded_{0};

    std::mutex mutex_;
    std::condition_variable changed_;
    // Guarded by mutex_.
    std::deque<Batch> queue_;
    bool ending_ = false;
    std::optional<Trouble> trouble_;

    std::vector<std::thread> workers_;
};

}  // namespace winnow::cli
