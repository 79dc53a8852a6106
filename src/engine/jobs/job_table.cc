#include "engine/jobs/job_table.h"

#include <algorithm>

namespace winnow {

void JobTable::start(std::shared_ptr<Job> job) {
    std::lock_guard hold(mutex_);
    running_.push_back(std::move(job));
}

void JobTable::end(const std::shared_ptr<Job>& job, ResultCode result, uint64_t now_ns) {
    std::lock_guard hold(mutex_);
    auto at = std::find(running_.begin(), running_.end(), job);
    if (at == running_.end()) return;
    running_.erase(at);
    job->result = result;
    job->ended_ns = now_ns;
    job->done = true;
    ended_.push_front(job);
    if (ended_.size() > ended_kept) ended_.pop_back();
}

std::shared_ptr<Job> JobTable::find(uint64_t task_id) const {
    for (auto& job : all())
        if (job->task_id == task_id) return job;
    return nullptr;
}

std::vector<std::shared_ptr<Job>> JobTable::all() const {
    std::lock_guard hold(mutex_);
    std::vector<std::shared_ptr<Job>> jobs = running_;
    jobs.insert(jobs.end(), ended_.begin(), ended_.end());
    return jobs;
}

size_t JobTable::running() const {
    std::lock_guard hold(mutex_);
    return running_.size();
}

bool JobTable::abort(uint64_t task_id) {
    std::lock_guard hold(mutex_);
    bool found = false;
    for (auto& job : running_) {
        if (job->task_id != task_id) continue;
        job->abort = true;
        found = true;
    }
    return found;
}

size_t JobTable::abort_all() {
    std::lock_guard hold(mutex_);
    for (auto& job : running_) job->abort = true;
    return running_.size();
}

}  // namespace winnow
