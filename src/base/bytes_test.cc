#include "base/bytes.h"

#include <gtest/gtest.h>

#include "base/arena.h"
#include "base/executor.h"

namespace winnow {
namespace {

TEST(Bytes, NumbersInBothOrders) {
    uint8_t at[8];
    store_be<uint32_t>(at, 0x01020304);
    EXPECT_EQ(at[0], 1);
    EXPECT_EQ(load_le<uint32_t>(at), 0x04030201u);
    store_le<int64_t>(at, -2);
    EXPECT_EQ(load_le<int64_t>(at), -2);
    EXPECT_EQ(load_be<uint64_t>(at), 0xfeffffffffffffffu);
}

TEST(Buffer, GrowsAndKeepsItsContents) {
    Buffer buffer;
    for (int i = 0; i < 10'000; i++) buffer.append_be<uint16_t>(static_cast<uint16_t>(i));
    ASSERT_EQ(buffer.size(), 20'000u);
    for (int i = 0; i < 10'000; i++)
        ASSERT_EQ(load_be<uint16_t>(buffer.data() + 2 * i), static_cast<uint16_t>(i));
    buffer.consume(19'998);
    EXPECT_EQ(load_be<uint16_t>(buffer.data()), 9'999);
    Buffer moved = std::move(buffer);
    EXPECT_TRUE(buffer.empty());
    EXPECT_EQ(moved.size(), 2u);
    moved.truncate(0);
    EXPECT_TRUE(moved.empty());
}

TEST(Arena, PiecesDoNotOverlap) {
    Arena arena;
    std::vector<std::pair<uint8_t*, size_t>> pieces;
    for (size_t size = 1; size < 200; size += 7) {
        pieces.emplace_back(arena.allocate(size), size);
        std::memset(pieces.back().first, static_cast<int>(size), size);
    }
    for (auto [at, size] : pieces)
        for (size_t i = 0; i < size; i++) ASSERT_EQ(at[i], static_cast<uint8_t>(size));
}

struct Steps : Task {
    int left;
    explicit Steps(int count) : left(count) {}
    Next step() override { return --left > 0 ? Next::again : Next::done; }
};

TEST(LocalExecutor, StepsEveryTaskToItsEndWhateverTheSeed) {
    for (uint64_t seed : {0u, 1u, 2u}) {
        LocalExecutor executor(seed);
        std::vector<std::shared_ptr<Steps>> tasks;
        for (int i = 1; i <= 10; i++) {
            tasks.push_back(std::make_shared<Steps>(i));
            executor.post(tasks.back());
        }
        executor.run_until_idle();
        for (const auto& task : tasks) EXPECT_EQ(task->left, 0);
        EXPECT_EQ(executor.size(), 0u);
    }
}

}  // namespace
}  // namespace winnow
