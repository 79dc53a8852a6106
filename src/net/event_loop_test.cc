#include "net/event_loop.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <atomic>
#include <functional>
#include <thread>
#include <vector>

#include "base/clock.h"

namespace winnow {
namespace {

uint64_t now_ms() {
    return system_clock().monotonic_ns() / 1'000'000;
}

struct SocketPair {
    SocketPair() {
        int fds[2];
        EXPECT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds));
        near = Descriptor(fds[0]);
        far = Descriptor(fds[1]);
    }
    Descriptor near;
    Descriptor far;
};

struct Calling : EventHandler {
    void on_events(uint32_t events) override { call(events); }
    std::function<void(uint32_t)> call;
};

TEST(EventLoopTest, RunsPostedCallsInOrderFromAnyThread) {
    EventLoop loop;
    std::thread runner([&] { loop.run(); });
    std::vector<int> last(4, -1);
    std::atomic<int> ran{0};
    std::vector<std::thread> posters;
    for (size_t thread = 0; thread < 4; thread++) {
        posters.emplace_back([&, thread] {
            for (int i = 0; i < 20'000; i++) {
                loop.post([&, thread, i] {
                    EXPECT_EQ(last[thread] + 1, i);
                    last[thread] = i;
                    ran++;
                });
            }
        });
    }
    for (auto& poster : posters) poster.join();
    loop.stop();
    runner.join();
    EXPECT_EQ(80'000, ran);
}

// One call at a time, each posted when the loop is about to sleep: a lost wake would hang here.
TEST(EventLoopTest, NoWakeIsLost) {
    EventLoop loop;
    std::thread runner([&] { loop.run(); });
    std::atomic<int> ran{0};
    for (int i = 1; i <= 50'000; i++) {
        loop.post([&] { ran++; });
        while (ran < i) std::this_thread::yield();
    }
    loop.stop();
    runner.join();
}

TEST(EventLoopTest, ReportsSocketsUntilRemoved) {
    EventLoop loop;
    SocketPair pair;
    Calling handler;
    int calls = 0;
    handler.call = [&](uint32_t events) {
        EXPECT_TRUE(events & EPOLLIN);
        // Level-triggered: told again, as nothing has been read.
        if (++calls < 3) return;
        loop.remove(pair.near.get(), handler);
        loop.call_after(20, [&] { loop.stop(); });
    };
    ASSERT_TRUE(loop.add(pair.near.get(), EPOLLIN, handler));
    ASSERT_EQ(1, write(pair.far.get(), "x", 1));
    loop.run();
    EXPECT_EQ(3, calls);
}

// Two sockets are ready in one turn and the first handler removes the second.
TEST(EventLoopTest, RemovedHandlerIsNotCalledInTheSameTurn) {
    EventLoop loop;
    SocketPair pairs[2];
    Calling handlers[2];
    int calls = 0;
    for (int i = 0; i < 2; i++) {
        handlers[i].call = [&, i](uint32_t) {
            calls++;
            loop.remove(pairs[i].near.get(), handlers[i]);
            loop.remove(pairs[1 - i].near.get(), handlers[1 - i]);
            loop.stop();
        };
        ASSERT_TRUE(loop.add(pairs[i].near.get(), EPOLLIN, handlers[i]));
        ASSERT_EQ(1, write(pairs[i].far.get(), "x", 1));
    }
    loop.run();
    EXPECT_EQ(1, calls);
}

TEST(EventLoopTest, TimersComeInOrderAndNotEarly) {
    EventLoop loop;
    std::vector<int> order;
    uint64_t start_ms = now_ms();
    loop.call_after(60, [&] {
        order.push_back(60);
        EXPECT_GE(now_ms() - start_ms, 59u);
        loop.stop();
    });
    loop.call_after(20, [&] { order.push_back(20); });
    loop.call_after(0, [&] {
        order.push_back(0);
        loop.call_after(30, [&] { order.push_back(30); });
    });
    loop.run();
    EXPECT_EQ((std::vector<int>{0, 20, 30, 60}), order);
}

}  // namespace
}  // namespace winnow
