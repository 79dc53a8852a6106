#pragma once
// A database with the threads that it needs to keep its data: all cores read its logs when it is
// opened, and from then on a thread for each log writes it. Neither engine nor storage starts one.
//
// Thread rules: opened and destroyed by one thread. Who uses the database has finished by then; of
// what is not yet durable, all is written and synced before the destructor returns, unless somebody
// (a task that an executor still holds) keeps a namespace alive for longer.

#include <tl/expected.hpp>

#include <memory>
#include <string>
#include <vector>

#include "engine/database.h"
#include "storage/file/log_thread.h"

namespace winnow {

class RunningDatabase {
public:
    // The error is one line for the operator. `threads`: that read the logs, at least 1.
    static tl::expected<std::unique_ptr<RunningDatabase>, std::string> open(
        const DatabaseOptions& options, Clock& clock, Executor& executor, size_t threads);

    Database& database() { return *database_; }

private:
    explicit RunningDatabase(std::unique_ptr<Database> database);

    // In this order: the threads end before the logs do.
    std::unique_ptr<Database> database_;
    std::vector<std::unique_ptr<LogThread>> log_threads_;
};

}  // namespace winnow
