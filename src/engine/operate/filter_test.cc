// Filters and expression operations on commands: who is filtered, and which check comes first.

#include <gtest/gtest.h>

#include "engine/engine_testing.h"

namespace winnow {
namespace {

using testing::integer;
using testing::Put;
using testing::Results;
using testing::TestDatabase;

// eq(int bin a, 1), in both languages
const std::string a_is_1 = "\x93\x01\x93\x51\x02\xa1\x61\x01";
const std::string predicate_a_is_1("\0\x64\0\0\0\1a\0\x0a\0\0\0\x8\0\0\0\0\0\0\0\1\0\xc8\0\0\0\0",
                                   27);
const std::string malformed = "\x93\x01\x01";

struct Filtered {
    Command command;
    std::optional<CommandFilter> filter;
    Results results;

    explicit Filtered(int64_t key, std::string_view encoded = {}) {
        command.digest = digest_of("s", key);
        command.set = "s";
        if (!encoded.empty()) command.filter = &filter.emplace(bytes_of(encoded));
    }
    ResultCode on(TestDatabase& db) {
        auto outcome = operate(db.ns(), command, results);
        return outcome ? ResultCode::ok : outcome.error().code;
    }
};

ResultCode get(TestDatabase& db, int64_t key, std::string_view filter) {
    Filtered run(key, filter);
    run.command.reads = run.command.read_all = true;
    return run.on(db);
}
ResultCode put(TestDatabase& db, int64_t key, std::string_view filter, bool create_only = false) {
    Filtered run(key, filter);
    const std::vector<Put> puts = {{"b", 5}};
    std::vector<Operation> operations = testing::writes_of(puts);
    run.command.writes = true;
    run.command.create_only = create_only;
    run.command.operations = operations;
    return run.on(db);
}
ResultCode remove(TestDatabase& db, int64_t key, std::string_view filter) {
    Filtered run(key, filter);
    run.command.writes = run.command.remove = true;
    return run.on(db);
}

TEST(CommandFilter, DecidesOnEveryKindOfCommand) {
    for (const std::string& filter : {a_is_1, predicate_a_is_1}) {
        TestDatabase db;
        ASSERT_TRUE(db.put(1, {{"a", 1}}));
        ASSERT_TRUE(db.put(2, {{"a", 2}}));
        EXPECT_EQ(get(db, 1, filter), ResultCode::ok);
        EXPECT_EQ(get(db, 2, filter), ResultCode::filtered_out);
        EXPECT_EQ(put(db, 1, filter), ResultCode::ok);
        EXPECT_EQ(put(db, 2, filter), ResultCode::filtered_out);
        EXPECT_EQ(db.get(2)->size(), 1u);
        EXPECT_EQ(remove(db, 2, filter), ResultCode::filtered_out);
        EXPECT_TRUE(db.get(2));
        EXPECT_EQ(remove(db, 1, filter), ResultCode::ok);
    }
}

TEST(CommandFilter, WhatIsNotThereIsNotFiltered) {
    TestDatabase db;
    for (const std::string& filter : {a_is_1, malformed}) {
        EXPECT_EQ(get(db, 7, filter), ResultCode::not_found);
        EXPECT_EQ(remove(db, 7, filter), ResultCode::not_found);
    }
    EXPECT_EQ(put(db, 7, malformed), ResultCode::ok);
    EXPECT_EQ(get(db, 7, malformed), ResultCode::parameter);
    EXPECT_EQ(put(db, 7, malformed), ResultCode::parameter);
}

TEST(CommandFilter, PoliciesComeFirst) {
    TestDatabase db;
    ASSERT_TRUE(db.put(1, {{"a", 2}}));
    EXPECT_EQ(put(db, 1, a_is_1, true), ResultCode::record_exists);
    EXPECT_EQ(put(db, 1, malformed, true), ResultCode::record_exists);
    Filtered run(1, a_is_1);
    run.command.writes = run.command.remove = true;
    run.command.generation_policy = GenerationPolicy::equal;
    run.command.generation = 9;
    EXPECT_EQ(run.on(db), ResultCode::generation);
}

TEST(CommandFilter, CountsWhoDecided) {
    TestDatabase db;
    ASSERT_TRUE(db.put(1, {{"a", 1}}));
    const std::string never_expires = "\x93\x01\x91\x45\xff";  // eq(ttl, -1)
    EXPECT_EQ(get(db, 1, a_is_1), ResultCode::ok);
    EXPECT_EQ(get(db, 1, never_expires), ResultCode::ok);
    EXPECT_EQ(get(db, 1, never_expires), ResultCode::ok);
    EXPECT_EQ(db.ns().statistics().sum(Statistic::filters_decided_by_metadata), 2);
    EXPECT_EQ(db.ns().statistics().sum(Statistic::filters_decided_by_bins), 1);
}

TEST(ExpressionOperation, SeesWhatTheCommandHasWritten) {
    TestDatabase db;
    ASSERT_TRUE(db.put(1, {{"a", 1}}));
    const std::string ten = integer(10);
    const std::string a_plus_1("\x92\x93\x14\x93\x51\x02\xa1\x61\x01\0", 10);
    std::vector<Operation> operations = {
        {OperationCode::write, 1, "a", bytes_of(ten)},
        {OperationCode::expression_modify, 4, "b", bytes_of(a_plus_1)},
        {OperationCode::expression_read, 4, "r", bytes_of(a_plus_1)},
    };
    Filtered run(1);
    run.command.reads = run.command.writes = true;
    run.command.operations = operations;
    ASSERT_EQ(run.on(db), ResultCode::ok);
    std::vector<Results::Bin> expected = {{"r", 1, integer(11)}};
    EXPECT_EQ(run.results.bins, expected);
    std::vector<Results::Bin> bins = {{"a", 1, integer(10)}, {"b", 1, integer(11)}};
    EXPECT_EQ(*db.get(1), bins);
}

TEST(ExpressionOperation, UnknownFailsTheWholeCommandUnlessItIsAllowed) {
    TestDatabase db;
    ASSERT_TRUE(db.put(1, {{"a", 1}}));
    const std::string missing("\x92\x93\x51\x02\xa1\x78\0", 7),
        allowed = "\x92\x93\x51\x02\xa1\x78\x10";
    const std::string ten = integer(10);
    for (const std::string& payload : {missing, allowed}) {
        std::vector<Operation> operations = {
            {OperationCode::write, 1, "a", bytes_of(ten)},
            {OperationCode::expression_modify, 4, "b", bytes_of(payload)},
        };
        Filtered run(1);
        run.command.writes = true;
        run.command.operations = operations;
        bool fails = payload == missing;
        EXPECT_EQ(run.on(db), fails ? ResultCode::not_applicable : ResultCode::ok);
        std::vector<Results::Bin> bins = {{"a", 1, integer(fails ? 1 : 10)}};
        EXPECT_EQ(*db.get(1), bins);
    }
}

std::shared_ptr<const Filter> query_filter(std::string_view encoded) {
    return std::make_shared<const Filter>(*Filter::decode_copy(bytes_of(encoded)));
}

TEST(QueryFilter, LeavesOutWhatDoesNotPassAndCountsTheLimitBehindIt) {
    TestDatabase db;
    for (int64_t i = 0; i < 300; i++) ASSERT_TRUE(db.put(i, {{"a", i % 3}}));
    QueryRequest request;
    request.filter = query_filter(a_is_1);
    EXPECT_EQ(db.query(request).digests.size(), 100u);
    EXPECT_EQ(db.query(request, 7, 20).digests.size(), 100u);
    request.max_records = 30;
    EXPECT_EQ(db.query(request).digests.size(), 30u);
    request.no_bins = true;
    request.max_records = 0;
    EXPECT_EQ(db.query(request).digests.size(), 100u);
    request.filter = query_filter("\x93\x01\x91\x45\xff");  // eq(ttl, -1): metadata
    EXPECT_EQ(db.query(request).digests.size(), 300u);

    ASSERT_TRUE(db.database.create_index(db.shared(), "by_a", {.set = "s", .bin = "a"}));
    QueryRequest indexed;
    indexed.set = "s";
    indexed.predicate = {.bin = "a", .first = 1, .last = 2, .text = {}};
    indexed.filter = query_filter(a_is_1);
    EXPECT_EQ(db.query(indexed).digests.size(), 100u);
}

// A filter that takes long does not hold a step, and one that takes for ever ends the query.
TEST(QueryFilter, CostIsBounded) {
    TestDatabase db;
    std::string list = "\xdc\x01\xf4" + std::string(500, '\x01');  // 500 times 1
    for (int64_t i = 0; i < 20; i++) {
        std::vector<Operation> operations = {{OperationCode::write, 20, "l", bytes_of(list)}};
        Filtered run(i);
        run.command.writes = true;
        run.command.operations = operations;
        ASSERT_EQ(run.on(db), ResultCode::ok);
    }
    auto node = [](uint8_t tag, std::string payload) {
        return std::string("\0", 1) + static_cast<char>(tag) + std::string("\0\0\0", 3) +
               static_cast<char>(payload.size()) + payload;
    };
    std::string eight("\0\0\0\0\0\0\0\x02", 8);
    std::string nested = node(120, "v") + node(10, eight) + node(200, "");
    auto iterate = node(103, "l") + node(250, "v");
    for (int depth = 1; depth <= 4; depth++) {
        nested += iterate;
        auto query = Query::start(db.shared(), {.set = {},
                                                .partitions = TestDatabase::all_partitions(),
                                                .predicate = {},
                                                .filter = query_filter(nested),
                                                .bins = {}});
        ASSERT_TRUE(query);
        testing::Rows rows;
        size_t steps = 0;
        while ((*query)->step(rows, 100'000) == Query::Status::again) steps++;
        EXPECT_TRUE(rows.digests.empty());
        if (depth == 1) {
            EXPECT_EQ(steps, 0u);
        }
        if (depth == 2) {
            EXPECT_GT(steps, 2u);
        }
        EXPECT_EQ((*query)->failure(), depth <= 2 ? ResultCode::ok : ResultCode::timeout);
    }
}

}  // namespace
}  // namespace winnow
