#pragma once
// Background work is a step() that somebody drives: threads in the server, the caller when
// embedded, a seeded loop in the simulation. Engine and storage start no thread themselves.

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace winnow {

class Task {
public:
    enum class Next {
        again,  // more to do: step again, after the others have had their turn
        later,  // nothing to do just now: step again after some delay of the executor's choice
        done,   // finished: the task is dropped
    };
    virtual ~Task() = default;
    // Does a bounded piece of work (aim: under a millisecond). Called by one thread at a time.
    virtual Next step() = 0;
};

class Executor {
public:
    virtual ~Executor() = default;
    // Takes the task over and steps it until it is done. Any thread.
    virtual void post(std::shared_ptr<Task> task) = 0;
    // Has a task that answered `later` stepped again soon. A wake during a step counts for the
    // answer of that step; one for a task that is ready or done does nothing. Any thread.
    virtual void wake(const std::shared_ptr<Task>& task) = 0;
};

// Steps tasks in the thread of the caller of run(): for embedded use and tests. With a seed the
// order is random but replays from the seed; without one it is round robin. Not thread-safe.
class LocalExecutor : public Executor {
public:
    explicit LocalExecutor(uint64_t seed = 0) : state_(seed) {}
    void post(std::shared_ptr<Task> task) override { tasks_.push_back(std::move(task)); }
    void wake(const std::shared_ptr<Task>& task) override;
    // Steps one task once; false if there is none that is not waiting.
    bool run_one();
    // Steps until every task is done or waiting.
    void run_until_idle();
    size_t size() const { return tasks_.size() + waiting_.size(); }

private:
    size_t pick();

    uint64_t state_;
    std::deque<std::shared_ptr<Task>> tasks_;
    std::vector<std::shared_ptr<Task>> waiting_;  // answered `later`; retried by the next run
    Task* stepping_ = nullptr;
    bool woken_ = false;  // the task that is being stepped
};

}  // namespace winnow
