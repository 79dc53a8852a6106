#include "base/epoch.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <thread>
#include <vector>

namespace winnow {
namespace {

std::atomic<int> freed{0};

struct Node {
    int value;
};

void free_node(void* node) {
    static_cast<Node*>(node)->value = -1;
    delete static_cast<Node*>(node);
    freed++;
}

TEST(Epoch, NothingIsFreedWhileAReaderMaySeeIt) {
    freed = 0;
    std::atomic<bool> entered{false}, leave{false};
    std::thread reader([&] {
        EpochGuard guard;
        entered = true;
        while (!leave) std::this_thread::yield();
    });
    while (!entered) std::this_thread::yield();
    for (int i = 0; i < 1000; i++) retire(new Node{i}, free_node, sizeof(Node));
    EXPECT_EQ(freed, 0);
    leave = true;
    reader.join();
    drain_retired();
    EXPECT_EQ(freed, 1000);
    EXPECT_EQ(retired_bytes(), 0u);
}

TEST(Epoch, GuardsNest) {
    EpochGuard outer;
    { EpochGuard inner; }
    freed = 0;
    for (int i = 0; i < 200; i++) retire(new Node{i}, free_node, sizeof(Node));
    EXPECT_EQ(freed, 0);  // the outer guard still holds
}

TEST(Epoch, ReadersFollowAPointerThatWritersReplace) {
    drain_retired();
    freed = 0;
    constexpr int writes = 20'000;
    std::atomic<Node*> slot{new Node{0}};
    std::atomic<bool> done{false};
    std::vector<std::thread> readers;
    for (int r = 0; r < 2; r++)
        readers.emplace_back([&] {
            int last = 0;
            while (!done) {
                EpochGuard guard;
                int seen = slot.load(std::memory_order_acquire)->value;
                ASSERT_GE(seen, last);  // never a freed node's -1
                last = seen;
            }
        });
    for (int i = 1; i <= writes; i++)
        retire(slot.exchange(new Node{i}, std::memory_order_acq_rel), free_node, sizeof(Node));
    done = true;
    for (std::thread& reader : readers) reader.join();
    drain_retired();
    EXPECT_EQ(freed, writes);
    delete slot.load();
}

// The reader's slot stays active for ever in the child, where its thread is not.
TEST(Epoch, AChildOfForkDoesNotWaitForThreadsOfItsParent) {
    std::atomic<bool> entered{false}, leave{false};
    std::thread reader([&] {
        EpochGuard guard;
        entered = true;
        while (!leave) std::this_thread::yield();
    });
    while (!entered) std::this_thread::yield();
    pid_t child = fork();
    if (child == 0) {
        alarm(30);  // a child that hangs ends by the signal
        freed = 0;
        {
            EpochGuard guard;
            retire(new Node{1}, free_node, sizeof(Node));
        }
        drain_retired();
        _exit(freed == 1 ? 0 : 1);
    }
    leave = true;
    reader.join();
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace winnow
