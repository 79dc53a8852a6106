#pragma once
// A loop over epoll, for one thread. Sockets are level-triggered and stay registered; another
// thread's post() costs a system call only if the loop sleeps; a loop without timers reads no
// clock. Nothing else is done per turn than one epoll_wait.
//
// post() and stop() may be called by any thread, the rest only by the thread that runs the loop,
// or before run() and after it.

#include <sys/epoll.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <vector>

#include "net/descriptor.h"

namespace winnow {

class EventHandler {
public:
    virtual ~EventHandler() = default;
    // `events` as epoll reports them (EPOLLIN, ...).
    virtual void on_events(uint32_t events) = 0;
};

class EventLoop {
public:
    using Call = std::function<void()>;

    EventLoop();
    ~EventLoop();
    EventLoop(const EventLoop&) = delete;
    EventLoop& operator=(const EventLoop&) = delete;

    // False if the kernel refuses to watch one more descriptor. Not owned: neither the descriptor
    // nor the handler. Once remove() has returned the handler is not called again.
    [[nodiscard]] bool add(int fd, uint32_t events, EventHandler& handler);
    void modify(int fd, uint32_t events, EventHandler& handler);
    void remove(int fd, EventHandler& handler);

    // Calls `call` once, not before `delay_ms` have passed.
    void call_after(uint64_t delay_ms, Call call);

    // Has the loop's thread call `call`, after what it is doing and in the order of posting. Calls
    // posted after the loop's end are dropped when the loop is destroyed.
    void post(Call call);

    // Runs until stop(); returns after the turn in which it came.
    void run();
    void stop();

private:
    struct Timer {
        uint64_t due_ns;
        uint64_t order;
        Call call;
    };
    static bool later(const Timer& a, const Timer& b);

    int wait_ms() const;
    void dispatch(int count);
    void run_posted();
    void run_timers();

    static constexpr int events_per_turn = 128;

    Descriptor epoll_;
    Descriptor wake_;
    epoll_event events_[events_per_turn];
    int next_event_ = 0;
    int last_event_ = 0;

    std::vector<Timer> timers_;  // a heap, the earliest in front
    uint64_t timer_order_ = 0;

    std::atomic<bool> stopping_{false};
    std::atomic<bool> asleep_{false};
    std::atomic<bool> has_posted_{false};
    std::mutex posted_mutex_;
    std::vector<Call> posted_;
    std::vector<Call> running_;
};

}  // namespace winnow
