#pragma once
// What an embedded database does behind its callers' backs: builds large indexes, frees expired and
// truncated records. One thread at most, and none before there is work: a task's first step runs in
// the thread that posts it, and if it answers `later`, as expiry does, nothing is started.
//
// There is no timer either. Tasks that wait are stepped again when somebody wakes them, or when
// someone calls wake_waiting(): the database does so with the requests it gets, once a period of
// expiry. Idle, it costs nothing.

#include <condition_variable>
#include <list>
#include <memory>
#include <mutex>
#include <thread>

#include "base/executor.h"

namespace winnow::embedded {

// Any thread.
class Background final : public Executor {
public:
    Background() = default;
    ~Background() override;  // stops
    Background(const Background&) = delete;
    Background& operator=(const Background&) = delete;

    // Steps the task once before it returns. Ignored if stopped.
    void post(std::shared_ptr<Task> task) override;
    void wake(const std::shared_ptr<Task>& task) override;
    void wake_waiting();

    // Lets the step that is running end, joins the thread, drops all tasks. Not from a step.
    void stop();

    bool has_thread() const;

private:
    enum class State { ready, stepping, waiting };
    struct Entry {
        std::shared_ptr<Task> task;
        State state = State::ready;
        bool woken = false;  // while it was being stepped
    };
    using Entries = std::list<Entry>;  // those that are ready in the order of their turns

    void run();
    void step(Entries::iterator entry, std::unique_lock<std::mutex>& lock);
    void wake_entry(Entry& entry);
    void make_ready(Entry& entry);
    Entries::iterator next_ready();

    mutable std::mutex mutex_;  // guards all below
    std::condition_variable work_arrived_;
    Entries entries_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace winnow::embedded
