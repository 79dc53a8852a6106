// Queries of an embedded database: run by whoever reads them, a frame at a time.

#include <gtest/gtest.h>

#include <set>

#include "embedded/embedded_testing.h"

namespace winnow::embedded {
namespace {

using namespace client;

using EmbeddedQuery = EmbeddedTest;

TEST_F(EmbeddedQuery, FindsEveryRecordOnce) {
    fill(50'000);
    std::set<int64_t> found;
    PartitionProgress progress = PartitionProgress::all();
    Outcome<> done = client_->query(
        {.ns = "test", .set = "demo", .bins = {"n"}}, progress, [&](const RecordView& record) {
            EXPECT_TRUE(found.insert(*record.find("n")->integer()).second);
            return true;
        });
    ASSERT_TRUE(done) << done.error().message();
    EXPECT_EQ(found.size(), 50'000u);
    EXPECT_TRUE(progress.done());
}

TEST_F(EmbeddedQuery, PagesGoOnWhereTheLastOneEnded) {
    fill(10'000);
    PartitionProgress progress = PartitionProgress::all();
    std::set<int64_t> found;
    size_t pages = 0;
    while (!progress.done()) {
        // As another client would that was given the progress.
        auto other = connect(*database_);
        auto resumed = PartitionProgress::of(progress.statuses());
        ASSERT_TRUE(resumed);
        progress = *resumed;
        size_t rows = 0;
        Outcome<> page = other->query({.ns = "test", .set = "demo", .max_records = 1500}, progress,
                                      [&](const RecordView& record) {
                                          rows++;
                                          found.insert(*record.find("n")->integer());
                                          return true;
                                      });
        ASSERT_TRUE(page) << page.error().message();
        ASSERT_LE(rows, 1500u);
        pages++;
    }
    EXPECT_EQ(found.size(), 10'000u);
    EXPECT_GE(pages, 7u);
}

// Nothing is done ahead of the reader: a query that has returned one frame is at that frame.
TEST_F(EmbeddedQuery, DoesNotRunAheadOfItsReader) {
    constexpr int64_t count = 2000;
    fill(count, 20'000);  // 40 MB
    PartitionProgress progress = PartitionProgress::all();
    uint64_t rows = 0;
    Outcome<> done =
        client_->query_frames({.ns = "test", .set = "demo"}, progress, [&](RecordFrame& frame) {
            uint64_t in_frame = 0;
            while (frame.next() != nullptr) in_frame++;
            rows += in_frame;
            auto jobs = connect(*database_)->info("query-show");
            EXPECT_TRUE(jobs);
            std::string read = ":recs-read=" + std::to_string(rows);
            EXPECT_NE(jobs->find(read), std::string::npos) << read << " is not in " << *jobs;
            EXPECT_LT(in_frame, 20u);  // a frame has 128 KiB
            return true;
        });
    ASSERT_TRUE(done) << done.error().message();
    EXPECT_EQ(rows, static_cast<uint64_t>(count));
}

TEST_F(EmbeddedQuery, EndsWhenItsReaderStops) {
    fill(2000, 1000);
    PartitionProgress progress = PartitionProgress::all();
    size_t rows = 0;
    Outcome<> done =
        client_->query({.ns = "test", .set = "demo"}, progress, [&](const RecordView&) {
            EXPECT_EQ(running_jobs(), 1u);
            return ++rows < 3;
        });
    EXPECT_TRUE(done) << done.error().message();
    EXPECT_EQ(rows, 3u);
    EXPECT_EQ(running_jobs(), 0u);

    Outcome<> rest =
        client_->query({.ns = "test", .set = "demo"}, progress, [&](const RecordView&) {
            rows++;
            return true;
        });
    ASSERT_TRUE(rest);
    EXPECT_EQ(rows, 2000u);
}

TEST_F(EmbeddedQuery, ItsVisitorMayWriteAndQuery) {
    fill(5000, 100);
    PartitionProgress progress = PartitionProgress::all();
    size_t rows = 0;
    Outcome<> done =
        client_->query({.ns = "test", .set = "demo"}, progress, [&](const RecordView& record) {
            int64_t number = *record.find("n")->integer();
            EXPECT_TRUE(client_->put(key(number), std::array{Bin{"seen", 1}}));
            if (rows++ % 1000 != 0) return true;
            PartitionProgress inner = PartitionProgress::all();
            size_t inner_rows = 0;
            EXPECT_TRUE(client_->query({.ns = "test", .set = "demo"}, inner,
                                       [&](const RecordView&) { return ++inner_rows > 0; }));
            EXPECT_EQ(inner_rows, 5000u);
            return true;
        });
    ASSERT_TRUE(done) << done.error().message();
    EXPECT_EQ(rows, 5000u);
    Record record;
    ASSERT_TRUE(client_->get(key(4999), record));
    EXPECT_EQ(record.find("seen")->integer(), 1);
}

TEST_F(EmbeddedQuery, AnAbortEndsIt) {
    fill(3000, 1000);
    PartitionProgress progress = PartitionProgress::all();
    bool asked = false;
    Outcome<> done =
        client_->query({.ns = "test", .set = "demo"}, progress, [&](const RecordView&) {
            if (!std::exchange(asked, true)) {
                EXPECT_TRUE(client_->info("scan-abort-all:"));
            }
            return true;
        });
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ResultCode::query_aborted);
    EXPECT_FALSE(progress.done());
}

// The time of the whole call is looked at between steps, and by the query itself.
TEST_F(EmbeddedQuery, EndsWithItsTime) {
    fill(3000, 1000);
    PartitionProgress progress = PartitionProgress::all();
    QueryPolicy policy;
    policy.total_timeout_ms = 1;
    Deadline later = Deadline::in(3);
    Outcome<> done = client_->query(
        {.ns = "test", .set = "demo"}, progress,
        [&](const RecordView&) {
            while (!later.passed()) std::this_thread::yield();
            return true;
        },
        policy);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ResultCode::timeout);
    EXPECT_EQ(running_jobs(), 0u);
}

TEST_F(EmbeddedQuery, AnInterruptEndsIt) {
    class AtOnce : public Interrupt {
    public:
        bool requested() override { return true; }
    };
    fill(3000, 1000);
    AtOnce interrupt;
    QueryPolicy policy;
    policy.interrupt = &interrupt;
    PartitionProgress progress = PartitionProgress::all();
    Outcome<> done;
    do {  // it is asked now and then, also over many calls of short queries
        progress = PartitionProgress::all();
        done = client_->query(
            {.ns = "test", .set = "demo"}, progress, [](const RecordView&) { return true; },
            policy);
    } while (done);
    EXPECT_EQ(done.error().source, FailureSource::interrupt);
    EXPECT_EQ(running_jobs(), 0u);
}

}  // namespace
}  // namespace winnow::embedded
