#include "net/event_loop.h"

#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/check.h"
#include "base/clock.h"

namespace winnow {

EventLoop::EventLoop()
    : epoll_(::epoll_create1(EPOLL_CLOEXEC)), wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    CHECK(epoll_.is_open() && wake_.is_open());
    // Edge-triggered, so that a wake needs no read() to be over; the counter cannot fill up.
    epoll_event event{};
    event.events = EPOLLIN | EPOLLET;
    event.data.ptr = nullptr;
    CHECK(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, wake_.get(), &event) == 0);
}

EventLoop::~EventLoop() = default;

bool EventLoop::add(int fd, uint32_t events, EventHandler& handler) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = &handler;
    return ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0;
}

void EventLoop::modify(int fd, uint32_t events, EventHandler& handler) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = &handler;
    CHECK(::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event) == 0);
}

void EventLoop::remove(int fd, EventHandler& handler) {
    CHECK(::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr) == 0);
    for (int i = next_event_; i < last_event_; i++) {
        if (events_[i].data.ptr == &handler) events_[i].data.ptr = nullptr;
    }
}

bool EventLoop::later(const Timer& a, const Timer& b) {
    return a.due_ns != b.due_ns ? a.due_ns > b.due_ns : a.order > b.order;
}

void EventLoop::call_after(uint64_t delay_ms, Call call) {
    uint64_t due_ns = system_clock().monotonic_ns() + delay_ms * 1'000'000;
    timers_.push_back({due_ns, timer_order_++, std::move(call)});
    std::push_heap(timers_.begin(), timers_.end(), later);
}

void EventLoop::post(Call call) {
    {
        std::lock_guard lock(posted_mutex_);
        posted_.push_back(std::move(call));
    }
    // In this order, and the loop the other way round: either the loop sees the call before it
    // sleeps, or this thread sees it asleep.
    has_posted_.store(true);
    if (asleep_.load() && asleep_.exchange(false)) {
        uint64_t one = 1;
        CHECK(::write(wake_.get(), &one, sizeof one) == sizeof one);
    }
}

void EventLoop::stop() {
    post([this] { stopping_.store(true, std::memory_order_relaxed); });
}

void EventLoop::run() {
    while (!stopping_.load(std::memory_order_relaxed)) {
        int timeout_ms = wait_ms();
        asleep_.store(true);
        if (has_posted_.load()) timeout_ms = 0;
        int count = ::epoll_wait(epoll_.get(), events_, events_per_turn, timeout_ms);
        asleep_.store(false, std::memory_order_relaxed);
        CHECK(count >= 0 || errno == EINTR);
        dispatch(count);
        if (!timers_.empty()) run_timers();
        if (has_posted_.load(std::memory_order_relaxed)) run_posted();
    }
}

int EventLoop::wait_ms() const {
    if (timers_.empty()) return -1;
    uint64_t now_ns = system_clock().monotonic_ns();
    uint64_t due_ns = timers_.front().due_ns;
    if (due_ns <= now_ns) return 0;
    // Rounded up, or the loop would spin through the last millisecond.
    return static_cast<int>(std::min<uint64_t>((due_ns - now_ns + 999'999) / 1'000'000, 60'000));
}

void EventLoop::dispatch(int count) {
    last_event_ = std::max(count, 0);
    for (next_event_ = 0; next_event_ < last_event_;) {
        const epoll_event& event = events_[next_event_++];
        if (event.data.ptr != nullptr) {
            static_cast<EventHandler*>(event.data.ptr)->on_events(event.events);
        }
    }
    next_event_ = last_event_ = 0;
}

void EventLoop::run_timers() {
    uint64_t now_ns = system_clock().monotonic_ns();
    while (!timers_.empty() && timers_.front().due_ns <= now_ns) {
        std::pop_heap(timers_.begin(), timers_.end(), later);
        Call call = std::move(timers_.back().call);
        timers_.pop_back();
        call();
    }
}

// Calls that are posted meanwhile wait for the next turn, so that they cannot starve the sockets.
void EventLoop::run_posted() {
    has_posted_.store(false, std::memory_order_relaxed);
    {
        std::lock_guard lock(posted_mutex_);
        std::swap(posted_, running_);
    }
    for (Call& call : running_) call();
    running_.clear();
}

}  // namespace winnow
