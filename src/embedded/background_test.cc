#include "embedded/background.h"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>

namespace winnow::embedded {
namespace {

class Steps : public Task {
public:
    explicit Steps(std::function<Next(int)> step) : step_(std::move(step)) {}
    Next step() override {
        Next next = step_(steps_ + 1);
        steps_++;
        return next;
    }
    int steps() const { return steps_; }
    void await(int steps) const {
        while (steps_ < steps) std::this_thread::yield();
    }

private:
    std::function<Next(int)> step_;
    std::atomic<int> steps_{0};
};

TEST(Background, WhatWaitsNeedsNoThread) {
    Background background;
    auto task = std::make_shared<Steps>([](int) { return Task::Next::later; });
    background.post(task);
    EXPECT_EQ(task->steps(), 1);
    EXPECT_FALSE(background.has_thread());
    background.post(std::make_shared<Steps>([](int) { return Task::Next::done; }));
    EXPECT_FALSE(background.has_thread());

    background.wake(task);
    task->await(2);
    background.wake_waiting();
    EXPECT_TRUE(background.has_thread());
}

TEST(Background, StepsUntilTheTaskIsDone) {
    Background background;
    auto task = std::make_shared<Steps>(
        [](int step) { return step < 100 ? Task::Next::again : Task::Next::done; });
    background.post(task);
    task->await(100);
}

TEST(Background, AWakeDuringAStepCounts) {
    Background background;
    std::shared_ptr<Steps> task;
    task = std::make_shared<Steps>([&](int step) {
        if (step < 10) background.wake(task);
        return Task::Next::later;
    });
    background.post(task);
    task->await(10);
}

TEST(Background, TasksTakeTurns) {
    Background background;
    auto endless = std::make_shared<Steps>([](int) { return Task::Next::again; });
    auto other = std::make_shared<Steps>([](int) { return Task::Next::again; });
    background.post(endless);
    background.post(other);
    endless->await(50);
    other->await(50);
    background.stop();
    EXPECT_EQ(endless.use_count(), 1);
    background.post(other);  // too late
    EXPECT_EQ(other.use_count(), 1);
}

TEST(Background, WakesFromManyThreadsLoseNothing) {
    Background background;
    std::atomic<int> asked{0}, seen{0};
    auto task = std::make_shared<Steps>([&](int) {
        seen = asked.load();
        return Task::Next::later;
    });
    background.post(task);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; t++) {
        threads.emplace_back([&] {
            for (int i = 0; i < 1000; i++) {
                asked++;
                background.wake(task);
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    while (seen != 4000) std::this_thread::yield();
}

}  // namespace
}  // namespace winnow::embedded
