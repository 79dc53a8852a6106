#include "net/tcp_server.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "base/check.h"
#include "base/cores.h"
#include "net/acceptor.h"
#include "net/frame_handler.h"
#include "net/io_thread.h"
#include "net/socket_address.h"

namespace winnow {
namespace {

uint64_t default_buffered_bytes_max() {
    uint64_t memory = static_cast<uint64_t>(::sysconf(_SC_PHYS_PAGES)) *
                      static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
    return std::min<uint64_t>(uint64_t{1} << 30, memory / 4);
}

}  // namespace

TcpServer::TcpServer(Options options, FrameHandler& handler)
    : options_(std::move(options)), handler_(handler) {
    if (options_.threads == 0) options_.threads = usable_cores();
    if (options_.buffered_bytes_max == 0)
        options_.buffered_bytes_max = default_buffered_bytes_max();
    CHECK(options_.receive_bytes >= FrameHandler::head_bytes);
}

TcpServer::~TcpServer() {
    stop();
}

tl::expected<void, ListenError> TcpServer::listen() {
    CHECK(shared_ == nullptr && listeners_.empty());
    auto listeners = open_listeners(options_.address, options_.port);
    if (!listeners) return tl::unexpected(listeners.error());
    listeners_ = std::move(*listeners);
    port_ = own_address(listeners_.front().get()).port();
    return {};
}

tl::expected<void, ListenError> TcpServer::start() {
    CHECK(shared_ == nullptr);
    if (listeners_.empty()) {
        if (auto listening = listen(); !listening) return listening;
    }
    shared_ = std::make_unique<ServerShared>(handler_, options_.connections_max,
                                             options_.buffered_bytes_max, options_.unsent_bytes_max,
                                             options_.receive_bytes);
    for (size_t i = 0; i < options_.threads; i++)
        threads_.push_back(std::make_unique<IoThread>(*shared_, i));
    EventLoop& loop = threads_.front()->loop();
    for (Descriptor& listener : listeners_) {
        acceptors_.push_back(
            std::make_unique<Acceptor>(std::move(listener), loop, *shared_, threads_));
        CHECK(acceptors_.back()->watch());
    }
    listeners_.clear();
    for (auto& thread : threads_) thread->start();
    return {};
}

void TcpServer::stop() {
    if (threads_.empty()) return;
    threads_.front()->loop().post([this] {
        for (auto& acceptor : acceptors_) acceptor->close();
    });
    for (auto& thread : threads_) thread->stop();
}

TcpServer::Counters TcpServer::counters() const {
    Counters counters;
    if (shared_ == nullptr) return counters;
    counters.open = shared_->open.load(std::memory_order_relaxed);
    counters.accepted = shared_->accepted.load(std::memory_order_relaxed);
    counters.closed = counters.accepted - std::min(counters.accepted, counters.open);
    counters.refused = shared_->refused.load(std::memory_order_relaxed);
    counters.overflows = shared_->overflows.load(std::memory_order_relaxed);
    counters.buffered_bytes = shared_->buffered_bytes.load(std::memory_order_relaxed);
    for (const auto& thread : threads_) {
        counters.bytes_in += thread->bytes_in();
        counters.bytes_out += thread->bytes_out();
    }
    return counters;
}

}  // namespace winnow
