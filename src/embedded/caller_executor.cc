#include "embedded/caller_executor.h"

#include "base/check.h"

namespace winnow::embedded {
namespace {

thread_local RequestWork* work_at_hand = nullptr;

}  // namespace

RequestWork::Scope::Scope(RequestWork& work) {
    CHECK(work_at_hand == nullptr);
    work_at_hand = &work;
}

RequestWork::Scope::~Scope() {
    work_at_hand = nullptr;
}

Task::Next RequestWork::step() {
    Scope scope(*this);
    woken_ = false;
    Task::Next next = task_->step();
    if (next == Task::Next::done) task_.reset();
    return next == Task::Next::later && woken_ ? Task::Next::again : next;
}

void CallerExecutor::post(std::shared_ptr<Task> task) {
    if (work_at_hand == nullptr) return elsewhere_.post(std::move(task));
    CHECK(work_at_hand->task_ == nullptr);  // a request leaves one task behind
    work_at_hand->task_ = std::move(task);
}

void CallerExecutor::wake(const std::shared_ptr<Task>& task) {
    if (work_at_hand == nullptr) return elsewhere_.wake(task);
    if (work_at_hand->task_ == task) work_at_hand->woken_ = true;
}

}  // namespace winnow::embedded
