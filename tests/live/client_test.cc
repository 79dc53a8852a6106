// The client against a running server: WINNOW_TEST_PORT is its port on 127.0.0.1, namespace `test`.
// Each test has a set of its own and clears it first, so that the server may be used again.

#include "client/client.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <set>
#include <thread>

#include "base/clock.h"

namespace winnow::client {
namespace {

class ClientLive : public testing::Test {
protected:
    void SetUp() override {
        const char* port = std::getenv("WINNOW_TEST_PORT");
        ASSERT_TRUE(port != nullptr) << "WINNOW_TEST_PORT is not set: no server to test";
        auto connected =
            Client::connect({.seeds = {{"127.0.0.1", static_cast<uint16_t>(std::atoi(port))}}});
        ASSERT_TRUE(connected) << connected.error().message();
        client_ = std::move(*connected);
        set_ = testing::UnitTest::GetInstance()->current_test_info()->name();
        Outcome<> truncated = client_->truncate("test", set_);
        ASSERT_TRUE(truncated) << truncated.error().message();
        await_empty();
    }

    Key key(int64_t number) const { return Key::of("test", set_, number); }

    // A truncate takes what is older than its moment, in ms: what follows has to be later.
    void await_empty() {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        for (int i = 0; i < 1000 && count_records() != 0; i++)
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        ASSERT_EQ(count_records(), 0u);
    }
    size_t count_records() {
        size_t count = 0;
        PartitionProgress progress = PartitionProgress::all();
        Query query{.ns = "test", .set = set_, .no_bins = true};
        Outcome<> done = client_->query(query, progress, [&](const RecordView&) {
            count++;
            return true;
        });
        EXPECT_TRUE(done) << done.error().message();
        return count;
    }
    void fill(int64_t count) {
        for (int64_t i = 0; i < count; i++) {
            std::string text = fmt::format("text {}", i % 10);
            std::array bins{Bin{"a", i}, Bin{"g", i % 10}, Bin{"s", text}};
            Outcome<> put = client_->put(key(i), bins);
            ASSERT_TRUE(put) << put.error().message();
        }
    }
    // The values of bin `a` that a query finds, each of which must come once.
    std::set<int64_t> values(const Query& query, PartitionProgress& progress) {
        std::set<int64_t> found;
        Outcome<> done = client_->query(query, progress, [&](const RecordView& record) {
            EXPECT_TRUE(found.insert(*record.find("a")->integer()).second);
            return true;
        });
        EXPECT_TRUE(done) << done.error().message();
        return found;
    }
    std::set<int64_t> values(const Query& query) {
        PartitionProgress progress = PartitionProgress::all();
        std::set<int64_t> found = values(query, progress);
        EXPECT_TRUE(progress.done());
        return found;
    }

    std::unique_ptr<Client> client_;
    std::string set_;
    Record record_;
};

std::set<int64_t> numbers(int64_t first, int64_t last) {
    std::set<int64_t> all;
    for (int64_t i = first; i <= last; i++) all.insert(i);
    return all;
}

TEST_F(ClientLive, PutGetRemove) {
    Value list = *Value::parse("[1, 2, {\"x\": 3}]");
    uint8_t raw[] = {0, 1, 2};
    std::array bins{Bin{"i", -5},
                    Bin{"d", 1.5},
                    Bin{"s", "text"},
                    Bin{"t", true},
                    Bin{"b", ValueView(Particle::blob, Bytes(raw))},
                    Bin{"l", list}};
    ASSERT_TRUE(client_->put(key(1), bins));
    ASSERT_TRUE(client_->get(key(1), record_));
    EXPECT_EQ(record_.generation(), 1u);
    EXPECT_EQ(record_.size(), 6u);
    for (const Bin& bin : bins) {
        auto value = record_.find(bin.name);
        ASSERT_TRUE(value) << bin.name;
        EXPECT_EQ(value->text(), bin.value.text());
    }
    std::array<std::string_view, 2> names{"s", "missing"};
    ASSERT_TRUE(client_->get(key(1), BinSelection::named(names), record_));
    EXPECT_EQ(record_.size(), 1u);
    ASSERT_TRUE(client_->get(key(1), BinSelection::none(), record_));
    EXPECT_EQ(record_.size(), 0u);
    EXPECT_TRUE(*client_->exists(key(1)));

    ASSERT_TRUE(client_->put(key(1), std::array{Bin{"s", ValueView()}}));  // removes the bin
    ASSERT_TRUE(client_->get(key(1), record_));
    EXPECT_EQ(record_.generation(), 2u);
    EXPECT_FALSE(record_.find("s"));

    ASSERT_TRUE(client_->remove(key(1)));
    EXPECT_FALSE(*client_->exists(key(1)));
    EXPECT_EQ(client_->remove(key(1)).error().code, ResultCode::not_found);
    EXPECT_EQ(client_->get(key(1), record_).error().code, ResultCode::not_found);
    EXPECT_EQ(client_->get(Key::of("nowhere", "", 1), record_).error().code,
              ResultCode::namespace_not_found);
}

TEST_F(ClientLive, ChangesAndOperations) {
    ASSERT_TRUE(client_->put(key(1), std::array{Bin{"n", 5}, Bin{"s", "b"}}));
    ASSERT_TRUE(client_->add(key(1), "n", 3));
    ASSERT_TRUE(client_->append(key(1), "s", "c"));
    ASSERT_TRUE(client_->prepend(key(1), "s", "a"));
    EXPECT_EQ(client_->add(key(1), "s", 1).error().code, ResultCode::bin_type);
    std::array ops{BinOperation::add("n", 1), BinOperation::read("n"), BinOperation::read("s")};
    ASSERT_TRUE(client_->operate(key(1), ops, record_));
    EXPECT_EQ(record_.find("n")->integer(), 9);
    EXPECT_EQ(record_.find("s")->string(), "abc");
    EXPECT_EQ(record_.size(), 2u);
    ASSERT_TRUE(client_->operate(key(1), ops, record_, {}, true));
    EXPECT_EQ(record_.size(), 3u);
    std::array reads{BinOperation::read_all()};
    ASSERT_TRUE(client_->operate(key(1), reads, record_));
    EXPECT_EQ(record_.size(), 2u);
    EXPECT_EQ(record_.find("n")->integer(), 10);
}

TEST_F(ClientLive, WritePoliciesHold) {
    auto put = [&](const WritePolicy& policy) {
        Outcome<> done = client_->put(key(1), std::array{Bin{"a", 1}}, policy);
        return done ? ResultCode::ok : done.error().code;
    };
    WritePolicy policy;
    policy.exists = RecordExists::update_only;
    EXPECT_EQ(put(policy), ResultCode::not_found);
    policy.exists = RecordExists::create_only;
    EXPECT_EQ(put(policy), ResultCode::ok);
    EXPECT_EQ(put(policy), ResultCode::record_exists);
    policy = {};
    policy.generation_check = GenerationCheck::equal;
    policy.generation = 7;
    EXPECT_EQ(put(policy), ResultCode::generation);
    policy.generation = 1;
    policy.ttl_seconds = 1000;
    EXPECT_EQ(put(policy), ResultCode::ok);
    ASSERT_TRUE(client_->get(key(1), record_));
    int64_t seconds = remaining_seconds(record_.void_time(), system_clock().now_ms());
    EXPECT_GT(seconds, 990);
    EXPECT_LE(seconds, 1001);
    policy = {};
    policy.ttl_seconds = ttl_never;
    ASSERT_TRUE(client_->touch(key(1), policy));
    ASSERT_TRUE(client_->get(key(1), record_));
    EXPECT_EQ(record_.void_time(), 0u);
    EXPECT_EQ(record_.generation(), 3u);
}

TEST_F(ClientLive, CompressedRequestsAndReplies) {
    std::string large(100'000, 'x');
    WritePolicy write;
    write.compress = true;
    ASSERT_TRUE(client_->put(key(1), std::array{Bin{"s", large}}, write));
    ReadPolicy read;
    read.compress = true;
    ASSERT_TRUE(client_->get(key(1), record_, read));
    EXPECT_EQ(record_.find("s")->string(), large);
    ASSERT_TRUE(client_->get(key(1), record_));
    EXPECT_EQ(record_.find("s")->string(), large);
}

TEST_F(ClientLive, ARecordOfAMegabyteCrosses) {
    std::string large(1'000'000, 'y');
    ASSERT_TRUE(client_->put(key(1), std::array{Bin{"s", large}}));
    ASSERT_TRUE(client_->get(key(1), record_));
    EXPECT_EQ(record_.find("s")->string(), large);
}

TEST_F(ClientLive, Batches) {
    fill(50);
    std::vector<Key> keys;
    for (int64_t i = 0; i < 100; i++) keys.push_back(key(i));
    std::map<size_t, ResultCode> codes;
    Outcome<> read = client_->batch_read(keys, BinSelection::all(), [&](const BatchAnswer& row) {
        codes[row.index] = row.code;
        if (row.record != nullptr) {
            EXPECT_EQ(row.record->find("a")->integer(), static_cast<int64_t>(row.index));
        }
    });
    ASSERT_TRUE(read) << read.error().message();
    ASSERT_EQ(codes.size(), 100u);
    for (auto [index, code] : codes)
        EXPECT_EQ(code, index < 50 ? ResultCode::ok : ResultCode::not_found) << index;

    std::array ops{BinOperation::add("a", 1000), BinOperation::read("a")};
    WriteRules create{.exists = RecordExists::create_only};
    std::array write{BinOperation::write("a", 1)};
    std::vector<BatchEntry> mixed{
        {.key = &keys[0], .action = BatchAction::operate, .ops = ops},
        {.key = &keys[1], .action = BatchAction::remove},
        {.key = &keys[2], .action = BatchAction::operate, .ops = write, .rules = &create},
        {.key = &keys[60], .action = BatchAction::operate, .ops = write, .rules = &create},
        {.key = &keys[3]}};
    std::vector<ResultCode> results(mixed.size(), ResultCode::server_error);
    Outcome<> done = client_->batch(mixed, [&](const BatchAnswer& row) {
        results[row.index] = row.code;
        if (row.index == 0 && row.record != nullptr) {
            EXPECT_EQ(row.record->find("a")->integer(), 1000);
        }
    });
    ASSERT_TRUE(done) << done.error().message();
    EXPECT_EQ(results, (std::vector{ResultCode::ok, ResultCode::ok, ResultCode::record_exists,
                                    ResultCode::ok, ResultCode::ok}));
    EXPECT_FALSE(*client_->exists(keys[1]));
    EXPECT_TRUE(*client_->exists(keys[60]));
}

TEST_F(ClientLive, PrimaryIndexQueries) {
    fill(2000);
    Query query{.ns = "test", .set = set_};
    EXPECT_EQ(values(query), numbers(0, 1999));
    query.no_bins = true;
    EXPECT_EQ(count_records(), 2000u);

    query = {.ns = "test", .set = set_, .bins = {"a"}};
    size_t parts = 0;
    for (uint32_t begin : {0u, 1000u, 2000u, 3000u}) {
        auto some = PartitionProgress::range(begin, begin == 3000 ? 1096 : 1000);
        parts += values(query, *some).size();
        EXPECT_TRUE(some->done());
    }
    EXPECT_EQ(parts, 2000u);
    query.set = "no such set";
    EXPECT_TRUE(values(query).empty());
}

TEST_F(ClientLive, PagesAndResumption) {
    fill(1000);
    Query query{.ns = "test", .set = set_, .max_records = 90};
    std::set<int64_t> all;
    PartitionProgress progress = PartitionProgress::all();
    while (!progress.done()) {
        std::set<int64_t> page = values(query, progress);
        EXPECT_EQ(page.size(), std::min<size_t>(90, 1000 - all.size()));
        size_t before = all.size();
        all.merge(page);
        EXPECT_TRUE(page.empty()) << "records came twice";
        ASSERT_TRUE(all.size() > before || progress.done());
    }
    EXPECT_EQ(all, numbers(0, 999));

    // After the digest of a record come the lower ones of its partition.
    for (int64_t i = 0; i < 20; i++) {
        PartitionProgress after = PartitionProgress::after(key(i).digest);
        std::set<int64_t> rest = values({.ns = "test", .set = set_}, after);
        for (int64_t other = 0; other < 1000; other++) {
            Digest digest = key(other).digest;
            bool behind = digest.partition() == key(i).digest.partition() && digest < key(i).digest;
            EXPECT_EQ(rest.count(other), behind ? 1u : 0u);
        }
    }
}

TEST_F(ClientLive, SecondaryIndexQueries) {
    fill(1000);
    auto drop = [&] {
        (void)client_->drop_index("test", "live_a");
        (void)client_->drop_index("test", "live_s");
    };
    drop();
    IndexSpec by_number{"test", set_, "live_a", "a", IndexType::integer, CollectionType::none};
    IndexSpec by_text{"test", set_, "live_s", "s", IndexType::string, CollectionType::none};
    Outcome<> created = client_->create_index(by_number);
    ASSERT_TRUE(created) << created.error().message();
    ASSERT_TRUE(client_->create_index(by_text));

    Query query{.ns = "test", .set = set_};
    query.where = Predicate::range("a", 100, 299);
    EXPECT_EQ(values(query), numbers(100, 299));
    query.where = Predicate::equals("a", 77);
    EXPECT_EQ(values(query), numbers(77, 77));
    query.where = Predicate::equals("s", "text 3");
    EXPECT_EQ(values(query).size(), 100u);
    query.where = Predicate::equals("g", 3);
    PartitionProgress progress = PartitionProgress::all();
    Outcome<> none = client_->query(query, progress, [](const RecordView&) { return true; });
    EXPECT_EQ(none.error().code, ResultCode::index_not_found);

    query.where = Predicate::range("a", 0, 999);
    query.max_records = 170;
    std::set<int64_t> all;
    progress = PartitionProgress::all();
    for (int pages = 0; !progress.done(); pages++) {
        std::set<int64_t> page = values(query, progress);
        all.merge(page);
        EXPECT_TRUE(page.empty()) << "records came twice";
        ASSERT_LT(pages, 20);
    }
    EXPECT_EQ(all, numbers(0, 999));
    drop();
}

TEST_F(ClientLive, ACallBackWritesWhileItsQueryRuns) {
    fill(500);
    size_t touched = 0;
    PartitionProgress progress = PartitionProgress::all();
    Query query{.ns = "test", .set = set_};
    Outcome<> done = client_->query(query, progress, [&](const RecordView& record) {
        Key found = Key::by_digest("test", set_, *record.digest());
        EXPECT_TRUE(client_->add(found, "g", 100));
        touched++;
        return true;
    });
    ASSERT_TRUE(done) << done.error().message();
    EXPECT_EQ(touched, 500u);
    // Ended early, the next command gets a channel that is in order.
    progress = PartitionProgress::all();
    ASSERT_TRUE(client_->query(query, progress, [](const RecordView&) { return false; }));
    EXPECT_FALSE(progress.done());
    ASSERT_TRUE(client_->get(key(1), record_));
    EXPECT_EQ(record_.find("g")->integer(), 101);
}

TEST_F(ClientLive, ManyThreadsShareAClient) {
    constexpr int thread_count = 8;
    constexpr int64_t adds = 300;
    std::vector<std::thread> threads;
    for (int t = 0; t < thread_count; t++) {
        threads.emplace_back([&] {
            for (int64_t i = 0; i < adds; i++) EXPECT_TRUE(client_->add(key(i % 3), "n", 1));
        });
    }
    for (std::thread& thread : threads) thread.join();
    int64_t total = 0;
    for (int64_t i = 0; i < 3; i++) {
        ASSERT_TRUE(client_->get(key(i), record_));
        total += *record_.find("n")->integer();
    }
    EXPECT_EQ(total, thread_count * adds);
}

TEST_F(ClientLive, InfoAndTruncate) {
    Outcome<std::string> build = client_->info("build");
    ASSERT_TRUE(build);
    EXPECT_NE(build->find('.'), std::string::npos);
    EXPECT_FALSE(client_->info("no such command"));
    fill(10);
    EXPECT_EQ(count_records(), 10u);
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    ASSERT_TRUE(client_->truncate("test", set_));
    await_empty();
}

}  // namespace
}  // namespace winnow::client
