#pragma once
// An executor of threads: background jobs and long queries take turns, a step at a time, so none
// holds a thread for long and none is forgotten.
//
// A task that answered `again` goes behind all others that are ready. One that answered `later` is
// stepped again after 10 ms, then 20, doubling up to a second while it keeps answering `later`, or
// at once when somebody wakes it.

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/executor.h"

namespace winnow {

// All functions may be called by any thread.
class ThreadPool final : public Executor {
public:
    explicit ThreadPool(size_t threads);
    ~ThreadPool() override;  // stops

    // Posting a task that is already here has it stepped once more at least. Dropped if the pool
    // has been stopped.
    void post(std::shared_ptr<Task> task) override;
    void wake(const std::shared_ptr<Task>& task) override;

    // Lets the steps that are running end, joins the threads and drops all tasks. Not from a step.
    void stop();

    // Tasks that are not done.
    size_t size() const;

    static constexpr uint32_t first_delay_ms = 10;
    static constexpr uint32_t last_delay_ms = 1'000;

private:
    enum class State { ready, stepping, waiting };
    struct Entry {
        std::shared_ptr<Task> task;
        State state = State::ready;
        bool woken = false;         // while it was being stepped,
        bool posted_again = false;  // or even posted anew
        uint32_t delay_ms = first_delay_ms;
        uint64_t due_ns = 0;
    };

    void work();
    void wait_for_work(std::unique_lock<std::mutex>& lock);
    void step(Entry& entry, std::unique_lock<std::mutex>& lock);
    void make_ready(Entry& entry);
    void wake_entry(Entry& entry);

    mutable std::mutex mutex_;
    std::condition_variable work_arrived_;
    std::unordered_map<Task*, Entry> entries_;  // addresses of entries are stable
    std::deque<Entry*> ready_;
    std::set<std::pair<uint64_t, Entry*>> waiting_;  // by when they are due
    size_t idle_threads_ = 0;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace winnow
