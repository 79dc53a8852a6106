#include "client/query/query.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "client/scripted_transport.h"
#include "protocol/query_fields.h"
#include "protocol/wire_vectors.h"

namespace winnow::client {
namespace {

bool lower(uint32_t partition) {
    return partition < 2048;
}
bool upper(uint32_t partition) {
    return partition >= 2048;
}

// A node's records in the order of a query: by partition, then descending digests.
using Store = std::map<uint32_t, std::map<Digest, int64_t, std::greater<>>>;

// Answers a query as a server does: the partitions asked for, from where they were asked, up to the
// limit, with a few records in a frame.
class StoreReply {
public:
    StoreReply(const Store& store, Bytes frame) : store_(store), request_(request_of(frame)) {}

    std::vector<Buffer> frames() {
        auto selection = PartitionSelection::decode(request_.fields);
        EXPECT_TRUE(selection && !selection->whole());
        auto limit = request_.fields.max_records();
        if (*limit != 0) left_ = *limit;
        for (size_t i = 0; i < selection->size(); i++) send(selection->partition(i), nullptr);
        for (size_t i = 0; i < selection->resume_count(); i++) {
            Digest digest = selection->resume_digest(i);
            send(digest.partition(), &digest);
        }
        add(reply_frame([](MessageWriter& writer) { writer.add_header({.info3 = info3::last}); }));
        finish_frame();
        return std::move(frames_);
    }

private:
    static constexpr size_t per_frame = 3;

    void send(uint32_t partition, const Digest* after) {
        auto records = store_.find(partition);
        if (records == store_.end()) return;
        for (const auto& [digest, value] : records->second) {
            if (after != nullptr && digest >= *after) continue;
            if (left_ == 0) return;
            left_--;
            add(reply_frame([&](MessageWriter& writer) { write(writer, digest, value); }));
            if (++messages_ % per_frame == 0) finish_frame();
        }
    }
    void write(MessageWriter& writer, const Digest& digest, int64_t value) {
        uint8_t index_value[8];
        store_le(index_value, value);
        uint8_t number[8];
        store_be(number, value);
        writer.begin_message({.generation = 1});
        writer.add_field(FieldId::namespace_name, bytes_of("test"));
        writer.add_field(FieldId::digest, Bytes(digest.bytes));
        if (request_.fields.has(FieldId::index_range))
            writer.add_field(FieldId::resume_values, Bytes(index_value));
        writer.add_operation(OperationCode::read, 1, "a", Bytes(number));
        writer.end_message();
    }
    void add(const Buffer& one) { pending_.append(one.bytes().subspan(frame_header_size)); }
    void finish_frame() {
        Buffer frame;
        size_t start = begin_frame(frame);
        frame.append(pending_.bytes());
        end_frame(frame, start, FrameType::message);
        frames_.push_back(std::move(frame));
        pending_.clear();
    }

    const Store& store_;
    Request request_;
    uint64_t left_ = UINT64_MAX;
    size_t messages_ = 0;
    Buffer pending_;
    std::vector<Buffer> frames_;
};

struct TwoNodes {
    explicit TwoNodes(int record_count = 1000) {
        nodes["a:3000"].name = "A";
        nodes["b:3000"].name = "B";
        describe(a(), lower, upper);
        describe(b(), upper, lower);
        a().info["peers-clear-std"] = "1,3000,[[B,,[b]]]";
        for (int64_t i = 0; i < record_count; i++) {
            Digest digest = digest_of("demo", i);
            store[digest.partition()][digest] = i;
        }
        a().on_message = b().on_message = whole();
        auto connected = Cluster::connect({.seeds = {{"a", 3000}}, .tend_interval_ms = 0},
                                          std::make_unique<ScriptedTransport>(nodes));
        EXPECT_TRUE(connected);
        cluster = std::move(*connected);
    }
    ScriptedNode& a() { return nodes["a:3000"]; }
    ScriptedNode& b() { return nodes["b:3000"]; }

    std::function<std::vector<Buffer>(Bytes)> whole() const {
        return [this](Bytes frame) { return StoreReply(store, frame).frames(); };
    }

    // Values found; false from `more` ends it.
    Outcome<> run(PartitionProgress& progress, const QueryPolicy& policy = {},
                  const std::function<bool()>& more = nullptr) {
        return run_query(*cluster, query, policy, progress, [&](RecordFrame& frame) {
            while (const RecordView* record = frame.next()) {
                found.push_back(*record->find("a")->integer());
                if (more && !more()) return false;
            }
            return true;
        });
    }
    // Every record exactly once?
    bool complete() {
        std::vector<int64_t> sorted = found;
        std::sort(sorted.begin(), sorted.end());
        for (size_t i = 0; i < sorted.size(); i++) {
            if (sorted[i] != static_cast<int64_t>(i)) return false;
        }
        size_t count = 0;
        for (const auto& [partition, records] : store) count += records.size();
        return sorted.size() == count;
    }

    ScriptedTransport::Nodes nodes;
    Store store;
    Cluster::Owner cluster;
    Query query{.ns = "test", .set = "demo"};
    std::vector<int64_t> found;
};

TEST(Query, ReadsAllPartitionsOfAllNodes) {
    TwoNodes two;
    PartitionProgress progress = PartitionProgress::all();
    Outcome<> done = two.run(progress);
    ASSERT_TRUE(done) << done.error().message();
    EXPECT_TRUE(progress.done());
    EXPECT_TRUE(two.complete());
    EXPECT_EQ(two.a().messages.size(), 1u);
    ASSERT_TRUE(two.run(progress));  // nothing is left
    EXPECT_EQ(two.a().messages.size(), 1u);
}

TEST(Query, PagesAreExactAndCoverAll) {
    for (uint64_t page : {1u, 2u, 7u, 100u, 999u, 1000u, 5000u}) {
        TwoNodes two(page < 7 ? 40 : 1000);
        two.query.max_records = page;
        PartitionProgress progress = PartitionProgress::all();
        size_t total = page < 7 ? 40 : 1000;
        while (!progress.done()) {
            size_t before = two.found.size();
            ASSERT_TRUE(two.run(progress));
            EXPECT_EQ(two.found.size() - before, std::min<size_t>(page, total - before));
            ASSERT_LE(two.found.size(), total);
        }
        EXPECT_TRUE(two.complete()) << page;
    }
}

TEST(Query, StoppedItGoesOnBehindTheLastRecord) {
    TwoNodes two;
    PartitionProgress progress = PartitionProgress::all();
    for (int rounds = 0; !progress.done(); rounds++) {
        size_t until = two.found.size() + 17;
        ASSERT_TRUE(two.run(progress, {}, [&] { return two.found.size() < until; }));
        // As if it had been stored and read again.
        auto again = PartitionProgress::of(progress.statuses());
        ASSERT_TRUE(again);
        progress = *again;
        ASSERT_LT(rounds, 100);
    }
    EXPECT_TRUE(two.complete());
}

// Whoever refuses a record gets it again, by index too, and sees every record once all the same.
TEST(Query, WhatIsPutBackComesAgain) {
    for (bool by_index : {false, true}) {
        TwoNodes two;
        if (by_index) two.query.where = Predicate::range("a", 0, 100'000);
        PartitionProgress progress = PartitionProgress::all();
        std::optional<int64_t> refused;
        for (int rounds = 0; !progress.done(); rounds++) {
            ASSERT_LT(rounds, 100);
            size_t until = two.found.size() + 17;
            ASSERT_TRUE(run_query(*two.cluster, two.query, {}, progress, [&](RecordFrame& frame) {
                while (const RecordView* record = frame.next()) {
                    int64_t value = *record->find("a")->integer();
                    if (two.found.size() == until) {
                        refused = value;
                        frame.put_back();
                        return false;
                    }
                    two.found.push_back(value);
                }
                return true;
            }));
            if (refused && rounds == 0) {
                EXPECT_EQ(two.found.size(), 17u);
            }
        }
        EXPECT_TRUE(refused);
        EXPECT_TRUE(two.complete());
    }
}

TEST(Query, AnInterruptEndsItAndItCanBeContinued) {
    struct Once : Interrupt {
        bool requested() override { return true; }
    };
    TwoNodes two;
    two.a().interrupted_replies = 1;
    Once interrupt;
    QueryPolicy policy;
    policy.interrupt = &interrupt;
    policy.max_retries = 5;
    PartitionProgress progress = PartitionProgress::all();
    Outcome<> done = two.run(progress, policy);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().source, FailureSource::interrupt);
    EXPECT_EQ(done.error().code, ResultCode::query_aborted);
    EXPECT_FALSE(progress.done());
    ASSERT_TRUE(two.run(progress));
    EXPECT_TRUE(two.complete());
}

TEST(Query, ByIndexItResumesByValueAndDigest) {
    TwoNodes two;
    two.query.where = Predicate::range("a", 0, 100'000);
    two.query.max_records = 300;
    PartitionProgress progress = PartitionProgress::all();
    ASSERT_TRUE(two.run(progress));
    for (const PartitionStatus& status : progress.statuses()) {
        if (status.started) {
            EXPECT_EQ(two.store[status.id][status.digest], status.index_value);
        }
    }
    ASSERT_TRUE(two.run(progress));
    Request request = request_of(two.a().messages.back().bytes());
    auto selection = PartitionSelection::decode(request.fields);
    ASSERT_TRUE(selection);
    EXPECT_GT(selection->resume_count(), 0u);
    EXPECT_TRUE(selection->has_resume_values());
    auto range = integer_range(*index_range(request.fields));
    EXPECT_EQ(range->last, 100'000);
}

TEST(Query, AFailedNodeIsReadFromTheReplicaWithoutDoubles) {
    TwoNodes two;
    // B breaks off in the middle of its stream, once.
    bool broken = false;
    auto whole = two.whole();
    two.b().on_message = [&](Bytes frame) {
        std::vector<Buffer> frames = whole(frame);
        if (!broken) frames.resize(frames.size() / 2);
        broken = true;
        return frames;
    };
    QueryPolicy policy;
    policy.max_retries = 1;
    PartitionProgress progress = PartitionProgress::all();
    Outcome<> done = two.run(progress, policy);
    ASSERT_TRUE(done) << done.error().message();
    EXPECT_TRUE(two.complete());
    EXPECT_EQ(two.a().messages.size(), 2u);
}

TEST(Query, WithoutRetriesItFailsAndCanBeContinued) {
    TwoNodes two;
    auto whole = two.whole();
    two.b().on_message = [&](Bytes frame) {
        std::vector<Buffer> frames = whole(frame);
        frames.resize(5);
        return frames;
    };
    PartitionProgress progress = PartitionProgress::all();
    Outcome<> failed = two.run(progress);
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().node, "B");
    EXPECT_FALSE(progress.done());
    two.b().on_message = whole;
    ASSERT_TRUE(two.run(progress));
    EXPECT_TRUE(two.complete());
}

TEST(Query, UnavailablePartitionsAreAskedForAgain) {
    TwoNodes two;
    int asked = 0;
    two.b().on_message = [&](Bytes) {
        asked++;
        std::vector<Buffer> frames;
        frames.push_back(reply_frame([](MessageWriter& writer) {
            for (uint32_t partition = 2048; partition < partition_count; partition++)
                writer.add_header({.result = ResultCode::unavailable,
                                   .info3 = info3::partition_done,
                                   .generation = partition});
            writer.add_header({.info3 = info3::last});
        }));
        return frames;
    };
    PartitionProgress progress = PartitionProgress::all();
    EXPECT_EQ(two.run(progress).error().code, ResultCode::unavailable);
    auto open = std::count_if(progress.statuses().begin(), progress.statuses().end(),
                              [](const PartitionStatus& status) { return !status.done; });
    EXPECT_EQ(open, 2048);
    QueryPolicy policy;
    policy.max_retries = 1;
    ASSERT_TRUE(two.run(progress, policy));  // A is the replica of what B has
    EXPECT_EQ(asked, 2);
    EXPECT_TRUE(progress.done());
    EXPECT_TRUE(two.complete());
}

TEST(Query, RequestBytesAreThoseOfTheReference) {
    TwoNodes two;
    two.query.set.clear();
    two.query.where = Predicate::range("a", 1, 9);
    PartitionStatus statuses[3];
    statuses[0].id = 0;
    statuses[1].id = 1;
    statuses[2].id = 4095;
    auto progress = PartitionProgress::of(statuses);
    ASSERT_TRUE(progress);
    QueryPolicy policy;
    policy.records_per_second = 7;
    two.query.no_bins = true;
    two.query.max_records = 4;
    ASSERT_TRUE(two.run(*progress, policy));
    Request request = request_of(two.a().messages.at(0).bytes());
    EXPECT_EQ(request.info1, info1::read | info1::no_bin_data);
    EXPECT_EQ(request.info3, info3::partition_done);
    EXPECT_EQ(vectors::to_hex(request.fields.get(FieldId::partitions)), "00000100");
    EXPECT_EQ(vectors::to_hex(request.fields.get(FieldId::index_range)),
              "01016101000000080000000000000001000000080000000000000009");
    EXPECT_EQ(*request.fields.socket_timeout_ms(), 30'000u);
    EXPECT_EQ(*request.fields.records_per_second(), 7u);
    EXPECT_EQ(*request.fields.max_records(), 2u);
    EXPECT_FALSE(request.fields.has(FieldId::set));
    Request other = request_of(two.b().messages.at(0).bytes());
    EXPECT_EQ(vectors::to_hex(other.fields.get(FieldId::partitions)), "ff0f");
    EXPECT_EQ(*other.fields.task_id(), *request.fields.task_id());
}

TEST(Query, AShortOneHasNoRateLimit) {
    TwoNodes two;
    QueryPolicy policy;
    policy.short_query = true;
    PartitionProgress progress = PartitionProgress::all();
    ASSERT_TRUE(two.run(progress, policy));
    EXPECT_EQ(request_of(two.a().messages.at(0).bytes()).info1, info1::read | info1::short_query);
    policy.records_per_second = 7;
    EXPECT_EQ(two.run(progress, policy).error().source, FailureSource::request);
}

TEST(Query, FatalCodesEndIt) {
    TwoNodes two;
    auto refuse = [](Bytes) { return one_reply({.result = ResultCode::index_not_found}); };
    two.a().on_message = two.b().on_message = refuse;
    QueryPolicy policy;
    policy.max_retries = 5;
    PartitionProgress progress = PartitionProgress::all();
    EXPECT_EQ(two.run(progress, policy).error().code, ResultCode::index_not_found);
    EXPECT_EQ(two.a().messages.size(), 1u);
    // An unknown set is an empty one.
    auto nothing = [](Bytes) { return one_reply({.result = ResultCode::not_found}); };
    two.a().on_message = two.b().on_message = nothing;
    EXPECT_TRUE(two.run(progress));
    EXPECT_TRUE(progress.done());
}

TEST(Query, RepliesThatDoNotFitAreFailures) {
    auto fails_with = [](const std::function<void(MessageWriter&)>& fill) {
        TwoNodes two;
        two.a().on_message = two.b().on_message = [&](Bytes) {
            std::vector<Buffer> frames;
            frames.push_back(reply_frame(fill));
            return frames;
        };
        auto progress = PartitionProgress::one(5);
        Outcome<> done = two.run(*progress);
        EXPECT_FALSE(progress->done());
        return !done && done.error().source == FailureSource::reply;
    };
    EXPECT_TRUE(fails_with([](MessageWriter& writer) { writer.add_header({}); }));
    EXPECT_TRUE(fails_with([](MessageWriter& writer) {
        writer.begin_message({});
        writer.add_field(FieldId::digest, bytes_of(std::string(20, '\1')));  // partition 257
        writer.end_message();
    }));
    EXPECT_TRUE(fails_with([](MessageWriter& writer) {
        writer.add_header({.info3 = info3::partition_done, .generation = 70'000});
    }));
}

TEST(Query, ACallBackMayRunAnotherQuery) {
    TwoNodes two(50);
    PartitionProgress outer = PartitionProgress::all();
    size_t inner_records = 0;
    ASSERT_TRUE(two.run(outer, {}, [&] {
        PartitionProgress inner = PartitionProgress::all();
        EXPECT_TRUE(run_query(*two.cluster, two.query, {}, inner, [&](RecordFrame& frame) {
            while (frame.next() != nullptr) inner_records++;
            return true;
        }));
        return true;
    }));
    EXPECT_TRUE(two.complete());
    EXPECT_EQ(inner_records, 2500u);
}

TEST(PartitionProgress, IsBuiltFromRangesDigestsAndStatuses) {
    EXPECT_EQ(PartitionProgress::all().statuses().size(), 4096u);
    auto range = PartitionProgress::range(4000, 96);
    ASSERT_TRUE(range);
    EXPECT_EQ(range->statuses().front().id, 4000);
    EXPECT_EQ(range->statuses().back().id, 4095);
    EXPECT_EQ(range->find(3999), nullptr);
    EXPECT_EQ(range->find(4096), nullptr);
    EXPECT_EQ(range->find(4095)->id, 4095);
    for (auto [begin, count] : {std::pair{4096u, 1u}, {0u, 0u}, {0u, 4097u}, {4000u, 97u}})
        EXPECT_FALSE(PartitionProgress::range(begin, count)) << begin;

    Digest digest = digest_of("demo", 1);
    PartitionProgress after = PartitionProgress::after(digest);
    ASSERT_EQ(after.statuses().size(), 1u);
    EXPECT_EQ(after.statuses()[0].id, 1207);
    EXPECT_TRUE(after.statuses()[0].started);

    PartitionStatus statuses[2];
    statuses[0].id = 9;
    statuses[1].id = 5;
    auto some = PartitionProgress::of(statuses);
    ASSERT_TRUE(some);
    EXPECT_EQ(some->statuses().size(), 5u);
    EXPECT_TRUE(some->find(7)->done);
    EXPECT_FALSE(some->find(5)->done);
    statuses[1].id = 9;
    EXPECT_FALSE(PartitionProgress::of(statuses));
    statuses[1].id = 4096;
    EXPECT_FALSE(PartitionProgress::of(statuses));
    statuses[1].id = 1;
    statuses[1].started = true;
    statuses[1].digest = digest;
    EXPECT_FALSE(PartitionProgress::of(statuses));
    EXPECT_FALSE(PartitionProgress::of({}));
}

}  // namespace
}  // namespace winnow::client
