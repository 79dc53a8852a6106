#include "net/acceptor.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "net/frame_handler.h"
#include "net/socket_address.h"

namespace winnow {
namespace {

constexpr int backlog = 4096;
// One loop turn accepts no more than this, so that a storm of connections does not stop requests.
constexpr int accepts_per_turn = 64;
constexpr uint64_t exhausted_pause_ms = 100;

bool set_option(int fd, int level, int option, int value) {
    return ::setsockopt(fd, level, option, &value, sizeof value) == 0;
}

// An open socket that listens, or one that is closed; errno then says why.
Descriptor listen_on(const SocketAddress& address, bool ipv6_only) {
    Descriptor socket(::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket.is_open()) return {};
    int fd = socket.get();
    // Accepted sockets inherit the last two, which spares two calls per connection.
    bool ready = set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1) &&
                 set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1) &&
                 set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    if (address.family() == AF_INET6)
        ready = ready && set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, ipv6_only);
    if (!ready || ::bind(fd, address.raw(), address.size) != 0 || ::listen(fd, backlog) != 0) {
        int reason = errno;
        socket.close();
        errno = reason;
    }
    return socket;
}

}  // namespace

tl::expected<std::vector<Descriptor>, ListenError> open_listeners(const std::string& address,
                                                                  uint16_t port) {
    const char* reason = "";
    std::vector<SocketAddress> addresses = resolve_addresses(address, port, reason);
    if (addresses.empty()) {
        return tl::unexpected(
            ListenError{fmt::format("cannot listen on {}:{}: {}", address, port, reason), 0});
    }
    bool both_families = std::any_of(addresses.begin(), addresses.end(), [&](const auto& a) {
        return a.family() != addresses.front().family();
    });
    std::vector<Descriptor> listeners;
    ListenError error;
    for (SocketAddress& one : addresses) {
        if (port == 0 && !listeners.empty())
            one.set_port(own_address(listeners.front().get()).port());
        Descriptor listener = listen_on(one, both_families);
        if (listener.is_open()) {
            listeners.push_back(std::move(listener));
            continue;
        }
        int reason_number = errno;
        error = {fmt::format("cannot listen on {}: {}", one.text(),
                             std::generic_category().message(reason_number)),
                 reason_number};
        // A name may stand for an address that this machine lacks, such as ::1 without IPv6.
        if (reason_number != EADDRNOTAVAIL && reason_number != EAFNOSUPPORT)
            return tl::unexpected(error);
    }
    if (listeners.empty()) return tl::unexpected(error);
    return listeners;
}

Acceptor::Acceptor(Descriptor socket, EventLoop& loop, ServerShared& shared,
                   const std::vector<std::unique_ptr<IoThread>>& threads)
    : socket_(std::move(socket)), loop_(loop), shared_(shared), threads_(threads) {}

bool Acceptor::watch() {
    return loop_.add(socket_.get(), EPOLLIN, *this);
}

void Acceptor::close() {
    if (!socket_.is_open()) return;
    loop_.remove(socket_.get(), *this);
    socket_.close();
}

void Acceptor::on_events(uint32_t) {
    for (int i = 0; i < accepts_per_turn && accept_one(); i++) {
    }
}

// False if there is nothing more to accept for now.
bool Acceptor::accept_one() {
    Descriptor socket(::accept4(socket_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket.is_open()) {
        if (errno == EAGAIN) return false;
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            pause();
            return false;
        }
        return true;  // that one connection failed before it was accepted
    }
    const size_t connections_max = shared_.handler.connections_max(shared_.connections_max);
    if (shared_.open.load(std::memory_order_relaxed) >= connections_max) {
        shared_.refused.fetch_add(1, std::memory_order_relaxed);
        refused_log_.warn(
            fmt::format("refused a connection: the limit of {} open connections is "
                        "reached",
                        connections_max));
        return true;
    }
    shared_.open.fetch_add(1, std::memory_order_relaxed);
    shared_.accepted.fetch_add(1, std::memory_order_relaxed);
    next_thread().adopt(std::move(socket));
    return true;
}

// Out of descriptors the listening socket stays readable: it is left alone until some may have
// been closed. Those who connect meanwhile wait in the backlog.
void Acceptor::pause() {
    exhausted_log_.warn(
        fmt::format("cannot accept connections for now: {}; raise the limit of open files",
                    std::generic_category().message(errno)));
    loop_.modify(socket_.get(), 0, *this);
    loop_.call_after(exhausted_pause_ms, [this] {
        if (socket_.is_open()) loop_.modify(socket_.get(), EPOLLIN, *this);
    });
}

IoThread& Acceptor::next_thread() {
    size_t best = turn_++ % threads_.size();
    for (size_t i = 0; i < threads_.size(); i++) {
        if (threads_[i]->open() < threads_[best]->open()) best = i;
    }
    return *threads_[best];
}

}  // namespace winnow
