// A database that is closed and opened again, on a simulated disk without accidents (those are in
// power_cut_test.cc).

#include "engine/recovery.h"

#include <gtest/gtest.h>

#include <thread>

#include "base/files/simulated_files.h"
#include "engine/engine_testing.h"
#include "storage/file/file_store.h"

namespace winnow {
namespace {

using testing::Results;
using testing::Rows;

class DatabaseOnDisk {
public:
    DatabaseOnDisk() {
        NamespaceOptions ns;
        ns.name = "test";
        ns.storage = {.durability = Durability::commit, .directory = "d", .segment_size = 64 << 10};
        options_ = {.namespaces = {ns}, .files = &disk, .report = [](LogLevel, const auto&) {}};
    }
    ~DatabaseOnDisk() { close(); }

    // The error, or nothing.
    std::string open(size_t threads = 1) {
        close();
        auto opened = Database::open(options_, clock, executor_);
        if (!opened) return opened.error();
        EXPECT_EQ((*opened)->recovery_progress().read, 0u);
        std::vector<std::thread> recovering;
        for (size_t i = 0; i < threads; i++)
            recovering.emplace_back([&] {
                while ((*opened)->recover_some()) {
                }
            });
        for (std::thread& each : recovering) each.join();
        segments_read = (*opened)->recovery_progress().read;
        EXPECT_EQ(segments_read, (*opened)->recovery_progress().all);
        if (auto finished = (*opened)->finish_recovery(); !finished) return finished.error();
        database_ = std::move(*opened);
        return "";
    }
    void close() {
        database_.reset();
        executor_.run_until_idle();
    }
    void drive() {
        while (database().logs()[0]->step()) {
        }
    }
    Database& database() { return *database_; }
    const std::shared_ptr<Namespace>& ns() { return database_->namespaces()[0]; }

    ResultCode put(int64_t key, int64_t value) {
        const std::string bytes = testing::integer(value);
        const Operation operation{OperationCode::write, static_cast<uint8_t>(Particle::integer),
                                  "g", bytes_of(bytes)};
        Command command;
        command.digest = digest_of("s", key);
        command.set = "s";
        command.writes = true;
        command.operations = {&operation, 1};
        return run(command);
    }
    ResultCode remove(int64_t key) {
        Command command;
        command.digest = digest_of("s", key);
        command.writes = command.remove = true;
        return run(command);
    }
    ResultCode read(int64_t key) {
        Command command;
        command.digest = digest_of("s", key);
        command.reads = command.read_all = true;
        return run(command);
    }
    size_t count(int64_t first, int64_t last) {
        QueryRequest request;
        request.set = "s";
        request.partitions = testing::TestDatabase::all_partitions();
        request.predicate = {.bin = "g", .first = first, .last = last, .text = {}};
        auto query = Query::start(ns(), std::move(request));
        if (!query) return SIZE_MAX;
        Rows rows;
        while ((*query)->step(rows, 10'000) == Query::Status::again) {
        }
        return rows.digests.size();
    }

    SimulatedFiles disk{1};
    ManualClock clock;
    size_t segments_read = 0;  // by the last open()

private:
    ResultCode run(const Command& command) {
        Results results;
        auto outcome = operate(*ns(), command, results);
        return outcome ? ResultCode::ok : outcome.error().code;
    }

    LocalExecutor executor_;
    DatabaseOptions options_;
    std::unique_ptr<Database> database_;
};

// Several threads meet in the same records: each key is written three times, far apart.
TEST(Recovery, ManyThreadsFindTheNewestOfEach) {
    constexpr int64_t keys = 2'000;
    DatabaseOnDisk db;
    ASSERT_EQ(db.open(), "");
    ASSERT_TRUE(db.database().create_index(db.ns(), "gi", {.set = "s", .bin = "g"}));
    auto for_each_key = [&](int64_t distance, auto what) {
        for (int64_t key = 0; key < keys; key += distance) {
            ASSERT_EQ(what(key), ResultCode::ok);
            if (key % 100 == 0) db.drive();
        }
    };
    for (int64_t round = 0; round < 3; round++)
        for_each_key(1, [&](int64_t key) { return db.put(key, round); });
    for_each_key(4, [&](int64_t key) { return db.remove(key); });
    for_each_key(8, [&](int64_t key) { return db.put(key, 7); });
    ASSERT_EQ(db.open(4), "");
    EXPECT_GT(db.segments_read, 4u);
    EXPECT_EQ(db.ns()->primary().size(), keys * 3 / 4 + keys / 8);
    EXPECT_EQ(db.ns()->sets().counts(*db.ns()->sets().find("s")).objects,
              db.ns()->primary().size());
    EXPECT_EQ(db.count(2, 2), keys * 3u / 4);
    EXPECT_EQ(db.count(7, 7), keys / 8u);
    EXPECT_EQ(db.count(0, 1), 0u);
    EXPECT_EQ(db.ns()->indexes().find("gi")->entries().size(), db.ns()->primary().size());
    // What is current, and nothing else, counts as live in the log.
    EXPECT_EQ(
        db.ns()->store().status().live_bytes,
        db.ns()->primary().size() * db.ns()->primary().find(digest_of("s", 1)).version->size());
}

TEST(Recovery, ADroppedIndexStaysDropped) {
    DatabaseOnDisk db;
    ASSERT_EQ(db.open(), "");
    ASSERT_TRUE(db.database().create_index(db.ns(), "gi", {.set = "s", .bin = "g"}));
    ASSERT_TRUE(db.ns()->drop_index("gi"));
    ASSERT_TRUE(db.ns()->drop_index("never"));
    ASSERT_EQ(db.open(), "");
    EXPECT_EQ(db.count(0, 9), SIZE_MAX);
}

TEST(Recovery, AFullDiskRefusesWritesAlone) {
    DatabaseOnDisk db;
    db.disk.set_capacity(300'000);
    ASSERT_EQ(db.open(), "");
    ASSERT_EQ(db.put(0, 1), ResultCode::ok);
    ResultCode code = ResultCode::ok;
    for (int64_t key = 1; key < 10'000 && code == ResultCode::ok; key++) {
        code = db.put(key, key);
        db.drive();
    }
    EXPECT_EQ(code, ResultCode::out_of_space);
    EXPECT_EQ(db.read(0), ResultCode::ok);
    EXPECT_TRUE(db.database().truncate(db.ns(), "s", 0));
    EXPECT_EQ(db.remove(0), ResultCode::ok);
    EXPECT_EQ(db.read(0), ResultCode::not_found);
}

TEST(Recovery, AfterAFailedSyncReadsGoOn) {
    DatabaseOnDisk db;
    ASSERT_EQ(db.open(), "");
    ASSERT_EQ(db.put(1, 1), ResultCode::ok);
    db.disk.set_faults({.sync_error = 1});
    db.drive();
    EXPECT_TRUE(db.ns()->store().failed());
    EXPECT_EQ(db.put(2, 2), ResultCode::forbidden);
    EXPECT_EQ(db.remove(1), ResultCode::forbidden);
    EXPECT_EQ(db.database().truncate(db.ns(), "s", db.clock.now_ms()).error().code,
              ResultCode::forbidden);
    auto created = db.database().create_index(db.ns(), "gi", {.set = "s", .bin = "g"});
    EXPECT_EQ(created.error().code, ResultCode::forbidden);
    EXPECT_EQ(db.ns()->indexes().find("gi"), nullptr);
    EXPECT_EQ(db.read(1), ResultCode::ok);
}

TEST(Recovery, ACatalogOfAnotherVersionIsRefused) {
    DatabaseOnDisk db;
    ASSERT_EQ(db.open(), "");
    const uint8_t of_tomorrow[] = {9};
    ASSERT_TRUE(db.ns()->store().put_manifest(of_tomorrow));
    EXPECT_EQ(db.open(),
              "namespace test: its catalog cannot be read. Use the version of the program that "
              "wrote it");
}

}  // namespace
}  // namespace winnow
