#include "base/executor.h"

#include <algorithm>

#include "base/random.h"

namespace winnow {

size_t LocalExecutor::pick() {
    if (state_ == 0 || tasks_.size() < 2) return 0;
    Random random(state_);
    state_ = random.next();
    return random.below(tasks_.size());
}

bool LocalExecutor::run_one() {
    if (tasks_.empty()) return false;
    auto at = tasks_.begin() + static_cast<std::ptrdiff_t>(pick());
    std::shared_ptr<Task> task = std::move(*at);
    tasks_.erase(at);
    stepping_ = task.get();
    woken_ = false;
    Task::Next next = task->step();
    stepping_ = nullptr;
    if (next == Task::Next::later && woken_) next = Task::Next::again;
    switch (next) {
        case Task::Next::again: tasks_.push_back(std::move(task)); break;
        case Task::Next::later: waiting_.push_back(std::move(task)); break;
        case Task::Next::done: break;
    }
    return true;
}

void LocalExecutor::wake(const std::shared_ptr<Task>& task) {
    if (task.get() == stepping_) {
        woken_ = true;
        return;
    }
    auto at = std::find(waiting_.begin(), waiting_.end(), task);
    if (at == waiting_.end()) return;
    tasks_.push_back(std::move(*at));
    waiting_.erase(at);
}

void LocalExecutor::run_until_idle() {
    for (auto& task : waiting_) tasks_.push_back(std::move(task));
    waiting_.clear();
    while (run_one()) {
    }
}

}  // namespace winnow
