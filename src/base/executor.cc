#include "base/executor.h"

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
    switch (task->step()) {
        case Task::Next::again: tasks_.push_back(std::move(task)); break;
        case Task::Next::later: waiting_.push_back(std::move(task)); break;
        case Task::Next::done: break;
    }
    return true;
}

void LocalExecutor::run_until_idle() {
    for (auto& task : waiting_) tasks_.push_back(std::move(task));
    waiting_.clear();
    while (run_one()) {
    }
}

}  // namespace winnow
