#include "client/command/batch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "client/scripted_transport.h"
#include "protocol/batch.h"
#include "protocol/wire_vectors.h"

namespace winnow::client {
namespace {

bool lower(uint32_t partition) {
    return partition < 2048;
}
bool upper(uint32_t partition) {
    return partition >= 2048;
}

// Answers every row with generation 1, not_found for a row whose digest is in `missing`.
std::vector<Buffer> answer_all(Bytes frame, const std::vector<Digest>& missing = {}) {
    Request request = request_of(frame);
    Result<BatchReader> rows = BatchReader::open(request.fields);
    EXPECT_TRUE(rows);
    std::vector<Buffer> frames;
    frames.push_back(reply_frame([&](MessageWriter& writer) {
        while (const BatchRow* row = rows->next().value()) {
            bool found = std::find(missing.begin(), missing.end(), row->digest) == missing.end();
            writer.add_header({.result = found ? ResultCode::ok : ResultCode::not_found,
                               .generation = 1,
                               .transaction_ttl = row->index});
        }
    }));
    frames.push_back(
        reply_frame([](MessageWriter& writer) { writer.add_header({.info3 = info3::last}); }));
    return frames;
}

struct TwoNodes {
    TwoNodes() {
        nodes["a:3000"].name = "A";
        nodes["b:3000"].name = "B";
        describe(a(), lower, upper);
        describe(b(), upper, lower);
        a().info["peers-clear-std"] = "1,3000,[[B,,[b]]]";
        for (ScriptedNode* node : {&a(), &b()})
            node->on_message = [](Bytes frame) { return answer_all(frame); };
        auto connected = Cluster::connect({.seeds = {{"a", 3000}}, .tend_interval_ms = 0},
                                          std::make_unique<ScriptedTransport>(nodes));
        EXPECT_TRUE(connected);
        cluster = std::move(*connected);
        for (int i = 0; i < 100; i++) keys.push_back(Key::of("test", i % 2 ? "odd" : "", i));
        codes.assign(keys.size(), {});
    }
    ScriptedNode& a() { return nodes["a:3000"]; }
    ScriptedNode& b() { return nodes["b:3000"]; }

    BatchVisitor visitor() {
        return [this](const BatchAnswer& answer) {
            codes[answer.index].push_back(answer.code);
            doubts += answer.in_doubt;
        };
    }
    Outcome<> read(const BatchPolicy& policy = {}) {
        for (auto& row : codes) row.clear();
        return run_batch_read(*cluster, keys, BinSelection::all(), policy, visitor());
    }
    // How many rows were handed over with this code; every row must have been, once.
    size_t count(ResultCode code) {
        size_t count = 0;
        for (const auto& row : codes) {
            EXPECT_EQ(row.size(), 1u);
            count += row.size() == 1 && row[0] == code;
        }
        return count;
    }

    ScriptedTransport::Nodes nodes;
    Cluster::Owner cluster;
    std::vector<Key> keys;
    std::vector<std::vector<ResultCode>> codes;
    size_t doubts = 0;
};

TEST(Batch, BytesAreThoseOfTheReference) {
    ScriptedTransport::Nodes nodes;
    nodes["a:3000"].name = "A";
    describe(nodes["a:3000"], [](uint32_t) { return true; });
    nodes["a:3000"].on_message = [](Bytes) {
        std::vector<Buffer> frames;
        frames.push_back(vectors::from_hex(vectors::batch_reply));
        return frames;
    };
    auto cluster = Cluster::connect({.seeds = {{"a", 3000}}, .tend_interval_ms = 0},
                                    std::make_unique<ScriptedTransport>(nodes));
    ASSERT_TRUE(cluster);
    std::array keys{Key::of("test", "demo", "k1"), Key::of("test", "demo", 1)};
    BatchPolicy policy;
    policy.total_timeout_ms = 1000;
    std::vector<ResultCode> codes(2, ResultCode::server_error);
    int64_t value = 0;
    auto visit = [&](const BatchAnswer& answer) {
        codes[answer.index] = answer.code;
        if (answer.record != nullptr) value = *answer.record->find("a")->integer();
    };
    ASSERT_TRUE(run_batch_read(**cluster, keys, BinSelection::all(), policy, visit));
    Request sent = request_of(nodes["a:3000"].messages.back().bytes());
    Buffer wanted_frame = vectors::from_hex(vectors::batch);
    Request wanted = request_of(wanted_frame.bytes());
    EXPECT_TRUE(same_bytes(sent.fields.get(FieldId::batch), wanted.fields.get(FieldId::batch)));
    EXPECT_EQ(sent.info1, wanted.info1);
    EXPECT_EQ(sent.transaction_ttl_ms, wanted.transaction_ttl_ms);
    EXPECT_EQ(codes, (std::vector{ResultCode::ok, ResultCode::not_found}));
    EXPECT_EQ(value, 1);
}

TEST(Batch, RowsOfAnUnknownNamespaceFailAlone) {
    TwoNodes two;
    two.keys[7] = Key::of("nope", "", 7);
    two.keys[8] = Key::of("nope", "", 8);
    for (ScriptedNode* node : {&two.a(), &two.b()})
        node->on_message = [](Bytes frame) { return answer_all(frame); };
    ASSERT_TRUE(two.read());
    EXPECT_EQ(two.count(ResultCode::ok), 98u);
    EXPECT_EQ(two.count(ResultCode::namespace_not_found), 2u);
    EXPECT_EQ(two.codes[7], std::vector{ResultCode::namespace_not_found});
    EXPECT_EQ(two.doubts, 0u);
}

TEST(Batch, EveryNodeGetsItsRows) {
    TwoNodes two;
    std::vector<Digest> missing{two.keys[3].digest, two.keys[50].digest};
    for (ScriptedNode* node : {&two.a(), &two.b()})
        node->on_message = [&](Bytes frame) { return answer_all(frame, missing); };
    ASSERT_TRUE(two.read());
    EXPECT_EQ(two.count(ResultCode::ok), 98u);
    EXPECT_EQ(two.count(ResultCode::not_found), 2u);
    ASSERT_EQ(two.a().messages.size(), 1u);
    ASSERT_EQ(two.b().messages.size(), 1u);
    Request request = request_of(two.a().messages[0].bytes());
    auto rows = BatchReader::open(request.fields);
    while (const BatchRow* row = rows->next().value()) {
        EXPECT_TRUE(lower(row->digest.partition()));
        EXPECT_EQ(row->fields.set_name(), row->index % 2 ? "odd" : "");
    }
}

TEST(Batch, MixedRowsCarryTheirOwnRules) {
    TwoNodes two;
    WriteRules rules{.exists = RecordExists::create_only, .ttl_seconds = 60, .send_key = true};
    std::array ops{BinOperation::write("a", 1), BinOperation::read("b")};
    std::array<std::string_view, 1> names{"a"};
    std::vector<BatchEntry> entries{
        {.key = &two.keys[0], .bins = BinSelection::named(names)},
        {.key = &two.keys[1], .action = BatchAction::operate, .ops = ops, .rules = &rules},
        {.key = &two.keys[2], .action = BatchAction::remove}};
    std::vector<bool> seen(3);
    int checked = 0;
    auto check = [&](Bytes frame) {
        Request request = request_of(frame);
        auto rows = BatchReader::open(request.fields);
        while (const BatchRow* row = rows->next().value()) {
            checked++;
            if (row->index == 0) {
                EXPECT_EQ(row->info1, info1::read);
                EXPECT_EQ(row->ops.size(), 1u);
            } else if (row->index == 1) {
                EXPECT_EQ(row->info1, info1::read);
                EXPECT_EQ(row->info2, info2::write | info2::create_only);
                EXPECT_EQ(row->record_ttl, 60u);
                EXPECT_EQ(row->ops.size(), 2u);
                EXPECT_TRUE(*row->fields.key());
            } else {
                EXPECT_EQ(row->info2, info2::write | info2::remove);
            }
        }
        return answer_all(frame);
    };
    two.a().on_message = two.b().on_message = check;
    ASSERT_TRUE(run_batch(*two.cluster, entries, {},
                          [&](const BatchAnswer& answer) { seen[answer.index] = true; }));
    EXPECT_EQ(checked, 3);
    EXPECT_EQ(seen, std::vector<bool>(3, true));

    entries.push_back({.key = &two.keys[3], .action = BatchAction::operate});
    EXPECT_FALSE(run_batch(*two.cluster, entries, {}, [](const BatchAnswer&) { FAIL(); }));
}

TEST(Batch, ANodeThatBreaksOffLeavesTheRowsOfOthers) {
    TwoNodes two;
    two.b().on_message = nullptr;
    Outcome<> read = two.read();
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().node, "B");
    size_t answered = two.count(ResultCode::ok);
    EXPECT_GT(answered, 0u);
    EXPECT_EQ(answered + two.count(ResultCode::server_error), 100u);
    EXPECT_EQ(two.doubts, 0u);
}

TEST(Batch, ARetryAsksTheReplicaForTheRestOnly) {
    TwoNodes two;
    two.b().on_message = nullptr;
    BatchPolicy policy;
    policy.max_retries = 1;
    ASSERT_TRUE(two.read(policy));
    EXPECT_EQ(two.count(ResultCode::ok), 100u);
    ASSERT_EQ(two.a().messages.size(), 2u);
    Request again = request_of(two.a().messages[1].bytes());
    auto rows = BatchReader::open(again.fields);
    EXPECT_LT(rows->row_count(), 100u);
    while (const BatchRow* row = rows->next().value()) EXPECT_TRUE(upper(row->digest.partition()));
}

TEST(Batch, WritesWithoutAnswerAreInDoubt) {
    TwoNodes two;
    std::array ops{BinOperation::write("a", 1)};
    std::vector<BatchEntry> entries;
    for (const Key& key : two.keys)
        entries.push_back({.key = &key, .action = BatchAction::operate, .ops = ops});
    two.b().lost_replies = 1;
    Outcome<> written = run_batch(*two.cluster, entries, {}, two.visitor());
    ASSERT_FALSE(written);
    EXPECT_TRUE(written.error().in_doubt);
    EXPECT_EQ(two.doubts, two.count(ResultCode::server_error));
    EXPECT_GT(two.doubts, 0u);
}

TEST(Batch, RefusalOfTheWholeIsItsCode) {
    TwoNodes two;
    auto refuse = [](Bytes) {
        return one_reply({.result = ResultCode::batch_max_requests, .info3 = info3::last});
    };
    two.a().on_message = two.b().on_message = refuse;
    EXPECT_EQ(two.read().error().code, ResultCode::batch_max_requests);
    EXPECT_EQ(two.count(ResultCode::batch_max_requests), 100u);
}

TEST(Batch, RepliesThatDoNotFitAreFailures) {
    TwoNodes two;
    auto reply_of = [](const std::vector<ReplyHeader>& headers) {
        return [headers](Bytes) {
            std::vector<Buffer> frames;
            frames.push_back(reply_frame([&](MessageWriter& writer) {
                for (const ReplyHeader& header : headers) writer.add_header(header);
            }));
            return frames;
        };
    };
    two.b().on_message = reply_of({{.transaction_ttl = 100}});  // no such row
    EXPECT_EQ(two.read().error().source, FailureSource::reply);
    uint32_t row = 0;
    while (lower(two.keys[row].digest.partition())) row++;
    two.b().on_message = reply_of({{.transaction_ttl = row}, {.transaction_ttl = row}});
    EXPECT_EQ(two.read().error().source, FailureSource::reply);
    EXPECT_EQ(two.codes[row].size(), 1u);
    two.b().on_message = reply_of({{.info3 = info3::last}});  // rows left out
    EXPECT_EQ(two.read().error().source, FailureSource::reply);
}

TEST(Batch, AnEmptyOneAsksNobody) {
    TwoNodes two;
    EXPECT_TRUE(run_batch_read(*two.cluster, {}, BinSelection::all(), {}, two.visitor()));
    EXPECT_TRUE(two.a().messages.empty());
}

TEST(Batch, ACutChannelCostsAReadNothing) {
    TwoNodes two;
    ASSERT_TRUE(two.read());
    two.a().cut_channels = 1;
    ASSERT_TRUE(two.read());
    EXPECT_EQ(two.count(ResultCode::ok), 100u);
}

}  // namespace
}  // namespace winnow::client
