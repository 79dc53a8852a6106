#include "net/thread_pool.h"

#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <string>

#include "base/clock.h"

namespace winnow {

ThreadPool::ThreadPool(size_t threads) {
    for (size_t i = 0; i < std::max<size_t>(threads, 1); i++) {
        threads_.emplace_back([this, i] {
            std::string name = "winnow-job-" + std::to_string(i);
            pthread_setname_np(pthread_self(), name.substr(0, 15).c_str());
            work();
        });
    }
}

ThreadPool::~ThreadPool() {
    stop();
}

void ThreadPool::post(std::shared_ptr<Task> task) {
    std::lock_guard lock(mutex_);
    if (stopping_) return;
    auto [at, fresh] = entries_.try_emplace(task.get());
    Entry& entry = at->second;
    if (!fresh) {
        entry.posted_again = true;
        return wake_entry(entry);
    }
    entry.task = std::move(task);
    make_ready(entry);
}

void ThreadPool::wake(const std::shared_ptr<Task>& task) {
    std::lock_guard lock(mutex_);
    auto at = entries_.find(task.get());
    if (at != entries_.end()) wake_entry(at->second);
}

void ThreadPool::wake_entry(Entry& entry) {
    if (entry.state == State::stepping) entry.woken = true;
    if (entry.state != State::waiting) return;
    waiting_.erase({entry.due_ns, &entry});
    entry.delay_ms = first_delay_ms;
    make_ready(entry);
}

void ThreadPool::make_ready(Entry& entry) {
    entry.state = State::ready;
    ready_.push_back(&entry);
    if (idle_threads_ > 0) work_arrived_.notify_one();
}

void ThreadPool::work() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        uint64_t now_ns = waiting_.empty() ? 0 : system_clock().monotonic_ns();
        while (!waiting_.empty() && waiting_.begin()->first <= now_ns) {
            Entry* due = waiting_.begin()->second;
            waiting_.erase(waiting_.begin());
            make_ready(*due);
        }
        if (ready_.empty()) {
            wait_for_work(lock);
        } else {
            Entry& entry = *ready_.front();
            ready_.pop_front();
            step(entry, lock);
        }
    }
}

void ThreadPool::wait_for_work(std::unique_lock<std::mutex>& lock) {
    idle_threads_++;
    if (waiting_.empty()) {
        work_arrived_.wait(lock);
    } else {
        uint64_t now_ns = system_clock().monotonic_ns();
        uint64_t due_ns = std::max(waiting_.begin()->first, now_ns);
        work_arrived_.wait_for(lock, std::chrono::nanoseconds(due_ns - now_ns));
    }
    idle_threads_--;
}

void ThreadPool::step(Entry& entry, std::unique_lock<std::mutex>& lock) {
    entry.state = State::stepping;
    entry.woken = entry.posted_again = false;
    lock.unlock();
    Task::Next next = entry.task->step();
    lock.lock();
    if (next == Task::Next::done && !entry.posted_again) {
        // Its destructor may be long, or call the pool: not under the lock.
        std::shared_ptr<Task> task = std::move(entry.task);
        entries_.erase(task.get());
        lock.unlock();
        task.reset();
        lock.lock();
    } else if (next != Task::Next::later || entry.woken) {
        entry.delay_ms = first_delay_ms;
        make_ready(entry);
    } else {
        entry.state = State::waiting;
        entry.due_ns = system_clock().monotonic_ns() + uint64_t{entry.delay_ms} * 1'000'000;
        entry.delay_ms = std::min(entry.delay_ms * 2, last_delay_ms);
        waiting_.insert({entry.due_ns, &entry});
        // This thread has other work first: another one is to watch the time.
        if (!ready_.empty() && idle_threads_ > 0) work_arrived_.notify_one();
    }
}

void ThreadPool::stop() {
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    work_arrived_.notify_all();
    for (std::thread& thread : threads_) {
        if (thread.joinable()) thread.join();
    }
    std::unordered_map<Task*, Entry> dropped;
    {
        std::lock_guard lock(mutex_);
        ready_.clear();
        waiting_.clear();
        dropped.swap(entries_);
    }
}

size_t ThreadPool::size() const {
    std::lock_guard lock(mutex_);
    return entries_.size();
}

}  // namespace winnow
