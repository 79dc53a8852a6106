// What a child of fork() may do: use nothing of its parent's database or clients, and be told so;
// open and connect what is its own.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <vector>

#include "base/fork.h"
#include "embedded/embedded_testing.h"

namespace winnow::embedded {
namespace {

using namespace client;

// What a child answers: 0 is good. One that hangs is ended by the alarm.
int in_child(const std::function<int()>& run) {
    pid_t child = fork();
    if (child == 0) {
        alarm(60);
        _exit(run());
    }
    int status = -1;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    return status;
}

bool says(const Failure& failure, const char* text) {
    return failure.code == ResultCode::server_error && failure.text.find(text) != std::string::npos;
}

TEST(ProcessMark, IsForeignInAChild) {
    ProcessMark mark;
    EXPECT_FALSE(mark.foreign());
    EXPECT_EQ(in_child([&] { return mark.foreign() && !ProcessMark().foreign() ? 0 : 1; }), 0);
    EXPECT_FALSE(mark.foreign());
}

class EmbeddedFork : public EmbeddedTest {};

TEST_F(EmbeddedFork, AChildIsRefused) {
    fill(10);
    EXPECT_EQ(in_child([&] {
                  Record record;
                  Outcome<> got = client_->get(key(1), record);
                  if (got || !says(got.error(), "open one in this process")) return 1;
                  PartitionProgress progress = PartitionProgress::all();
                  Outcome<> queried = client_->query({.ns = "test"}, progress,
                                                     [](const RecordView&) { return true; });
                  if (queried || !says(queried.error(), "before fork()")) return 2;
                  auto connected = database_->connect();
                  if (connected || !says(connected.error(), "before fork()")) return 3;
                  if (client_->info("status")) return 4;
                  client_.reset();
                  database_.reset();
                  return 0;
              }),
              0);
    Record record;
    EXPECT_TRUE(client_->get(key(1), record));  // the parent goes on
}

// Also while threads of the parent are anywhere in the database, its own thread among them.
TEST_F(EmbeddedFork, AChildOfABusyProcessOpensItsOwn) {
#ifdef __SANITIZE_ADDRESS__
    GTEST_SKIP()
        << "the allocator of AddressSanitizer does not survive fork() with threads at work";
#endif
    fill(1000);
    std::atomic<bool> stop{false};
    std::vector<std::thread> busy;
    for (int t = 0; t < 3; t++) {
        busy.emplace_back([&, t] {
            Record record;
            for (int64_t i = t; !stop; i++) {
                client_->put(key(i % 1000), std::array{Bin{"n", i}});
                client_->get(key(i % 1000), record);
                if (i % 100 == 0) client_->truncate("test", "none");
            }
        });
    }
    for (int i = 0; i < 20; i++) {
        EXPECT_EQ(in_child([&] {
                      Record record;
                      if (client_->get(key(1), record)) return 1;
                      client_.reset();
                      database_.reset();
                      auto own = Database::open();
                      if (!own) return 2;
                      auto to_own = (*own)->connect();
                      if (!to_own) return 3;
                      for (int64_t n = 0; n < 500; n++) {
                          if (!(*to_own)->put(key(n), std::array{Bin{"n", n}})) return 4;
                          if (!(*to_own)->remove(key(n))) return 5;
                      }
                      to_own->reset();
                      own->reset();
                      return 0;
                  }),
                  0);
    }
    stop = true;
    for (std::thread& thread : busy) thread.join();
}

TEST_F(EmbeddedFork, AChildConnectsToAServerAnew) {
    auto served = open_database({.serve = ServeOptions{.threads = 1}});
    ClusterOptions where{.seeds = {{"127.0.0.1", served->port()}}, .tend_interval_ms = 1};
    auto outside = Client::connect(where);
    ASSERT_TRUE(outside);
    ASSERT_TRUE((*outside)->put(key(1), std::array{Bin{"a", 1}}));
    EXPECT_EQ(in_child([&] {
                  Record record;
                  Outcome<> got = (*outside)->get(key(1), record);
                  if (got || !says(got.error(), "connect one in this process")) return 1;
                  outside->reset();
                  where.tend_interval_ms = 0;
                  auto own = Client::connect(where);
                  if (!own || !(*own)->get(key(1), record)) return 2;
                  return 0;
              }),
              0);
    Record record;
    EXPECT_TRUE((*outside)->get(key(1), record));
}

// fork() in the middle of a query: the child cannot go on with it, the parent can.
TEST_F(EmbeddedFork, AQueryGoesOnInTheParentAlone) {
    fill(3000, 1000);
    auto served = open_database({.serve = ServeOptions{.threads = 1}});
    auto outside = Client::connect({.seeds = {{"127.0.0.1", served->port()}}});
    ASSERT_TRUE(outside);
    std::string text(1000, 'x');
    for (int64_t i = 0; i < 3000; i++)
        ASSERT_TRUE((*outside)->put(key(i), std::array{Bin{"text", text}}));
    for (Client* client : {client_.get(), outside->get()}) {
        PartitionProgress progress = PartitionProgress::all();
        size_t rows = 0;
        pid_t child = -1;
        Outcome<> done =
            client->query({.ns = "test", .set = "demo"}, progress, [&](const RecordView&) {
                if (rows++ == 0) child = fork();
                return true;
            });
        if (child == 0) _exit(!done && says(done.error(), "before fork()") && rows < 3000 ? 0 : 1);
        EXPECT_TRUE(done);
        EXPECT_EQ(rows, 3000u);
        int status = -1;
        EXPECT_EQ(waitpid(child, &status, 0), child);
        EXPECT_EQ(status, 0);
    }
}

}  // namespace
}  // namespace winnow::embedded
