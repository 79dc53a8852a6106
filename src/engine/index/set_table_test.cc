#include "engine/index/set_table.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace winnow {
namespace {

TEST(SetTable, NamesKeepTheirIds) {
    SetTable sets;
    EXPECT_EQ(sets.find(""), SetTable::no_set);
    EXPECT_EQ(sets.name(SetTable::no_set), "");
    EXPECT_EQ(sets.count(), 1u);
    EXPECT_FALSE(sets.find("demo").has_value());
    EXPECT_EQ(sets.count(), 1u);
    uint16_t demo = sets.find_or_create("demo").value();
    uint16_t other = sets.find_or_create("other").value();
    EXPECT_NE(demo, other);
    EXPECT_EQ(sets.find_or_create("demo").value(), demo);
    EXPECT_EQ(sets.find("other"), other);
    EXPECT_EQ(sets.name(demo), "demo");
    EXPECT_EQ(sets.find_or_create("").value(), SetTable::no_set);
    EXPECT_EQ(sets.count(), 3u);
}

TEST(SetTable, HasLimits) {
    SetTable sets;
    EXPECT_TRUE(sets.find_or_create(std::string(63, 'x')).has_value());
    auto too_long = sets.find_or_create(std::string(64, 'x'));
    ASSERT_FALSE(too_long.has_value());
    EXPECT_EQ(too_long.error().code, ResultCode::parameter);
    for (size_t i = 1; i < SetTable::sets_max; i++)
        ASSERT_TRUE(sets.find_or_create("set" + std::to_string(i)).has_value());
    auto one_more = sets.find_or_create("one more");
    ASSERT_FALSE(one_more.has_value());
    EXPECT_EQ(one_more.error().code, ResultCode::forbidden);
    EXPECT_EQ(sets.count(), SetTable::sets_max + 1);
    for (size_t i = 1; i < SetTable::sets_max; i++) {
        std::string name = "set" + std::to_string(i);
        ASSERT_TRUE(sets.find(name).has_value());
        EXPECT_EQ(sets.name(*sets.find(name)), name);
    }
    EXPECT_FALSE(sets.find("one more").has_value());
}

TEST(SetTable, CountsPerSet) {
    SetTable sets;
    uint16_t a = sets.find_or_create("a").value(), b = sets.find_or_create("b").value();
    sets.add(a, 2, 200);
    sets.add(a, -1, -50);
    sets.add(SetTable::no_set, 1, 7);
    EXPECT_EQ(sets.counts(a).objects, 1u);
    EXPECT_EQ(sets.counts(a).bytes, 150u);
    EXPECT_EQ(sets.counts(b).objects, 0u);
    EXPECT_EQ(sets.counts(SetTable::no_set).bytes, 7u);
}

TEST(SetTable, ThreadsCreateCountAndLookUpAtOnce) {
    constexpr int thread_count = 4, names = 500;
    SetTable sets;
    std::atomic<uint64_t> errors{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < thread_count; t++)
        threads.emplace_back([&, t] {
            for (int i = 0; i < names; i++) {
                std::string name = "set" + std::to_string((i * 7 + t) % names);
                uint16_t id = sets.find_or_create(name).value();
                if (sets.name(id) != name || sets.find(name) != id) errors++;
                if (id >= sets.count() && sets.find(name) != id) errors++;
                sets.add(id, 1, 10);
            }
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(errors, 0u);
    EXPECT_EQ(sets.count(), names + 1);
    for (uint16_t id = 1; id <= names; id++) {
        EXPECT_EQ(sets.counts(id).objects, uint64_t{thread_count});
        EXPECT_EQ(sets.counts(id).bytes, uint64_t{thread_count * 10});
    }
}

}  // namespace
}  // namespace winnow
