// Writers, deleters, scans, index queries and index builds at the same time, checked against a
// model: what exists throughout comes exactly once, and in the end records and indexes are exactly
// what the writers' own books say. Runs clean under ThreadSanitizer. Bounded by counts, not times.

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "base/epoch.h"
#include "base/random.h"
#include "engine/engine_testing.h"

namespace winnow {
namespace {

using testing::Put;
using testing::Rows;
using testing::TestDatabase;

constexpr int64_t stable_count = 2'000;  // keys 0 ..: never deleted, `g` never changes
constexpr int64_t churn_count = 2'000;   // keys behind: come, go and change
constexpr int64_t stable_value = 1'000;  // their `g`: stable_value + key % 7

// A LocalExecutor that several threads may post to; one of them drives it.
class SharedExecutor : public Executor {
public:
    void post(std::shared_ptr<Task> task) override {
        std::lock_guard hold(mutex_);
        posted_.push_back(std::move(task));
    }
    void wake(const std::shared_ptr<Task>&) override {}
    // Steps every task once.
    void run_round() {
        std::vector<std::shared_ptr<Task>> round;
        {
            std::lock_guard hold(mutex_);
            round.swap(posted_);
        }
        for (auto& task : round)
            if (task->step() != Task::Next::done) post(std::move(task));
    }

private:
    std::mutex mutex_;
    std::vector<std::shared_ptr<Task>> posted_;
};

struct Race {
    ManualClock clock;
    SharedExecutor executor;
    NamespaceOptions options = TestDatabase::named({});
    Database database{{{options}}, clock, executor};
    std::shared_ptr<Namespace> ns = *database.find("test");
    std::atomic<bool> stop{false};

    Result<Outcome> put(int64_t key, const std::vector<Put>& puts) {
        std::vector<Operation> operations = testing::writes_of(puts);
        Command command;
        command.digest = digest_of("s", key);
        command.set = "s";
        command.writes = true;
        command.operations = operations;
        testing::Results results;
        return operate(*ns, command, results);
    }
    Result<Outcome> remove(int64_t key) {
        Command command;
        command.digest = digest_of("s", key);
        command.writes = command.remove = true;
        testing::Results results;
        return operate(*ns, command, results);
    }
    Rows run(QueryRequest request) {
        request.partitions = TestDatabase::all_partitions();
        auto query = Query::start(ns, std::move(request));
        CHECK(query.has_value());
        Rows rows;
        rows.room = 100;
        while ((*query)->step(rows, 500) == Query::Status::again) rows.taken = 0;
        return rows;
    }
    Rows run_range(const std::string& bin, int64_t first, int64_t last) {
        QueryRequest request;
        request.set = "s";
        request.predicate = {.bin = bin, .first = first, .last = last, .text = {}};
        return run(std::move(request));
    }
};

using Model = std::map<int64_t, int64_t>;  // key -> g

// Writes the keys that are `part` modulo `parts`; returns what it left behind.
Model write(Race& race, int64_t part, int64_t parts, int rounds) {
    Model model;
    Random random(static_cast<uint64_t>(part) + 1);
    for (int round = 0; round < rounds; round++) {
        auto key = static_cast<int64_t>(random.below(stable_count + churn_count));
        key -= key % parts;
        key += part;
        if (key < stable_count) {
            // Another size each time, so that the version moves.
            std::string text(random.below(200), 'x');
            EXPECT_TRUE(race.put(key, {{"t", text.c_str()}, {"h", key}}));
        } else if (random.one_in(3)) {
            bool had = model.erase(key) != 0;
            EXPECT_EQ(race.remove(key).has_value(), had);
        } else {
            auto value = static_cast<int64_t>(random.below(10));
            EXPECT_TRUE(race.put(key, {{"g", value}, {"h", value}}));
            model[key] = value;
        }
    }
    return model;
}

void expect_stable_once(const Rows& rows, const char* what) {
    std::multiset<Digest> seen(rows.digests.begin(), rows.digests.end());
    for (int64_t key = 0; key < stable_count; key++)
        ASSERT_EQ(seen.count(digest_of("s", key)), 1u) << what << ", key " << key;
}

void expect_each_at_most_once(const Rows& rows) {
    std::set<Digest> distinct(rows.digests.begin(), rows.digests.end());
    EXPECT_EQ(distinct.size(), rows.digests.size());
}

TEST(EngineRace, EverythingAtOnceAgainstAModel) {
    Race race;
    for (int64_t key = 0; key < stable_count; key++)
        ASSERT_TRUE(race.put(key, {{"g", stable_value + key % 7}, {"h", key}}));
    IndexDefinition by_g{.set = "s", .bin = "g", .type = IndexType::integer};
    IndexDefinition by_h{.set = "", .bin = "h", .type = IndexType::integer};
    ASSERT_TRUE(race.database.create_index(race.ns, "by_g", by_g));

    constexpr int64_t writers = 2;
    std::vector<Model> models(writers);
    std::vector<std::thread> threads;
    std::atomic<int> writing{writers};
    for (int64_t w = 0; w < writers; w++)
        threads.emplace_back([&, w] {
            models[static_cast<size_t>(w)] = write(race, w, writers, 12'000);
            writing--;
        });
    threads.emplace_back([&] {
        do {
            QueryRequest request;
            request.set = "s";
            Rows rows = race.run(request);
            expect_stable_once(rows, "scan");
            expect_each_at_most_once(rows);
        } while (writing != 0);
    });
    threads.emplace_back([&] {
        do expect_stable_once(race.run_range("g", stable_value, stable_value + 6), "index");
        while (writing != 0);
    });
    threads.emplace_back([&] {
        do {
            ASSERT_TRUE(race.database.create_index(race.ns, "by_h", by_h));
            std::shared_ptr<Index> index = race.ns->indexes().find("by_h");
            while (!index->readable()) race.executor.run_round();
            expect_stable_once(race.run_range("h", 0, stable_count), "new index");
            ASSERT_TRUE(race.ns->indexes().drop("by_h"));
        } while (writing != 0);
    });
    for (std::thread& thread : threads) thread.join();

    // In the end, exactly what the writers' books say.
    std::map<int64_t, size_t> by_value;
    size_t churned = 0;
    for (const Model& model : models) {
        churned += model.size();
        for (auto [key, value] : model) by_value[value]++;
    }
    EXPECT_EQ(race.ns->primary().size(), stable_count + churned);
    EXPECT_EQ(race.ns->indexes().find("by_g")->entries().size(), stable_count + churned);
    for (int64_t value = 0; value < 10; value++)
        EXPECT_EQ(race.run_range("g", value, value).digests.size(), by_value[value]);
    drain_retired();
}

}  // namespace
}  // namespace winnow
