#include "engine/operate/operate.h"

#include <gtest/gtest.h>

#include "engine/engine_testing.h"

namespace winnow {
namespace {

using testing::integer;
using testing::Put;
using testing::Results;
using testing::TestDatabase;

ResultCode code_of(const Result<Outcome>& outcome) {
    return outcome ? ResultCode::ok : outcome.error().code;
}

TEST(Operate, PutGetDelete) {
    TestDatabase db;
    EXPECT_EQ(db.get(1).error().code, ResultCode::not_found);
    auto first = db.put(1, {{"a", 1}, {"s", "text"}});
    ASSERT_TRUE(first);
    EXPECT_EQ(first->generation, 1u);
    auto second = db.put(1, {{"a", 2}});
    ASSERT_TRUE(second);
    EXPECT_EQ(second->generation, 2u);
    EXPECT_GT(second->lsn, first->lsn);
    auto bins = db.get(1);
    ASSERT_TRUE(bins);
    std::vector<Results::Bin> expected = {{"a", 1, integer(2)}, {"s", 3, "text"}};
    EXPECT_EQ(*bins, expected);
    EXPECT_TRUE(db.remove(1));
    EXPECT_EQ(db.get(1).error().code, ResultCode::not_found);
    EXPECT_EQ(code_of(db.remove(1)), ResultCode::not_found);
}

TEST(Operate, LastBinTakesThePlaceOfARemovedOne) {
    TestDatabase db;
    ASSERT_TRUE(db.put(1, {{"a", 1}, {"b", 2}, {"c", 3}}));
    ASSERT_TRUE(db.put(1, {{"a", nullptr}}));
    std::vector<Results::Bin> expected = {{"c", 1, integer(3)}, {"b", 1, integer(2)}};
    EXPECT_EQ(*db.get(1), expected);
    ASSERT_TRUE(db.put(1, {{"b", nullptr}, {"c", nullptr}}));
    EXPECT_EQ(db.get(1).error().code, ResultCode::not_found);
}

TEST(Operate, FailedOperationLeavesTheRecordAsItWas) {
    TestDatabase db;
    ASSERT_TRUE(db.put(1, {{"a", 1}, {"s", "x"}}));
    const std::string five = integer(5);
    std::vector<Operation> operations = {
        {OperationCode::increment, 1, "a", bytes_of(five)},
        {OperationCode::increment, 1, "s", bytes_of(five)},
    };
    Command command;
    command.digest = digest_of("s", int64_t{1});
    command.writes = true;
    command.operations = operations;
    Results results;
    EXPECT_EQ(code_of(operate(db.ns(), command, results)), ResultCode::bin_type);
    EXPECT_EQ((*db.get(1))[0].value, integer(1));
    EXPECT_EQ(db.put(1, {{"a", 1}})->generation, 2u);
}

TEST(Operate, ExpiredRecordsAreGoneAtOnceAndTheirMemoryLater) {
    TestDatabase db;
    ASSERT_TRUE(db.put(1, {{"a", 1}}, "s", 10));
    ASSERT_TRUE(db.put(2, {{"a", 1}}, "s", ttl_never));
    db.clock.advance_ms(9'000);
    EXPECT_TRUE(db.get(1));
    db.clock.advance_ms(1'000);
    EXPECT_EQ(db.get(1).error().code, ResultCode::not_found);
    EXPECT_TRUE(db.get(2));
    EXPECT_EQ(db.ns().primary().size(), 2u);
    db.clock.advance_ms(120'000);
    db.executor.run_until_idle();
    EXPECT_EQ(db.ns().primary().size(), 1u);
    EXPECT_EQ(db.ns().sets().counts(*db.ns().sets().find("s")).objects, 1u);
    // A record written anew over an expired one starts at generation 1.
    ASSERT_TRUE(db.put(3, {{"a", 1}}, "s", 1));
    ASSERT_EQ(db.put(3, {{"a", 1}}, "s", 1)->generation, 2u);
    db.clock.advance_ms(5'000);
    EXPECT_EQ(db.put(3, {{"a", 1}}, "s", 1)->generation, 1u);
}

TEST(Operate, DefaultTtlOfTheNamespace) {
    NamespaceOptions options;
    options.default_ttl = 100;
    TestDatabase db(0, options);
    uint32_t now = Namespace::void_seconds(db.clock.now_ms());
    EXPECT_EQ(db.put(1, {{"a", 1}})->void_time, now + 100);
    EXPECT_EQ(db.put(1, {{"a", 1}}, "s", 5)->void_time, now + 5);
    EXPECT_EQ(db.put(1, {{"a", 1}}, "s", ttl_unchanged)->void_time, now + 5);
    EXPECT_EQ(db.put(1, {{"a", 1}}, "s", ttl_never)->void_time, 0u);
    EXPECT_EQ(code_of(db.put(1, {{"a", 1}}, "s", ttl_seconds_max + 1)), ResultCode::parameter);
}

TEST(Operate, ReadTouchRenewsALifeThatRunsOut) {
    TestDatabase db;
    const uint32_t end = db.put(1, {{"a", 1}}, "s", 100)->void_time;
    auto read = [&](uint32_t percent) {
        Command command;
        command.digest = digest_of("s", int64_t{1});
        command.reads = command.read_all = true;
        command.ttl = percent;
        Results results;
        auto outcome = operate(db.ns(), command, results);
        EXPECT_TRUE(outcome.has_value());
        return outcome ? outcome->void_time : 0;
    };
    db.clock.advance_ms(50'000);
    EXPECT_EQ(read(40), end);  // half is left
    EXPECT_EQ(read(0xffff'ffff), end);
    EXPECT_EQ(read(0), end);
    EXPECT_EQ(read(60), end);  // shows what was read, and touches
    EXPECT_EQ(read(0), end + 50);
    EXPECT_EQ(db.put(1, {{"a", 1}}, "s", 100)->generation, 2u);
    Command command;
    command.ttl = 101;
    command.reads = command.read_all = true;
    Results results;
    EXPECT_EQ(code_of(operate(db.ns(), command, results)), ResultCode::parameter);
}

TEST(Operate, TruncateKillsWhatStoodBeforeItAndNothingAfter) {
    TestDatabase db;
    ASSERT_TRUE(db.put(1, {{"a", 1}}));
    ASSERT_TRUE(db.put(2, {{"a", 1}}, "other"));
    db.database.truncate(db.shared(), "s", db.clock.now_ms());
    EXPECT_EQ(db.get(1).error().code, ResultCode::not_found);
    EXPECT_TRUE(db.get(2, "other"));
    // Written in the same millisecond, but behind the truncate.
    ASSERT_EQ(db.put(1, {{"a", 2}})->generation, 1u);
    EXPECT_TRUE(db.get(1));
    db.executor.run_until_idle();
    EXPECT_TRUE(db.get(1));
    // A clock that jumps back does not make later writes older than the truncate.
    db.clock.set_ms(db.clock.now_ms() - 60'000);
    ASSERT_TRUE(db.put(3, {{"a", 1}}));
    EXPECT_TRUE(db.get(3));
    db.database.truncate(db.shared(), "", db.clock.now_ms() + 120'000);
    EXPECT_EQ(db.get(2, "other").error().code, ResultCode::not_found);
    db.executor.run_until_idle();
    EXPECT_EQ(db.ns().primary().size(), 0u);
}

TEST(Operate, MemoryLimitRefusesWritesButNotReadsAndDeletes) {
    NamespaceOptions options;
    options.memory_limit = 4 << 20;
    TestDatabase db(0, options);
    const std::string large(1000, 'x');
    int64_t key = 0;
    while (code_of(db.put(key, {{"v", large.c_str()}})) == ResultCode::ok) ASSERT_LT(++key, 20'000);
    EXPECT_EQ(code_of(db.put(key, {{"v", "x"}})), ResultCode::out_of_space);
    EXPECT_TRUE(db.get(0));
    for (int64_t i = 0; i < key; i++) ASSERT_TRUE(db.remove(i));
    EXPECT_TRUE(db.put(key, {{"v", "x"}}));
    EXPECT_EQ(db.ns().primary().size(), 1u);
}

TEST(Operate, CountsObjectsAndBytesOfSets) {
    TestDatabase db;
    for (int64_t i = 0; i < 100; i++) ASSERT_TRUE(db.put(i, {{"a", i}}));
    uint16_t set = *db.ns().sets().find("s");
    EXPECT_EQ(db.ns().sets().counts(set).objects, 100u);
    EXPECT_GT(db.ns().sets().counts(set).bytes, 100u * 50);
    for (int64_t i = 0; i < 100; i++) ASSERT_TRUE(db.remove(i));
    EXPECT_EQ(db.ns().sets().counts(set).objects, 0u);
    EXPECT_EQ(db.ns().sets().counts(set).bytes, 0u);
    EXPECT_EQ(db.ns().data_bytes(), 0u);
}

TEST(Operate, WhatIsNotServedYetIsRefusedAndNeverSkipped) {
    TestDatabase db;
    for (OperationCode code : {OperationCode::cdt_modify, OperationCode::bit_modify,
                               OperationCode::hll_modify, OperationCode::string_modify}) {
        const std::string one = integer(1);
        std::vector<Operation> operations = {{OperationCode::write, 1, "a", bytes_of(one)},
                                             {code, 4, "a", bytes_of("x")}};
        Command command;
        command.digest = digest_of("s", int64_t{1});
        command.writes = true;
        command.operations = operations;
        Results results;
        EXPECT_EQ(code_of(operate(db.ns(), command, results)), ResultCode::unsupported);
        EXPECT_EQ(db.get(1).error().code, ResultCode::not_found);
    }
}

}  // namespace
}  // namespace winnow
