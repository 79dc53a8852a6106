// The embedded database as its users see it: commands, lifetimes, options, time, threads, a port.

#include "embedded/database.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "embedded/embedded_testing.h"

namespace winnow::embedded {
namespace {

using namespace client;

TEST_F(EmbeddedTest, KeepsWhatIsPut) {
    std::array bins{Bin{"a", 1}, Bin{"b", "text"}};
    ASSERT_TRUE(client_->put(key(1), bins, {{}, {.ttl_seconds = 1000}}));
    Record record;
    ASSERT_TRUE(client_->get(key(1), record));
    EXPECT_EQ(record.find("a")->integer(), 1);
    EXPECT_EQ(record.find("b")->string(), "text");
    EXPECT_EQ(record.generation(), 1u);
    EXPECT_NE(record.void_time(), 0u);

    ASSERT_TRUE(client_->add(key(1), "a", 41));
    std::array ops{BinOperation::read("a"), BinOperation::append("b", "s")};
    ASSERT_TRUE(client_->operate(key(1), ops, record));
    EXPECT_EQ(record.find("a")->integer(), 42);
    ASSERT_TRUE(client_->remove(key(1)));
    EXPECT_FALSE(*client_->exists(key(1)));

    Outcome<> got = client_->get(key(1), record);
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, ResultCode::not_found);
    EXPECT_FALSE(got.error().node.empty());
}

TEST_F(EmbeddedTest, AnswersBatchesOfAnySize) {
    fill(2000);
    for (size_t rows : {1, 3, 256, 257, 2000}) {  // the large ones are answered in steps
        std::vector<Key> keys;
        for (size_t i = 0; i < rows; i++) keys.push_back(key(static_cast<int64_t>(i)));
        keys.push_back(key(-1));
        size_t found = 0, missing = 0;
        Outcome<> read =
            client_->batch_read(keys, BinSelection::all(), [&](const BatchAnswer& row) {
                if (row.code == ResultCode::ok) {
                    EXPECT_EQ(row.record->find("n")->integer(), static_cast<int64_t>(row.index));
                    found++;
                } else {
                    EXPECT_EQ(row.code, ResultCode::not_found);
                    missing++;
                }
            });
        ASSERT_TRUE(read) << read.error().message();
        EXPECT_EQ(found, rows);
        EXPECT_EQ(missing, 1u);
    }
}

TEST_F(EmbeddedTest, ARecordThatIsTooLargeIsRefused) {
    std::string text(9 << 20, 'x');
    std::array large{Bin{"a", text}};
    Outcome<> put = client_->put(key(1), large);
    ASSERT_FALSE(put);
    EXPECT_EQ(put.error().code, ResultCode::record_too_big);
    EXPECT_FALSE(put.error().in_doubt);

    text.resize(129 << 20);
    large = {Bin{"a", text}};
    put = client_->put(key(1), large);
    ASSERT_FALSE(put);
    EXPECT_NE(put.error().text.find("too large"), std::string::npos) << put.error().text;
    ASSERT_TRUE(client_->put(key(1), std::array{Bin{"a", 1}}));  // the next command is in order
}

TEST_F(EmbeddedTest, CompressedRequestsAndReplies) {
    std::string text(100'000, 'x');
    WritePolicy write;
    write.compress = true;
    ASSERT_TRUE(client_->put(key(1), std::array{Bin{"a", text}}, write));
    ReadPolicy read;
    read.compress = true;
    Record record;
    ASSERT_TRUE(client_->get(key(1), record, read));
    EXPECT_EQ(record.find("a")->string(), text);
}

TEST_F(EmbeddedTest, AnIndexIsReadableWhenItsCreationReturns) {
    fill(30'000);  // so many that it is built in the background
    ASSERT_TRUE(client_->create_index({.ns = "test", .set = "demo", .name = "by_n", .bin = "n"}));
    Query query{.ns = "test", .set = "demo"};
    query.where = Predicate::range("n", 100, 199);
    PartitionProgress progress = PartitionProgress::all();
    size_t count = 0;
    ASSERT_TRUE(client_->query(query, progress, [&](const RecordView&) { return ++count > 0; }));
    EXPECT_EQ(count, 100u);
    ASSERT_TRUE(client_->drop_index("test", "by_n"));
}

TEST_F(EmbeddedTest, InfoOfOneNode) {
    auto nodes = client_->cluster().nodes();
    ASSERT_TRUE(nodes);
    ASSERT_EQ(nodes->size(), 1u);
    auto answer = client_->info(nodes->front()->name(), "namespaces", {});
    ASSERT_TRUE(answer);
    EXPECT_EQ(*answer, "test;bar");
    EXPECT_FALSE(client_->info("no-such-command"));
}

TEST_F(EmbeddedTest, ManyThreads) {
    constexpr int threads = 8, rounds = 500;
    std::vector<std::thread> running;
    for (int t = 0; t < threads; t++) {
        running.emplace_back([&, t] {
            Record record;
            for (int i = 0; i < rounds; i++) {
                ASSERT_TRUE(client_->add(key(0), "sum", 1));
                ASSERT_TRUE(client_->put(key(1 + t), std::array{Bin{"i", i}}));
                ASSERT_TRUE(client_->get(key(1 + t), record));
                ASSERT_EQ(record.find("i")->integer(), i);
            }
        });
    }
    for (std::thread& thread : running) thread.join();
    Record record;
    ASSERT_TRUE(client_->get(key(0), record));
    EXPECT_EQ(record.find("sum")->integer(), threads * rounds);
}

TEST_F(EmbeddedTest, AClientOutlivesItsDatabase) {
    fill(10);
    auto second = connect(*database_);
    database_.reset();
    Record record;
    EXPECT_TRUE(client_->get(key(3), record));
    client_.reset();
    EXPECT_TRUE(second->get(key(3), record));
    EXPECT_TRUE(second->put(key(3), std::array{Bin{"n", 4}}));
}

TEST_F(EmbeddedTest, DatabasesOfOneProcessAreApart) {
    auto other = open_database({.namespaces = {{.name = "test"}, {.name = "more"}}});
    auto to_other = connect(*other);
    ASSERT_TRUE(client_->put(key(1), std::array{Bin{"a", 1}}));
    EXPECT_FALSE(*to_other->exists(key(1)));
    EXPECT_TRUE(to_other->put(Key::of("more", "", 1), std::array{Bin{"a", 1}}));
    Outcome<> put = client_->put(Key::of("more", "", 1), std::array{Bin{"a", 1}});
    ASSERT_FALSE(put);
    EXPECT_EQ(put.error().code, ResultCode::namespace_not_found);
}

TEST(EmbeddedOptions, ErrorsNameTheOptionAndTheRemedy) {
    struct Case {
        Options options;
        ResultCode code;
        std::string text;
    };
    std::string long_name(32, 'n');
    for (Case& each : std::vector<Case>{
             {{.path = "data"}, ResultCode::unsupported, "path 'data': "},
             {{.namespaces = {{.name = ""}}}, ResultCode::parameter, "1 to 31 bytes"},
             {{.namespaces = {{.name = long_name}}}, ResultCode::parameter, "1 to 31 bytes"},
             {{.namespaces = {{.name = "a;b"}}}, ResultCode::parameter, "namespace 'a;b'"},
             {{.namespaces = {{.name = "a"}, {.name = "a"}}}, ResultCode::parameter, "twice"},
             {{.namespaces = {{.name = "a", .record_size_max = 1}}},
              ResultCode::parameter,
              "record_size_max"},
             {{.namespaces = {{.name = "a", .default_ttl = 400'000'000}}},
              ResultCode::parameter,
              "default_ttl"},
             {{.serve = ServeOptions{.bind = "no.such.host.invalid"}},
              ResultCode::server_error,
              "no.such.host.invalid"},
         }) {
        auto opened = Database::open(std::move(each.options));
        ASSERT_FALSE(opened) << each.text;
        EXPECT_EQ(opened.error().code, each.code) << each.text;
        EXPECT_NE(opened.error().text.find(each.text), std::string::npos) << opened.error().text;
    }
}

// The clock says when records die; readers need no sweep for it.
TEST(EmbeddedClock, ASetClockDecidesWhatHasExpired) {
    ManualClock clock;
    auto database = open_database(
        {.namespaces = {{.name = "test", .default_ttl = 2'592'000}}, .clock = &clock});
    auto client = connect(*database);
    Key short_lived = Key::of("test", "demo", 1), usual = Key::of("test", "demo", 2);
    WritePolicy policy;
    policy.ttl_seconds = 10;
    ASSERT_TRUE(client->put(short_lived, std::array{Bin{"a", 1}}, policy));
    ASSERT_TRUE(client->put(usual, std::array{Bin{"a", 1}}));
    Record record;
    ASSERT_TRUE(client->get(usual, record));
    EXPECT_EQ(remaining_seconds(record.void_time(), clock.now_ms()), 2'592'000);

    clock.advance_ms(11'000);
    EXPECT_FALSE(*client->exists(short_lived));
    EXPECT_TRUE(*client->exists(usual));
    // Its memory is given back by the requests of a later time.
    clock.advance_ms(1'000'000);
    while (objects(*client) != 1) std::this_thread::yield();
}

TEST(EmbeddedClock, TruncatedRecordsAreFreedInTheBackground) {
    ManualClock clock;
    auto database = open_database({.clock = &clock});
    auto client = connect(*database);
    for (int64_t i = 0; i < 1000; i++)
        ASSERT_TRUE(client->put(Key::of("test", "demo", i), std::array{Bin{"i", i}}));
    EXPECT_EQ(objects(*client), 1000u);
    clock.advance_ms(1);
    ASSERT_TRUE(client->truncate("test", "demo"));
    EXPECT_FALSE(*client->exists(Key::of("test", "demo", 1)));
    while (objects(*client) != 0) std::this_thread::yield();
}

TEST(EmbeddedServed, OthersReachItByItsPort) {
    auto database = open_database({.cluster_name = "blue", .serve = ServeOptions{.threads = 1}});
    ASSERT_NE(database->port(), 0);
    auto inside = connect(*database);
    auto outside =
        Client::connect({.seeds = {{"127.0.0.1", database->port()}}, .cluster_name = "blue"});
    ASSERT_TRUE(outside) << outside.error().message();
    Key key = Key::of("test", "demo", "k");
    ASSERT_TRUE(inside->put(key, std::array{Bin{"a", 7}}));
    Record record;
    ASSERT_TRUE((*outside)->get(key, record));
    EXPECT_EQ(record.find("a")->integer(), 7);

    // Long queries of both ways at once: one stepped by its caller, one by the pool.
    for (int64_t i = 0; i < 20'000; i++)
        ASSERT_TRUE(inside->put(Key::of("test", "many", i), std::array{Bin{"i", i}}));
    for (Client* client : {inside.get(), outside->get()}) {
        PartitionProgress progress = PartitionProgress::all();
        size_t count = 0;
        Outcome<> queried = client->query({.ns = "test", .set = "many"}, progress,
                                          [&](const RecordView&) { return ++count > 0; });
        ASSERT_TRUE(queried) << queried.error().message();
        EXPECT_EQ(count, 20'000u);
    }

    // The port goes with the database object, the data with the last client.
    database.reset();
    EXPECT_FALSE((*outside)->get(key, record));
    EXPECT_TRUE(inside->get(key, record));
}

TEST(EmbeddedServed, APortThatIsTakenIsAnError) {
    auto first = open_database({.serve = ServeOptions{.threads = 1}});
    auto second = Database::open({.serve = ServeOptions{.port = first->port(), .threads = 1}});
    ASSERT_FALSE(second);
    EXPECT_NE(second.error().text.find("choose another port"), std::string::npos);
    EXPECT_EQ(open_database()->port(), 0);
}

}  // namespace
}  // namespace winnow::embedded
