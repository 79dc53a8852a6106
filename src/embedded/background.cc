#include "embedded/background.h"

#include <pthread.h>

#include <algorithm>
#include <utility>

namespace winnow::embedded {

Background::~Background() {
    stop();
}

void Background::post(std::shared_ptr<Task> task) {
    std::unique_lock lock(mutex_);
    if (stopping_) return;
    entries_.push_back({std::move(task), State::stepping});
    step(std::prev(entries_.end()), lock);
}

void Background::wake(const std::shared_ptr<Task>& task) {
    std::lock_guard lock(mutex_);
    for (Entry& entry : entries_) {
        if (entry.task == task) wake_entry(entry);
    }
}

void Background::wake_waiting() {
    std::lock_guard lock(mutex_);
    for (Entry& entry : entries_) {
        if (entry.state == State::waiting) make_ready(entry);
    }
}

void Background::wake_entry(Entry& entry) {
    if (entry.state == State::stepping) entry.woken = true;
    if (entry.state == State::waiting) make_ready(entry);
}

void Background::make_ready(Entry& entry) {
    entry.state = State::ready;
    if (thread_.joinable()) {
        work_arrived_.notify_one();
    } else if (!stopping_) {
        thread_ = std::thread([this] { run(); });
        pthread_setname_np(thread_.native_handle(), "winnow-embedded");
    }
}

Background::Entries::iterator Background::next_ready() {
    return std::find_if(entries_.begin(), entries_.end(),
                        [](const Entry& entry) { return entry.state == State::ready; });
}

void Background::run() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        auto entry = next_ready();
        if (entry == entries_.end()) {
            work_arrived_.wait(lock);
            continue;
        }
        // To the end: the others have their turn before it comes again.
        entries_.splice(entries_.end(), entries_, entry);
        entry->state = State::stepping;
        step(entry, lock);
    }
}

// REQUIRES: the entry is marked as stepping, so that nobody else touches it.
void Background::step(Entries::iterator entry, std::unique_lock<std::mutex>& lock) {
    entry->woken = false;
    lock.unlock();
    Task::Next next = entry->task->step();
    lock.lock();
    if (next == Task::Next::done) {
        // Its destructor may be long, or call back: not under the lock.
        std::shared_ptr<Task> task = std::move(entry->task);
        entries_.erase(entry);
        lock.unlock();
        task.reset();
        lock.lock();
    } else if (next == Task::Next::later && !entry->woken) {
        entry->state = State::waiting;
    } else {
        make_ready(*entry);
    }
}

void Background::stop() {
    Entries dropped;
    std::unique_lock lock(mutex_);
    stopping_ = true;
    work_arrived_.notify_all();
    std::thread ending = std::move(thread_);
    lock.unlock();
    if (ending.joinable()) ending.join();
    lock.lock();
    dropped.swap(entries_);
    lock.unlock();
}

bool Background::has_thread() const {
    std::lock_guard lock(mutex_);
    return thread_.joinable();
}

}  // namespace winnow::embedded
