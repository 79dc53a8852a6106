#pragma once
// Queries that run, and the last ones that have ended: for the info commands that show and abort
// them. A job's numbers are written by whoever steps it and read by anyone.

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result_code.h"

namespace winnow {

struct Job {
    // Fixed once started.
    uint64_t task_id = 0;
    std::string ns;
    std::string set;
    std::string index;  // the indexed bin of an index query, else empty
    uint64_t started_ns = 0;
    bool is_short = false;

    std::atomic<uint64_t> records{0};
    std::atomic<uint64_t> filtered_by_metadata{0};
    std::atomic<uint64_t> filtered_by_bins{0};
    std::atomic<int> percent{0};
    std::atomic<bool> abort{false};  // asked to stop at its next step
    std::atomic<bool> done{false};
    std::atomic<ResultCode> result{ResultCode::ok};
    std::atomic<uint64_t> ended_ns{0};
};

// Any thread.
class JobTable {
public:
    static constexpr size_t ended_kept = 100;

    void start(std::shared_ptr<Job> job);
    // Moves the job to the ended ones.
    void end(const std::shared_ptr<Job>& job, ResultCode result, uint64_t now_ns);

    std::shared_ptr<Job> find(uint64_t task_id) const;
    // Running ones first.
    std::vector<std::shared_ptr<Job>> all() const;
    size_t running() const;
    // False if no job of that id runs.
    bool abort(uint64_t task_id);
    // How many were asked to stop.
    size_t abort_all();

private:
    mutable std::mutex mutex_;
    std::vector<std::shared_ptr<Job>> running_;
    std::deque<std::shared_ptr<Job>> ended_;  // the latest first
};

}  // namespace winnow
