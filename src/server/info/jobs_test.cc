#include "server/info/info_testing.h"

namespace winnow {
namespace {

class InfoJobsTest : public InfoTest {
protected:
    std::shared_ptr<Job> start(uint64_t task_id, std::string index) {
        auto job = std::make_shared<Job>();
        job->task_id = task_id;
        job->ns = "test";
        job->set = "demo";
        job->index = std::move(index);
        job->started_ns = clock_.monotonic_ns();
        database_.jobs().start(job);
        return job;
    }
};

TEST_F(InfoJobsTest, AQueryIsShownWhileItRunsAndAfter) {
    auto job = start(77, "");
    job->records = 12;
    job->percent = 40;
    clock_.advance_ms(1500);
    std::string active = ask("query-show:trid=77");
    EXPECT_TRUE(active.starts_with("trid=77:module=scan:job-type=basic:ns=test:set=demo:"))
        << active;
    EXPECT_NE(active.find(":status=active(ok):job-progress=40.00:run-time=1500:"),
              std::string::npos)
        << active;
    EXPECT_EQ(value_of(active, "recs-succeeded", ':'), "12");
    EXPECT_EQ(value_of(active, "recs-read", ':'), "12");

    database_.jobs().end(job, ResultCode::ok, clock_.monotonic_ns());
    clock_.advance_ms(500);
    std::string done = ask("query-show:id=77");
    EXPECT_EQ(value_of(done, "status", ':'), "done(ok)");
    EXPECT_EQ(value_of(done, "run-time", ':'), "1500");
    EXPECT_EQ(value_of(done, "time-since-done", ':'), "500");
    EXPECT_EQ(value_of(ask("statistics"), "long_queries_active"), "0");
}

TEST_F(InfoJobsTest, ListsInEveryForm) {
    EXPECT_EQ(ask("query-show"), "");
    start(1, "");
    start(2, "n");
    std::string one = ask("query-show:trid=1"), two = ask("query-show:trid=2");
    EXPECT_EQ(value_of(two, "module", ':'), "query");
    EXPECT_EQ(value_of(two, "bin", ':'), "n");
    for (std::string_view form : {"query-show", "query-show:", "scan-show", "jobs", "jobs:"})
        EXPECT_EQ(ask(form), one + ";" + two) << form;
    EXPECT_EQ(ask("jobs:module=scan"), one);
    EXPECT_EQ(ask("jobs:module=query"), two);
    EXPECT_EQ(ask("jobs:module=scan;cmd=get-job;trid=1"), one);
    EXPECT_EQ(ask("jobs:module=xdr"), "ERROR:4:bad module");
    EXPECT_EQ(ask("jobs:cmd=x"), "ERROR:4:bad cmd");
    EXPECT_EQ(value_of(ask("statistics"), "long_queries_active"), "2");
}

TEST_F(InfoJobsTest, AbortsOneOrAll) {
    EXPECT_EQ(ask("query-abort-all:"), "number-of-queries-killed:0");
    auto one = start(1, ""), two = start(2, ""), three = start(3, "");
    EXPECT_EQ(ask("query-abort:trid=1"), "ok");
    EXPECT_TRUE(one->abort && !two->abort);
    EXPECT_EQ(ask("jobs:module=scan;cmd=kill-job;trid=2"), "ok");
    EXPECT_TRUE(two->abort && !three->abort);
    database_.jobs().end(one, ResultCode::query_aborted, clock_.monotonic_ns());
    EXPECT_EQ(value_of(ask("query-show:trid=1"), "status", ':'), "done(user-aborted)");
    EXPECT_EQ(ask("scan-abort-all:"), "OK - number of scans killed: 2");
    EXPECT_TRUE(three->abort);
    database_.jobs().end(two, ResultCode::timeout, clock_.monotonic_ns());
    EXPECT_EQ(value_of(ask("query-show:trid=2"), "status", ':'), "done(abandoned-timeout)");
}

TEST_F(InfoJobsTest, RefusesBadTaskIds) {
    EXPECT_EQ(ask("query-show:trid=12345"), "ERROR:2:job not found");
    for (std::string_view id : {"0", "x", "-1", "18446744073709551616", "1 "})
        EXPECT_EQ(ask("query-show:trid=" + std::string(id)), "ERROR:4:bad trid") << id;
    EXPECT_EQ(ask("query-abort:trid=99"), "ERROR:2:trid not active");
    EXPECT_EQ(ask("query-abort:trid="), "ERROR:4:missing 'trid' value");
    EXPECT_EQ(ask("query-abort:"), "ERROR:4:missing 'trid'");
    start(18446744073709551615u, "");
    EXPECT_EQ(ask("query-abort:id=18446744073709551615"), "ok");
}

}  // namespace
}  // namespace winnow
