#pragma once
// A server without a network: a database, and the context in which its requests are answered.
// winnowd puts a port in front of it (network_front.h); the embedded database calls dispatch() with
// its context directly.

#include "base/clock.h"
#include "base/executor.h"
#include "engine/database.h"
#include "server/context.h"
#include "server/options.h"

namespace winnow {

// The version of Winnow, and the build of Aerospike whose protocol it speaks.
extern const char* const winnow_version;
extern const char* const protocol_build;

class ServerCore {
public:
    // Where the work goes that is not done at once.
    struct Executors {
        Executor& background;  // expiry, index building
        Executor& requests;    // queries and large batches
    };

    // REQUIRES: options that complete() has passed. Clock and executors outlive the core, or the
    // executors have dropped their tasks before.
    ServerCore(const ServerOptions& options, Clock& clock, const Executors& executors);
    ServerCore(const ServerCore&) = delete;
    ServerCore& operator=(const ServerCore&) = delete;

    Database& database() { return database_; }
    ServerContext& context() { return context_; }

private:
    Database database_;
    ServerContext context_;
};

}  // namespace winnow
