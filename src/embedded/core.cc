#include "embedded/core.h"

#include <algorithm>

namespace winnow::embedded {
namespace {

// Who has turned expiry off may turn it on again.
constexpr uint64_t look_again_ms = 120'000;

uint64_t expiry_period_ms(const winnow::Database& database) {
    uint64_t shortest_ms = UINT64_MAX;
    for (const auto& ns : database.namespaces()) {
        uint64_t period_ms = uint64_t{ns->settings().expiry_period_seconds.load()} * 1000;
        if (period_ms != 0) shortest_ms = std::min(shortest_ms, period_ms);
    }
    return shortest_ms == UINT64_MAX ? look_again_ms : shortest_ms;
}

}  // namespace

std::shared_ptr<Core> Core::make(const ServerOptions& options, Clock& clock, bool served) {
    return std::shared_ptr<Core>(new Core(options, clock, served), [](Core* core) {
        if (!core->foreign()) delete core;
    });
}

Core::Core(const ServerOptions& options, Clock& clock, bool served)
    : clock_(clock),
      background_(served ? static_cast<Executor*>(&pool_.emplace(thread_count(options)))
                         : &own_thread_.emplace()),
      requests_(*background_),
      core_(options, clock, {*background_, requests_}),
      background_woken_ms_(clock.now_ms()),
      background_period_ms_(served ? UINT64_MAX : expiry_period_ms(core_.database())) {
    if (served) front_.emplace(options, core_.context());
}

Core::~Core() {
    end_serving();
    if (pool_) pool_->stop();
    if (own_thread_) own_thread_->stop();
}

tl::expected<void, ListenError> Core::serve() {
    return front_->start();
}

void Core::end_serving() {
    if (front_) front_->stop();
}

uint16_t Core::port() const {
    return front_ ? front_->port() : 0;
}

const char* Core::foreign_text() {
    return "this database was opened by another process, before fork(): open one in this process";
}

// Of several threads that notice at the same time each may come here: waking twice does no harm.
void Core::wake_background() {
    if (!own_thread_) return;
    background_woken_ms_.store(clock_.now_ms(), std::memory_order_relaxed);
    background_period_ms_.store(expiry_period_ms(core_.database()), std::memory_order_relaxed);
    own_thread_->wake_waiting();
}

}  // namespace winnow::embedded
