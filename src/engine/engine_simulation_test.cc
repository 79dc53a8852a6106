// The engine under a seed: operations, clock, background work and half-finished queries take turns
// in an order that the seed decides, against a plain map. A failure prints its seed; run it alone
// with WINNOW_SEED=n. `WINNOW_SEEDS` sets how many seeds are tried.

#include <gtest/gtest.h>

#include <cstdlib>

#include "base/epoch.h"
#include "base/random.h"
#include "engine/engine_testing.h"

namespace winnow {
namespace {

using testing::Put;
using testing::Rows;
using testing::TestDatabase;

constexpr int64_t key_count = 300;

struct ModelRecord {
    int64_t value = 0;
    std::string set;
    uint64_t void_second = UINT64_MAX;  // of the clock
};

// A query on its way, and what must come out of it.
struct RunningQuery {
    std::unique_ptr<Query> query;
    Rows rows;
    std::set<Digest> untouched;  // matched at the start and were left alone since: exactly once
    bool done = false;
};

class Simulation {
public:
    explicit Simulation(uint64_t seed) : random_(seed), db_(seed) {}

    void run(int steps) {
        for (int i = 0; i < steps && !::testing::Test::HasFatalFailure(); i++) step();
        for (RunningQuery& each : queries_) finish(each);
        check_records();
        check_index();
        drain_retired();
    }

private:
    void step() {
        switch (random_.below(12)) {
            case 0: remove(); break;
            case 1: advance_clock(); break;
            case 2: db_.executor.run_one(); break;
            case 3: change_index(); break;
            case 4: start_query(); break;
            case 5:
            case 6:
            case 7: advance_query(); break;
            case 8:
                if (random_.one_in(20)) truncate();
                break;
            default: put(); break;
        }
    }

    uint64_t second() const { return db_.clock.now_ms() / 1000; }
    bool live(const ModelRecord& record) const { return record.void_second > second(); }
    static Digest digest(int64_t key) { return digest_of("k", key); }

    // Whatever happens to a record, no query promises it any more.
    void touch(int64_t key) {
        for (RunningQuery& each : queries_) each.untouched.erase(digest(key));
    }

    void put() {
        auto key = static_cast<int64_t>(random_.below(key_count));
        auto value = static_cast<int64_t>(random_.below(8));
        auto found = model_.find(key);
        bool exists = found != model_.end() && live(found->second);
        std::string set = exists ? found->second.set : random_.one_in(2) ? "s" : "t";
        uint32_t ttl = random_.one_in(3) ? static_cast<uint32_t>(1 + random_.below(30)) : ttl_never;
        std::string text(random_.below(100), 'x');
        touch(key);
        auto outcome = db_.put(digest(key), {{"g", value}, {"t", text.c_str()}}, set, ttl);
        ASSERT_TRUE(outcome);
        ASSERT_GT(outcome->lsn, last_lsn_);
        last_lsn_ = outcome->lsn;
        uint64_t end = ttl == ttl_never ? UINT64_MAX : second() + ttl;
        model_[key] = {value, set, end};
    }

    void remove() {
        auto key = static_cast<int64_t>(random_.below(key_count));
        auto found = model_.find(key);
        bool exists = found != model_.end() && live(found->second);
        touch(key);
        Command command;
        command.digest = digest(key);
        command.writes = command.remove = true;
        testing::Results results;
        ASSERT_EQ(operate(db_.ns(), command, results).has_value(), exists);
        model_.erase(key);
    }

    void advance_clock() {
        db_.clock.advance_ms(random_.below(20'000));
        for (const auto& [key, record] : model_)
            if (!live(record)) touch(key);
    }

    void truncate() {
        std::string set = random_.one_in(3) ? "" : "s";
        db_.database.truncate(db_.shared(), set, db_.clock.now_ms());
        for (auto at = model_.begin(); at != model_.end();) {
            bool hit = set.empty() || at->second.set == set;
            if (hit) touch(at->first);
            at = hit ? model_.erase(at) : std::next(at);
        }
    }

    void change_index() {
        if (db_.ns().indexes().find("gi") && random_.one_in(4)) {
            ASSERT_TRUE(db_.ns().indexes().drop("gi"));
            return;
        }
        ASSERT_TRUE(db_.database.create_index(db_.shared(), "gi",
                                              {.set = "", .bin = "g", .type = IndexType::integer}));
    }

    void start_query() {
        if (queries_.size() > 5) return;
        QueryRequest request;
        request.partitions = TestDatabase::all_partitions();
        int64_t low = 0, high = 7;
        std::string set = random_.one_in(2) ? "" : "s";
        request.set = set;
        if (db_.ns().indexes().find("gi") && random_.one_in(2)) {
            low = static_cast<int64_t>(random_.below(8));
            high = low + static_cast<int64_t>(random_.below(4));
            request.predicate = {.bin = "g", .first = low, .last = high, .text = {}};
        }
        auto query = Query::start(db_.shared(), request);
        ASSERT_TRUE(query);
        RunningQuery running{std::move(*query), {}, {}};
        for (const auto& [key, record] : model_) {
            bool matches = live(record) && record.value >= low && record.value <= high &&
                           (set.empty() || record.set == set);
            if (matches) running.untouched.insert(digest(key));
        }
        queries_.push_back(std::move(running));
    }

    void advance_query() {
        if (queries_.empty()) return;
        size_t which = random_.below(queries_.size());
        RunningQuery& running = queries_[which];
        running.rows.taken = 0;
        running.rows.room = 1 + random_.below(20);
        running.done =
            running.query->step(running.rows, 1 + random_.below(2'000)) == Query::Status::done;
        if (!running.done) return;
        finish(running);
        queries_.erase(queries_.begin() + static_cast<ptrdiff_t>(which));
    }

    void finish(RunningQuery& running) {
        running.rows.room = SIZE_MAX;
        while (!running.done)
            running.done = running.query->step(running.rows, 10'000) == Query::Status::done;
        std::multiset<Digest> seen(running.rows.digests.begin(), running.rows.digests.end());
        for (const Digest& each : running.untouched) ASSERT_EQ(seen.count(each), 1u);
    }

    void check_records() {
        size_t alive = 0;
        for (int64_t key = 0; key < key_count; key++) {
            Command command;
            command.digest = digest(key);
            command.reads = command.read_all = true;
            testing::Results results;
            auto outcome = operate(db_.ns(), command, results);
            auto found = model_.find(key);
            bool exists = found != model_.end() && live(found->second);
            ASSERT_EQ(outcome.has_value(), exists) << "key " << key;
            if (!exists) continue;
            alive++;
            ASSERT_EQ(results.bins[0].value, testing::integer(found->second.value));
        }
        ASSERT_EQ(db_.query({}).digests.size(), alive);
    }

    void check_index() {
        // A whole round of expiry, so that nothing dead is left.
        db_.clock.advance_ms(300'000);
        for (int i = 0; i < 3; i++) db_.executor.run_until_idle();
        ASSERT_TRUE(db_.database.create_index(db_.shared(), "gi",
                                              {.set = "", .bin = "g", .type = IndexType::integer}));
        size_t alive = 0;
        for (int64_t value = 0; value < 8; value++) {
            size_t expected = 0;
            for (const auto& [key, record] : model_)
                expected += live(record) && record.value == value;
            ASSERT_EQ(db_.query_range("g", value, value, "").digests.size(), expected);
            alive += expected;
        }
        ASSERT_EQ(db_.ns().primary().size(), alive);
        ASSERT_EQ(db_.ns().indexes().find("gi")->entries().size(), alive);
    }

    Random random_;
    TestDatabase db_;
    std::map<int64_t, ModelRecord> model_;
    std::vector<RunningQuery> queries_;
    Lsn last_lsn_ = 0;
};

uint64_t from_environment(const char* name, uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

TEST(EngineSimulation, SeededOperationsAgreeWithAModel) {
    uint64_t one = from_environment("WINNOW_SEED", 0);
    uint64_t first = one != 0 ? one : 1;
    uint64_t count = one != 0 ? 1 : from_environment("WINNOW_SEEDS", 40);
    for (uint64_t seed = first; seed < first + count; seed++) {
        SCOPED_TRACE(::testing::Message() << "WINNOW_SEED=" << seed);
        Simulation(seed).run(1'500);
        if (::testing::Test::HasFailure()) return;
    }
}

}  // namespace
}  // namespace winnow
