#pragma once
// Work that a request leaves behind (the rest of a query, of a large batch) is done by whoever
// waits for its reply: a step each time the reply has run dry. So a reader that is slow, or stops,
// holds back the work itself, and no thread is needed for it.
//
//   RequestWork work;
//   { RequestWork::Scope scope(work); dispatch(...); }    what it posts is in `work`
//   while (work.step()) ...
//
// CallerExecutor is the executor of the requests' context: it passes a task on to the work whose
// scope the thread is in, or, for threads that are in none (those of a network), to another
// executor.

#include <memory>

#include "base/executor.h"

namespace winnow::embedded {

// The work of one request; one thread at a time.
class RequestWork {
public:
    // While it lives, what this thread posts belongs to the work. Scopes do not nest.
    class Scope {
    public:
        explicit Scope(RequestWork& work);
        ~Scope();
        Scope(const Scope&) = delete;
        Scope& operator=(const Scope&) = delete;
    };

    bool pending() const { return task_ != nullptr; }
    // One step, in a scope of its own.
    Task::Next step();
    // Gives up what is pending, or hands it to somebody else.
    std::shared_ptr<Task> take() { return std::move(task_); }

private:
    friend class CallerExecutor;
    std::shared_ptr<Task> task_;
    bool woken_ = false;  // while it was being stepped
};

class CallerExecutor : public Executor {
public:
    explicit CallerExecutor(Executor& elsewhere) : elsewhere_(elsewhere) {}
    void post(std::shared_ptr<Task> task) override;
    void wake(const std::shared_ptr<Task>& task) override;

private:
    Executor& elsewhere_;
};

}  // namespace winnow::embedded
