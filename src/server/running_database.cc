#include "server/running_database.h"

#include <fmt/core.h>

#include <thread>

namespace winnow {
namespace {

constexpr uint64_t progress_every_ns = 1'000'000'000;

// Recovers as any thread does, and tells the operator how far it is.
void recover_and_tell(Database& database, const DatabaseOptions& options, const Clock& clock) {
    uint64_t told_ns = clock.monotonic_ns();
    while (database.recover_some()) {
        const uint64_t now_ns = clock.monotonic_ns();
        if (now_ns - told_ns < progress_every_ns) continue;
        told_ns = now_ns;
        const auto progress = database.recovery_progress();
        options.report(LogLevel::info, fmt::format("reading the data: {} of {} segments",
                                                   progress.read, progress.all));
    }
}

}  // namespace

tl::expected<std::unique_ptr<RunningDatabase>, std::string> RunningDatabase::open(
    const DatabaseOptions& options, Clock& clock, Executor& executor, size_t threads) {
    auto database = Database::open(options, clock, executor);
    if (!database) return tl::unexpected(std::move(database.error()));
    std::vector<std::thread> others;
    for (size_t i = 1; i < threads; i++)
        others.emplace_back([&] {
            while ((*database)->recover_some()) {
            }
        });
    recover_and_tell(**database, options, clock);
    for (std::thread& each : others) each.join();
    if (auto finished = (*database)->finish_recovery(); !finished)
        return tl::unexpected(std::move(finished.error()));
    return std::unique_ptr<RunningDatabase>(new RunningDatabase(std::move(*database)));
}

RunningDatabase::RunningDatabase(std::unique_ptr<Database> database)
    : database_(std::move(database)) {
    for (LogWriter* log : database_->logs())
        log_threads_.push_back(std::make_unique<LogThread>(*log));
}

}  // namespace winnow
