// Single commands and administration through the whole client, against scripted nodes.

#include "client/client.h"

#include <gtest/gtest.h>

#include <array>
#include <chrono>

#include "client/scripted_transport.h"
#include "protocol/base64.h"

namespace winnow::client {
namespace {

struct OneNode {
    OneNode() {
        node().name = "A";
        describe(node(), [](uint32_t) { return true; });
        node().on_message = [](Bytes) { return one_reply({.generation = 3}); };
        auto connected = Client::connect({.seeds = {{"a", 3000}}, .tend_interval_ms = 0},
                                         std::make_unique<ScriptedTransport>(nodes));
        EXPECT_TRUE(connected);
        client = std::move(*connected);
    }
    ScriptedNode& node() { return nodes["a:3000"]; }
    Request last() { return request_of(node().messages.back().bytes()); }

    ScriptedTransport::Nodes nodes;
    std::unique_ptr<Client> client;
    Key key = Key::of("test", "demo", "k1");
    std::array<Bin, 2> bins{Bin{"a", 1}, Bin{"b", "x"}};
};

TEST(Client, GetDecodesTheReply) {
    OneNode one;
    one.node().on_message = [](Bytes) {
        std::vector<Buffer> frames;
        frames.push_back(reply_frame([](MessageWriter& writer) {
            uint8_t number[8];
            store_be<uint64_t>(number, 42);
            writer.begin_message({.generation = 7, .void_time = 1000});
            writer.add_operation(OperationCode::read, 1, "a", Bytes(number));
            writer.add_operation(OperationCode::read, 3, "b", bytes_of("text"));
            writer.end_message();
        }));
        return frames;
    };
    Record record;
    ASSERT_TRUE(one.client->get(one.key, record));
    EXPECT_EQ(record.generation(), 7u);
    EXPECT_EQ(record.void_time(), 1000u);
    EXPECT_EQ(record.find("a")->integer(), 42);
    EXPECT_EQ(record.find("b")->string(), "text");

    std::array<std::string_view, 1> names{"a"};
    ASSERT_TRUE(one.client->get(one.key, BinSelection::named(names), record));
    EXPECT_EQ(one.last().info1, info1::read);
    EXPECT_EQ(one.last().ops.size(), 1u);
    EXPECT_TRUE(*one.client->exists(one.key));
    EXPECT_EQ(one.last().info1, info1::read | info1::no_bin_data);
}

TEST(Client, CodesOfTheServerAreFailuresWithTheirNode) {
    OneNode one;
    one.node().on_message = [](Bytes) { return one_reply({.result = ResultCode::not_found}); };
    Record record;
    Outcome<> got = one.client->get(one.key, record);
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, ResultCode::not_found);
    EXPECT_EQ(got.error().source, FailureSource::server);
    EXPECT_EQ(got.error().node, "A");
    EXPECT_FALSE(*one.client->exists(one.key));
    EXPECT_FALSE(one.client->remove(one.key).error().in_doubt);
    int before = one.node().opened;
    EXPECT_FALSE(one.client->get(one.key, record));
    EXPECT_EQ(one.node().opened, before);  // the channel is as good as new
}

TEST(Client, RefusesNonsenseBeforeSendingIt) {
    OneNode one;
    std::array bad{Bin{"sixteen_letters_", 1}};
    Outcome<> put = one.client->put(one.key, bad);
    EXPECT_EQ(put.error().source, FailureSource::request);
    EXPECT_EQ(put.error().code, ResultCode::bin_name);
    EXPECT_TRUE(one.node().messages.empty());
}

TEST(Client, AWriteWithoutAnswerIsInDoubtAndNotRepeated) {
    OneNode one;
    ASSERT_TRUE(one.client->put(one.key, one.bins));
    one.node().lost_replies = 1;
    Outcome<> put = one.client->put(one.key, one.bins);
    ASSERT_FALSE(put);
    EXPECT_TRUE(put.error().in_doubt);
    EXPECT_EQ(put.error().source, FailureSource::connection);
    EXPECT_EQ(one.node().messages.size(), 2u);

    one.node().late_replies = 1;
    put = one.client->put(one.key, one.bins);
    EXPECT_TRUE(put.error().in_doubt);
    EXPECT_EQ(put.error().code, ResultCode::timeout);
    EXPECT_EQ(put.error().source, FailureSource::timeout);
}

TEST(Client, DoubtStaysThroughLaterAttempts) {
    OneNode one;
    one.node().lost_replies = 1;
    one.node().on_message = [](Bytes) { return one_reply({.result = ResultCode::generation}); };
    WritePolicy policy;
    policy.max_retries = 1;
    Outcome<> put = one.client->put(one.key, one.bins, policy);
    ASSERT_FALSE(put);
    EXPECT_EQ(put.error().code, ResultCode::generation);
    EXPECT_TRUE(put.error().in_doubt);  // the first may be why the generation has changed
}

TEST(Client, AServersTimeoutLeavesAWriteInDoubtAndARefusalDoesNot) {
    OneNode one;
    one.node().on_message = [](Bytes) { return one_reply({.result = ResultCode::timeout}); };
    EXPECT_TRUE(one.client->put(one.key, one.bins).error().in_doubt);
    one.node().on_message = [](Bytes) { return one_reply({.result = ResultCode::record_too_big}); };
    EXPECT_FALSE(one.client->put(one.key, one.bins).error().in_doubt);
    one.node().reachable = false;
    one.client->cluster().node("A").value()->close_idle();
    EXPECT_FALSE(one.client->put(one.key, one.bins).error().in_doubt);  // nothing was sent
}

TEST(Client, RetriesWhatMaySucceedAndNothingElse) {
    OneNode one;
    int answers = 0;
    ResultCode code = ResultCode::device_overload;
    one.node().on_message = [&](Bytes) {
        return one_reply({.result = ++answers % 3 != 0 ? code : ResultCode::ok});
    };
    ReadPolicy policy;
    policy.max_retries = 2;
    Record record;
    EXPECT_TRUE(one.client->get(one.key, record, policy));
    EXPECT_EQ(answers, 3);
    policy.max_retries = 1;
    EXPECT_FALSE(one.client->get(one.key, record, policy));
    EXPECT_EQ(answers, 5);
    code = ResultCode::parameter;
    answers = 0;
    EXPECT_FALSE(one.client->get(one.key, record, policy));
    EXPECT_EQ(answers, 1);
}

TEST(Client, TheTotalTimeoutEndsTheRetries) {
    OneNode one;
    one.node().on_message = [](Bytes) {
        return one_reply({.result = ResultCode::device_overload});
    };
    ReadPolicy policy;
    policy.max_retries = 1'000'000;
    policy.sleep_between_retries_ms = 5;
    policy.total_timeout_ms = 30;
    Record record;
    auto start = std::chrono::steady_clock::now();
    EXPECT_EQ(one.client->get(one.key, record, policy).error().code, ResultCode::device_overload);
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
    EXPECT_LT(one.node().messages.size(), 10u);
}

TEST(Client, AReadFindsANewChannelWhenTheOldOneWasCut) {
    OneNode one;
    Record record;
    ASSERT_TRUE(one.client->get(one.key, record));
    one.node().cut_channels = 1;
    EXPECT_TRUE(one.client->get(one.key, record));
    one.node().cut_channels = 1;
    EXPECT_TRUE(one.client->info("node"));
    one.node().cut_channels = 1;
    EXPECT_FALSE(one.client->put(one.key, one.bins));
}

TEST(Client, ARetryGoesToTheNextReplica) {
    OneNode one;
    ScriptedNode& other = one.nodes["b:3000"];
    other.name = "B";
    auto none = [](uint32_t) { return false; };
    auto all = [](uint32_t) { return true; };
    describe(one.node(), all, none);
    describe(other, none, all);
    one.node().info["peers-clear-std"] = "2,3000,[[B,,[b]]]";
    one.node().info["peers-generation"] = "2";
    one.node().info["partition-generation"] = "2";
    ASSERT_TRUE(one.client->cluster().tend());
    other.on_message = [](Bytes) { return one_reply({.generation = 9}); };
    one.node().on_message = [](Bytes) { return one_reply({.result = ResultCode::unavailable}); };
    ReadPolicy policy;
    policy.max_retries = 1;
    Record record;
    ASSERT_TRUE(one.client->get(one.key, record, policy));
    EXPECT_EQ(record.generation(), 9u);
    policy.replica = ReplicaChoice::master;
    EXPECT_FALSE(one.client->get(one.key, record, policy));

    // Any: both are asked first sooner or later, and a retry goes to the other one.
    policy.replica = ReplicaChoice::any;
    bool master_first = false, other_first = false;
    for (int calls = 0; !master_first || !other_first; calls++) {
        ASSERT_LT(calls, 10'000);
        size_t refused = one.node().messages.size();
        ASSERT_TRUE(one.client->get(one.key, record, policy));
        (one.node().messages.size() == refused ? other_first : master_first) = true;
    }
    // Writes begin at the master.
    WritePolicy write;
    write.replica = ReplicaChoice::any;
    for (int i = 0; i < 50; i++) EXPECT_FALSE(one.client->put(one.key, one.bins, write));
}

TEST(Client, RepliesOfAnotherKindBreakTheChannelOff) {
    OneNode one;
    one.node().on_message = [](Bytes) {
        std::vector<Buffer> frames(1);
        end_frame(frames[0], begin_frame(frames[0]), FrameType::info);
        return frames;
    };
    Record record;
    EXPECT_FALSE(one.client->get(one.key, record));
    one.node().on_message = [](Bytes) {
        std::vector<Buffer> frames(1);
        size_t start = begin_frame(frames[0]);
        frames[0].append("cut");
        end_frame(frames[0], start, FrameType::message);
        return frames;
    };
    int before = one.node().opened;
    EXPECT_EQ(one.client->get(one.key, record).error().source, FailureSource::reply);
    EXPECT_EQ(one.node().opened, before + 1);
}

TEST(Client, CompressedRepliesAreInflated) {
    OneNode one;
    one.node().on_message = [](Bytes) {
        Buffer out;
        MessageWriter writer(out);
        writer.begin_frame();
        writer.begin_message({});
        writer.add_operation(OperationCode::read, 3, "s", bytes_of(std::string(5000, 'x')));
        writer.end_message();
        writer.end_frame(true);
        EXPECT_LT(out.size(), 1000u);
        std::vector<Buffer> frames;
        frames.push_back(std::move(out));
        return frames;
    };
    ReadPolicy policy;
    policy.compress = true;
    Record record;
    ASSERT_TRUE(one.client->get(one.key, record, policy));
    EXPECT_EQ(record.find("s")->string(), std::string(5000, 'x'));
}

TEST(Admin, CreatesAndWaitsForAnIndex) {
    OneNode one;
    ScriptedNode& node = one.node();
    std::string create =
        "sindex-create:ns=test;set=demo;indexname=i1;indextype=LIST;indexdata=a,STRING";
    node.info[create] = "ok";
    node.info["sindex-stat:ns=test;indexname=i1"] = "entries=5;load_pct=100;x=1";
    IndexSpec spec{"test", "demo", "i1", "a", IndexType::string, CollectionType::list};
    ASSERT_TRUE(one.client->create_index(spec));
    EXPECT_EQ(node.asked.back(), "sindex-stat:ns=test;indexname=i1");

    node.info["sindex-stat:ns=test;indexname=i1"] = "entries=5;load_pct=99;x=1";
    AdminPolicy policy{.wait_timeout_ms = 20, .poll_interval_ms = 1};
    EXPECT_EQ(one.client->create_index(spec, policy).error().code, ResultCode::timeout);
    policy.wait = false;
    EXPECT_TRUE(one.client->create_index(spec, policy));

    node.info[create] = "FAIL:200:index exists";
    EXPECT_EQ(one.client->create_index(spec).error().code, ResultCode::index_found);
    node.info["sindex-stat:ns=test;indexname=i1"] = "entries=5";
    EXPECT_FALSE(one.client->wait_for_index("test", "i1"));
    spec.name = "i1;ns=bar";
    EXPECT_EQ(one.client->create_index(spec).error().source, FailureSource::request);
}

TEST(Admin, DropsAndTruncates) {
    OneNode one;
    ScriptedNode& node = one.node();
    node.info["sindex-delete:ns=test;indexname=i1"] = "ok";
    node.info["truncate:namespace=test;set=demo"] = "ok";
    node.info["truncate-namespace:namespace=test;lut=5"] = "ok";
    EXPECT_TRUE(one.client->drop_index("test", "i1"));
    EXPECT_TRUE(one.client->truncate("test", "demo"));
    EXPECT_TRUE(one.client->truncate("test", "", 5));
    EXPECT_EQ(one.client->truncate("none", "").error().code, ResultCode::parameter);
    EXPECT_FALSE(one.client->truncate("test", "a;b"));
}

TEST(Admin, PutsListsGetsAndRemovesModules) {
    OneNode one;
    ScriptedNode& node = one.node();
    const std::string put = "udf-put:filename=m.lua;content=YWI=;content-len=4;udf-type=LUA;";
    node.info[put] = "ok";
    node.info["udf-list"] = "filename=am.lua,hash=1a,type=LUA;filename=m.lua,hash=2b,type=LUA;";
    node.info["udf-get:filename=m.lua;"] = "gen=YQ==;type=LUA;content=YWI=;";
    node.info["udf-get:filename=n.lua;"] = "error=not_found";
    ASSERT_TRUE(one.client->udf_put("m.lua", "ab"));
    auto modules = one.client->udf_list();
    ASSERT_TRUE(modules);
    ASSERT_EQ(modules->size(), 2u);
    EXPECT_EQ((*modules)[1].name, "m.lua");
    EXPECT_EQ((*modules)[1].hash, "2b");
    EXPECT_EQ((*modules)[1].type, "LUA");
    EXPECT_EQ(*one.client->udf_get("m.lua"), "ab");
    EXPECT_EQ(one.client->udf_get("n.lua").error().text, "there is no module 'n.lua'");

    node.info[put] =
        "ERROR:100:compile_error;file=m.lua;line=3;message=" + to_base64(bytes_of("no 'end'"));
    Outcome<> refused = one.client->udf_put("m.lua", "ab");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ResultCode::udf);
    EXPECT_EQ(refused.error().text, "compile_error, line 3: no 'end'");

    // am.lua, which stays, is another one.
    node.info["udf-remove:filename=m.lua;"] = "ok";
    AdminPolicy policy{.wait_timeout_ms = 20, .poll_interval_ms = 1};
    EXPECT_EQ(one.client->udf_remove("m.lua", policy).error().code, ResultCode::timeout);
    node.info["udf-list"] = "filename=am.lua,hash=1a,type=LUA;";
    EXPECT_TRUE(one.client->udf_remove("m.lua"));
    node.info["udf-remove:filename=m.lua;"] = "error=file_not_found";
    EXPECT_TRUE(one.client->udf_remove("m.lua"));
    EXPECT_EQ(one.client->udf_put("a;b", "").error().source, FailureSource::request);
}

TEST(Admin, InfoGoesToOneNodeOrAll) {
    OneNode one;
    EXPECT_EQ(*one.client->info("node"), "A");
    EXPECT_EQ(*one.client->info("A", "node", {}), "A");
    EXPECT_FALSE(one.client->info("C", "node", {}));
    auto all = one.client->info_all("node");
    ASSERT_TRUE(all);
    ASSERT_EQ(all->size(), 1u);
    EXPECT_EQ((*all)[0].first, "A");
    EXPECT_EQ(*(*all)[0].second, "A");
    EXPECT_EQ(one.client->info("a\nb").error().source, FailureSource::request);
    EXPECT_EQ(one.client->info("unknown").error().code, ResultCode::parameter);
}

}  // namespace
}  // namespace winnow::client
