#include "server/running_database.h"

#include <thread>

namespace winnow {

tl::expected<std::unique_ptr<RunningDatabase>, std::string> RunningDatabase::open(
    const DatabaseOptions& options, Clock& clock, Executor& executor, size_t threads) {
    auto database = Database::open(options, clock, executor);
    if (!database) return tl::unexpected(std::move(database.error()));
    auto recover = [&] {
        while ((*database)->recover_some()) {
        }
    };
    std::vector<std::thread> others;
    for (size_t i = 1; i < threads; i++) others.emplace_back(recover);
    recover();
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
