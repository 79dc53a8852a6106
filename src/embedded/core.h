#pragma once
// What an opened database consists of, shared by the Database and the clients that were made of it:
// it lives until the last of them has gone.
//
// A child of fork() can do nothing with its parent's: threads are missing, locks may be held.
// Whoever lets the last reference go there leaves it where it is.

#include <atomic>
#include <memory>
#include <optional>

#include "base/fork.h"
#include "embedded/background.h"
#include "embedded/caller_executor.h"
#include "embedded/database.h"
#include "net/thread_pool.h"
#include "server/core.h"
#include "server/network_front.h"

namespace winnow::embedded {

// Any thread.
class Core {
public:
    // REQUIRES: options that complete() has passed.
    static std::shared_ptr<Core> make(const ServerOptions& options, Clock& clock, bool served);
    ~Core();
    Core(const Core&) = delete;
    Core& operator=(const Core&) = delete;

    // Starts and ends the network of a served database; one thread.
    tl::expected<void, ListenError> serve();
    void end_serving();
    uint16_t port() const;

    ServerContext& context() { return core_.context(); }
    // This is a child of the process that made it.
    bool foreign() const { return mark_.foreign(); }
    static const char* foreign_text();

    // Before each request: has the background look for expired records once a period. Costs a look
    // at the clock.
    void note_request() {
        uint64_t since_ms = clock_.now_ms() - background_woken_ms_.load(std::memory_order_relaxed);
        if (since_ms >= background_period_ms_.load(std::memory_order_relaxed)) [[unlikely]]
            wake_background();
    }
    // For what a request leaves behind although it is answered.
    Executor& background() { return *background_; }

private:
    Core(const ServerOptions& options, Clock& clock, bool served);
    void wake_background();

    const ProcessMark mark_;
    Clock& clock_;
    // One of the two: a served database has threads anyway, and they look at the time themselves.
    std::optional<Background> own_thread_;
    std::optional<ThreadPool> pool_;
    Executor* const background_;
    CallerExecutor requests_;
    ServerCore core_;
    std::optional<NetworkFront> front_;

    // Unsigned differences: a clock that was set back wakes the background at once.
    std::atomic<uint64_t> background_woken_ms_;
    std::atomic<uint64_t> background_period_ms_;
};

}  // namespace winnow::embedded
