#include "net/thread_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "net/test_server.h"

namespace winnow {
namespace {

using test::eventually;
using Next = Task::Next;

struct Stepping : Task {
    explicit Stepping(std::function<Next()> step_function) : call(std::move(step_function)) {}
    Next step() override {
        EXPECT_FALSE(inside.exchange(true)) << "stepped by two threads at once";
        Next next = call();
        inside = false;
        return next;
    }
    std::function<Next()> call;
    std::atomic<bool> inside{false};
};

std::shared_ptr<Stepping> stepping(std::function<Next()> step_function) {
    return std::make_shared<Stepping>(std::move(step_function));
}

uint64_t now_ms() {
    return system_clock().monotonic_ns() / 1'000'000;
}

TEST(ThreadPoolTest, StepsUntilDoneAndThenDrops) {
    ThreadPool pool(3);
    std::atomic<int> steps{0};
    std::weak_ptr<Task> last;
    for (int i = 0; i < 50; i++) {
        auto left = std::make_shared<int>(100);
        auto task = stepping([&steps, left] {
            steps++;
            return --*left == 0 ? Next::done : Next::again;
        });
        last = task;
        pool.post(std::move(task));
    }
    EXPECT_TRUE(eventually([&] { return pool.size() == 0; }));
    EXPECT_EQ(5000, steps);
    EXPECT_TRUE(eventually([&] { return last.expired(); }));
}

TEST(ThreadPoolTest, TasksTakeTurns) {
    ThreadPool pool(1);
    std::vector<int> order;
    std::atomic<bool> begin{false};
    pool.post(stepping([&] {
        while (!begin) std::this_thread::yield();
        return Next::done;
    }));
    for (int number = 0; number < 3; number++) {
        pool.post(stepping([&order, number, left = 3]() mutable {
            order.push_back(number);
            return --left == 0 ? Next::done : Next::again;
        }));
    }
    begin = true;
    EXPECT_TRUE(eventually([&] { return pool.size() == 0; }));
    EXPECT_EQ((std::vector<int>{0, 1, 2, 0, 1, 2, 0, 1, 2}), order);
}

TEST(ThreadPoolTest, LaterIsRetriedEverMoreSeldom) {
    ThreadPool pool(2);
    std::vector<uint64_t> times_ms;
    pool.post(stepping([&] {
        times_ms.push_back(now_ms());
        return times_ms.size() == 5 ? Next::done : Next::later;
    }));
    EXPECT_TRUE(eventually([&] { return pool.size() == 0; }));
    ASSERT_EQ(5u, times_ms.size());
    for (size_t i = 1; i < 5; i++) {
        uint64_t delay_ms = 10u << (i - 1);
        EXPECT_GE(times_ms[i] - times_ms[i - 1] + 1, delay_ms);
    }
}

TEST(ThreadPoolTest, WakeEndsTheDelay) {
    ThreadPool pool(1);
    std::atomic<int> steps{0};
    auto task = stepping([&] {
        steps++;
        return Next::later;
    });
    pool.post(task);
    // After five steps on its own the next would be 320 ms away.
    ASSERT_TRUE(eventually([&] { return steps >= 6; }));
    int before = steps;
    uint64_t start_ms = now_ms();
    pool.wake(task);
    ASSERT_TRUE(eventually([&] { return steps > before; }));
    EXPECT_LT(now_ms() - start_ms, 250u);
}

TEST(ThreadPoolTest, WakeDuringAStepIsNotLost) {
    ThreadPool pool(1);
    std::atomic<int> entered{0};
    std::atomic<int> released{0};
    auto task = stepping([&] {
        int turn = ++entered;
        while (released < turn) std::this_thread::yield();
        return Next::later;
    });
    pool.post(task);
    uint64_t start_ms = now_ms();
    for (int turn = 1; turn <= 20; turn++) {
        ASSERT_TRUE(eventually([&] { return entered == turn; }));
        pool.wake(task);
        released = turn;
    }
    // Without the wakes these twenty turns would take over ten seconds.
    EXPECT_LT(now_ms() - start_ms, 5000u);
    released = 1'000'000;
}

TEST(ThreadPoolTest, PostDuringTheLastStepIsNotLost) {
    ThreadPool pool(1);
    std::atomic<int> steps{0};
    std::atomic<bool> released{false};
    auto task = stepping([&] {
        steps++;
        while (!released) std::this_thread::yield();
        return Next::done;
    });
    pool.post(task);
    ASSERT_TRUE(eventually([&] { return steps == 1; }));
    pool.post(task);
    released = true;
    EXPECT_TRUE(eventually([&] { return pool.size() == 0; }));
    EXPECT_EQ(2, steps);
}

TEST(ThreadPoolTest, WakesFromManyThreads) {
    ThreadPool pool(2);
    std::atomic<int> given{0};
    std::atomic<int> seen{0};
    auto task = stepping([&] {
        seen = given.load();
        return seen == 4000 ? Next::done : Next::later;
    });
    pool.post(task);
    std::vector<std::thread> wakers;
    for (int i = 0; i < 4; i++) {
        wakers.emplace_back([&] {
            for (int n = 0; n < 1000; n++) {
                given++;
                pool.wake(task);
            }
        });
    }
    for (auto& waker : wakers) waker.join();
    uint64_t start_ms = now_ms();
    EXPECT_TRUE(eventually([&] { return pool.size() == 0; }));
    EXPECT_LT(now_ms() - start_ms, 500u);
    pool.wake(task);  // done: nothing happens
}

TEST(ThreadPoolTest, StopDropsWhatIsLeft) {
    auto pool = std::make_unique<ThreadPool>(2);
    auto token = std::make_shared<int>(1);
    auto waiting = stepping([token] { return Next::later; });
    std::atomic<int> steps{0};
    pool->post(waiting);
    pool->post(stepping([token, &steps] {
        steps++;
        return Next::again;
    }));
    ASSERT_TRUE(eventually([&] { return steps > 10; }));
    pool->stop();
    int at_stop = steps;
    waiting.reset();
    EXPECT_EQ(1, token.use_count());
    pool->post(stepping([&] {
        steps++;
        return Next::done;
    }));
    EXPECT_EQ(0u, pool->size());
    pool.reset();
    EXPECT_EQ(at_stop, steps);
}

TEST(LocalExecutorTest, WakeMovesAWaitingTaskToTheReady) {
    LocalExecutor executor;
    int steps = 0;
    auto task = stepping([&] {
        steps++;
        return Next::later;
    });
    executor.post(task);
    EXPECT_TRUE(executor.run_one());
    EXPECT_FALSE(executor.run_one());
    executor.wake(task);
    EXPECT_TRUE(executor.run_one());
    EXPECT_EQ(2, steps);
    EXPECT_FALSE(executor.run_one());
}

TEST(LocalExecutorTest, WakeDuringAStepIsNotLost) {
    LocalExecutor executor;
    int steps = 0;
    std::shared_ptr<Stepping> task;
    task = stepping([&] {
        if (++steps == 1) executor.wake(task);
        return Next::later;
    });
    executor.post(task);
    EXPECT_TRUE(executor.run_one());
    EXPECT_TRUE(executor.run_one());
    EXPECT_FALSE(executor.run_one());
    EXPECT_EQ(2, steps);
    task->call = nullptr;
}

}  // namespace
}  // namespace winnow
