#include "engine/query/query.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.h"
#include "engine/engine_testing.h"

namespace winnow {
namespace {

using testing::Put;
using testing::Rows;
using testing::TestDatabase;

// 500 records: g = i % 10, name of g as text; half of them in another set.
void fill(TestDatabase& db, int64_t count = 500) {
    for (int64_t i = 0; i < count; i++)
        ASSERT_TRUE(db.put(i, {{"i", i}, {"g", i % 10}, {"t", i % 2 ? "odd" : "even"}},
                           i % 2 ? "odd" : "s"));
}

void create_index(TestDatabase& db, const std::string& name, IndexDefinition definition) {
    ASSERT_TRUE(db.database.create_index(db.shared(), name, definition));
}

TEST(Query, ReturnsEveryRecordOnceInDescendingDigestOrder) {
    TestDatabase db;
    fill(db);
    for (size_t room : {size_t{1}, size_t{7}, SIZE_MAX}) {
        Rows rows = db.query({}, room, 50);
        ASSERT_EQ(rows.digests.size(), 500u);
        EXPECT_EQ(rows.done.size(), partition_count);
        for (size_t i = 1; i < rows.digests.size(); i++) {
            if (rows.digests[i].partition() == rows.digests[i - 1].partition()) {
                EXPECT_GT(rows.digests[i - 1], rows.digests[i]);
            }
        }
        std::set<Digest> distinct(rows.digests.begin(), rows.digests.end());
        EXPECT_EQ(distinct.size(), 500u);
    }
    QueryRequest request;
    request.set = "odd";
    EXPECT_EQ(db.query(request).digests.size(), 250u);
    request.set = "none";
    EXPECT_EQ(db.query(request).digests.size(), 0u);
}

TEST(Query, PagesOfAPrimaryQueryMeetWithoutGapOrOverlap) {
    TestDatabase db;
    fill(db);
    std::vector<PartitionStart> starts = TestDatabase::all_partitions();
    std::set<Digest> seen;
    for (int page = 0; page < 200 && !starts.empty(); page++) {
        QueryRequest request;
        request.partitions = starts;
        request.max_records = 7;
        Rows rows = db.query(request);
        for (const Digest& digest : rows.digests) EXPECT_TRUE(seen.insert(digest).second);
        std::vector<PartitionStart> next;
        for (PartitionStart& start : starts) {
            if (rows.done.contains(start.partition)) continue;
            for (const Digest& digest : rows.digests)
                if (digest.partition() == start.partition) start.after = digest;
            next.push_back(start);
        }
        starts = next;
    }
    EXPECT_TRUE(starts.empty());
    EXPECT_EQ(seen.size(), 500u);
}

TEST(Query, IndexQueriesAgreeWithAScan) {
    TestDatabase db;
    fill(db);
    create_index(db, "gi", {.set = "", .bin = "g", .type = IndexType::integer});
    create_index(db, "ti", {.set = "s", .bin = "t", .type = IndexType::string});
    for (int64_t low = 0; low < 10; low++) {
        Rows rows = db.query_range("g", low, low + 2, "");
        int64_t values = std::min<int64_t>(10, low + 3) - low;
        EXPECT_EQ(rows.digests.size(), static_cast<size_t>(50 * values));
        std::set<Digest> distinct(rows.digests.begin(), rows.digests.end());
        EXPECT_EQ(distinct.size(), rows.digests.size());
    }
    QueryRequest request;
    request.set = "s";
    request.predicate = {.bin = "t", .type = IndexType::string, .text = "even"};
    EXPECT_EQ(db.query(request).digests.size(), 250u);
    request.predicate->text = "odd";
    EXPECT_EQ(db.query(request).digests.size(), 0u);
    // An index on a set serves no query without one.
    request.set = "";
    request.partitions = TestDatabase::all_partitions();
    auto refused = Query::start(db.shared(), request);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ResultCode::index_not_found);
}

TEST(Query, PagesOfAnIndexQueryResumeByValueAndDigest) {
    TestDatabase db;
    fill(db);
    create_index(db, "gi", {.set = "", .bin = "g", .type = IndexType::integer});
    std::vector<PartitionStart> starts = TestDatabase::all_partitions();
    std::set<Digest> seen;
    for (int page = 0; page < 200 && seen.size() < 400; page++) {
        QueryRequest request;
        request.partitions = starts;
        request.predicate = {.bin = "g", .first = 2, .last = 9, .text = {}};
        request.max_records = 9;
        Rows rows = db.query(request);
        for (size_t i = 0; i < rows.digests.size(); i++) {
            EXPECT_TRUE(seen.insert(rows.digests[i]).second);
            PartitionStart& start = starts[rows.digests[i].partition()];
            start.after = rows.digests[i];
            start.after_value = rows.values[i];
        }
    }
    EXPECT_EQ(seen.size(), 400u);
}

// Digests made up by a client may agree in every byte that an index entry keeps.
TEST(Query, RecordsThatShareADigestPrefixAreToldApart) {
    TestDatabase db;
    create_index(db, "gi", {.set = "", .bin = "g", .type = IndexType::integer});
    constexpr int count = 100;
    for (int i = 0; i < count; i++) {
        Digest digest;
        digest.bytes[15] = static_cast<uint8_t>(i);
        ASSERT_TRUE(db.put(digest, {{"g", int64_t{5}}}));
    }
    for (size_t room : {size_t{1}, size_t{7}, SIZE_MAX}) {
        QueryRequest request;
        request.predicate = {.bin = "g", .first = 5, .last = 5, .text = {}};
        Rows rows = db.query(request, room);
        ASSERT_EQ(rows.digests.size(), static_cast<size_t>(count));
        EXPECT_TRUE(std::is_sorted(rows.digests.begin(), rows.digests.end()));
    }
    Digest middle;
    middle.bytes[15] = 49;
    QueryRequest request;
    request.partitions = {{0, middle, 5}};
    request.predicate = {.bin = "g", .first = 0, .last = 9, .text = {}};
    EXPECT_EQ(db.query(request).digests.size(), 50u);
    // All but one take another value: the entry stays for that one.
    for (int i = 1; i < count; i++) {
        Digest digest;
        digest.bytes[15] = static_cast<uint8_t>(i);
        ASSERT_TRUE(db.put(digest, {{"g", int64_t{6}}}));
    }
    EXPECT_EQ(db.query_range("g", 5, 5, "").digests.size(), 1u);
    EXPECT_EQ(db.query_range("g", 6, 6, "").digests.size(), static_cast<size_t>(count - 1));
}

TEST(Query, IndexFollowsWritesDeletesExpiryAndTruncate) {
    TestDatabase db;
    create_index(db, "gi", {.set = "s", .bin = "g", .type = IndexType::integer});
    auto& entries = db.ns().indexes().find("gi")->entries();
    ASSERT_TRUE(db.put(1, {{"g", 1}}));
    ASSERT_TRUE(db.put(2, {{"g", 1}}, "s", 10));
    ASSERT_TRUE(db.put(3, {{"g", "text"}}));
    ASSERT_TRUE(db.put(4, {{"g", 1}}, "other"));
    EXPECT_EQ(entries.size(), 2u);
    ASSERT_TRUE(db.put(1, {{"g", 2}}));
    EXPECT_EQ(db.query_range("g", 1, 1).digests.size(), 1u);
    EXPECT_EQ(db.query_range("g", 2, 2).digests.size(), 1u);
    ASSERT_TRUE(db.put(3, {{"g", 7}}));
    ASSERT_TRUE(db.put(1, {{"g", nullptr}, {"x", 1}}));
    EXPECT_EQ(entries.size(), 2u);
    db.clock.advance_ms(11'000);
    EXPECT_EQ(db.query_range("g", 1, 1).digests.size(), 0u);
    db.clock.advance_ms(200'000);
    db.executor.run_until_idle();
    EXPECT_EQ(entries.size(), 1u);
    db.database.truncate(db.shared(), "s", db.clock.now_ms());
    EXPECT_EQ(db.query_range("g", 7, 7).digests.size(), 0u);
    db.executor.run_until_idle();
    EXPECT_EQ(entries.size(), 0u);
}

TEST(Query, SelectedBinsLeaveOutRecordsThatHaveNone) {
    TestDatabase db;
    ASSERT_TRUE(db.put(1, {{"a", 1}}));
    ASSERT_TRUE(db.put(2, {{"b", 1}}));
    QueryRequest request;
    request.bins = {{"a", "c"}};
    EXPECT_EQ(db.query(request).digests.size(), 1u);
    request.no_bins = true;
    EXPECT_EQ(db.query(request).digests.size(), 2u);
}

TEST(Query, LargeIndexIsBuiltInTheBackground) {
    TestDatabase db;
    constexpr int64_t count = 20'500;
    for (int64_t i = 0; i < count; i++) ASSERT_TRUE(db.put(i, {{"g", i % 10}}));
    create_index(db, "gi", {.set = "s", .bin = "g", .type = IndexType::integer});
    QueryRequest request;
    request.set = "s";
    request.partitions = TestDatabase::all_partitions();
    request.predicate = {.bin = "g", .first = 3, .last = 3, .text = {}};
    auto early = Query::start(db.shared(), request);
    ASSERT_FALSE(early);
    EXPECT_EQ(early.error().code, ResultCode::index_not_readable);
    // What is written meanwhile is kept up by the writers.
    ASSERT_TRUE(db.executor.run_one());
    ASSERT_TRUE(db.put(0, {{"g", 3}}));
    db.executor.run_until_idle();
    EXPECT_EQ(db.query(request).digests.size(), static_cast<size_t>(count / 10 + 1));
    EXPECT_TRUE(db.ns().indexes().drop("gi"));
    EXPECT_FALSE(db.ns().indexes().drop("gi"));
}

}  // namespace
}  // namespace winnow
