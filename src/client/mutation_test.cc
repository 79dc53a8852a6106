// Replies with bytes changed at random: whatever a server sends, a call ends with a result or a
// failure, every row of a batch is handed over once, and nothing is read beyond a reply (ASan).

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "base/random.h"
#include "client/client.h"
#include "client/scripted_transport.h"
#include "protocol/wire_vectors.h"

namespace winnow::client {
namespace {

constexpr int rounds = 3000;

// The body of a frame with some bytes changed, and cut or padded in one of four.
Buffer mutated(std::string_view hex, Random& random) {
    Buffer original = vectors::from_hex(hex);
    Buffer frame;
    size_t start = begin_frame(frame);
    frame.append(vectors::body_of(original));
    for (uint64_t changes = random.below(4); changes > 0; changes--) {
        size_t at = frame_header_size + random.below(frame.size() - frame_header_size);
        frame.data()[at] = static_cast<uint8_t>(random.next());
    }
    if (random.one_in(8)) frame.truncate(frame_header_size + random.below(frame.size() - 8));
    if (random.one_in(8)) frame.append("padding");
    end_frame(frame, start, random.one_in(20) ? FrameType::compressed : FrameType::message);
    return frame;
}

class Mutation : public testing::Test {
protected:
    void SetUp() override {
        ScriptedNode& node = nodes_["a:3000"];
        node.name = "A";
        describe(node, [](uint32_t) { return true; });
        node.on_message = [this](Bytes) {
            nodes_["a:3000"].messages.clear();
            std::vector<Buffer> frames;
            frames.push_back(mutated(reply_, random_));
            return frames;
        };
        auto connected = Client::connect({.seeds = {{"a", 3000}}, .tend_interval_ms = 0},
                                         std::make_unique<ScriptedTransport>(nodes_));
        ASSERT_TRUE(connected);
        client_ = std::move(*connected);
    }
    void TearDown() override {
        EXPECT_GT(good_, 0);
        EXPECT_GT(bad_, 0);
    }
    void count(const Outcome<>& outcome) { (outcome ? good_ : bad_)++; }

    ScriptedTransport::Nodes nodes_;
    std::unique_ptr<Client> client_;
    std::string_view reply_;
    Random random_{20100101};
    int good_ = 0;
    int bad_ = 0;
};

TEST_F(Mutation, OfSingleReplies) {
    reply_ = vectors::get_reply;
    Record record;
    size_t text_size = 0;
    for (int i = 0; i < rounds; i++) {
        Outcome<> got = client_->get(Key::of("test", "demo", "k1"), record);
        count(got);
        if (!got) continue;
        for (Bin bin : record) text_size += bin.value.text().size() + bin.name.size();
        (void)record.view().digest();
        (void)record.view().user_key();
        (void)record.view().index_value();
    }
    EXPECT_GT(text_size, 0u);
}

TEST_F(Mutation, OfBatchReplies) {
    reply_ = vectors::batch_reply;
    std::array keys{Key::of("test", "demo", "k1"), Key::of("test", "demo", 1)};
    for (int i = 0; i < rounds; i++) {
        std::array<int, 2> seen{};
        count(client_->batch_read(keys, BinSelection::all(),
                                  [&](const BatchAnswer& row) { seen.at(row.index)++; }));
        ASSERT_EQ(seen, (std::array{1, 1}));
    }
}

TEST_F(Mutation, OfQueryReplies) {
    reply_ = vectors::query_reply;
    Query query{.ns = "test", .set = "demo"};
    query.where = Predicate::range("a", 1, 9);
    for (int i = 0; i < rounds; i++) {
        PartitionProgress progress = PartitionProgress::all();
        Outcome<> done = client_->query(query, progress, [](const RecordView& record) {
            EXPECT_TRUE(record.digest());
            return true;
        });
        count(done);
        if (done) {
            EXPECT_TRUE(progress.done());
        }
    }
}

}  // namespace
}  // namespace winnow::client
