#include "server/running_database.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "engine/engine_testing.h"

namespace winnow {
namespace {

class RunningDatabaseTest : public ::testing::Test {
protected:
    RunningDatabaseTest() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "winnow-running-XXXXXX").string();
        directory_ = mkdtemp(pattern.data());
        NamespaceOptions ns;
        ns.name = "test";
        ns.storage = {.durability = Durability::commit,
                      .directory = directory_ + "/test",
                      .segment_size = 256 << 10};
        options_ = {.namespaces = {ns}, .report = [](LogLevel, const auto&) {}};
    }
    ~RunningDatabaseTest() override { std::filesystem::remove_all(directory_); }

    auto open(Executor& executor) {
        return RunningDatabase::open(options_, system_clock(), executor, 2);
    }

    static Result<Outcome> put(Namespace& ns, int64_t key, int64_t value) {
        const std::string bytes = testing::integer(value);
        const Operation operation{OperationCode::write, static_cast<uint8_t>(Particle::integer),
                                  "g", bytes_of(bytes)};
        Command command;
        command.digest = digest_of("s", key);
        command.set = "s";
        command.writes = true;
        command.operations = {&operation, 1};
        testing::Results results;
        return operate(ns, command, results);
    }

    std::string directory_;
    DatabaseOptions options_;
};

// Four threads write, each record waiting until it is durable; all of it is there afterwards.
TEST_F(RunningDatabaseTest, WhatIsDurableIsThereAfterwards) {
    constexpr int64_t threads = 4, keys_each = 300;
    for (int round = 0; round < 2; round++) {
        LocalExecutor executor;
        auto opened = open(executor);
        ASSERT_TRUE(opened) << opened.error();
        Namespace& ns = *(*opened)->database().namespaces()[0];
        ASSERT_EQ(ns.primary().size(), round == 0 ? 0u : threads * keys_each);
        std::atomic<Lsn> durable{0};
        ns.store().on_durable([&](Lsn lsn) {
            durable.store(lsn);
            durable.notify_all();
        });
        std::vector<std::thread> writers;
        for (int64_t i = 0; i < threads; i++)
            writers.emplace_back([&, i] {
                for (int64_t key = i * keys_each; key < (i + 1) * keys_each; key++) {
                    auto outcome = put(ns, key, round);
                    ASSERT_TRUE(outcome);
                    for (Lsn seen = durable; seen < outcome->lsn; seen = durable)
                        durable.wait(seen);
                }
            });
        for (std::thread& each : writers) each.join();
        EXPECT_FALSE(ns.store().failed());
    }
}

TEST_F(RunningDatabaseTest, ASecondOneInTheSameDirectoryIsRefused) {
    LocalExecutor executor;
    auto first = open(executor);
    ASSERT_TRUE(first) << first.error();
    auto second = open(executor);
    ASSERT_FALSE(second);
    EXPECT_NE(second.error().find("in use by another process"), std::string::npos);
}

}  // namespace
}  // namespace winnow
