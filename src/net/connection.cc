#include "net/connection.h"

#include <sys/socket.h>

#include <utility>

#include "net/frame_handler.h"
#include "net/io_thread.h"
#include "net/socket_address.h"

namespace winnow {

Connection::Connection(Descriptor socket, IoThread& thread)
    : thread_(thread), socket_(std::move(socket)) {}

Connection::~Connection() = default;

std::string Connection::peer_address() const {
    return winnow::peer_address(socket_.get()).text();
}

bool Connection::watch() {
    interest_ = EPOLLIN | EPOLLRDHUP;
    return thread_.loop().add(socket_.get(), interest_, *this);
}

void Connection::on_events(uint32_t events) {
    if (events & EPOLLOUT) [[unlikely]] {
        write_output();
        after_write();
    }
    if ((events & EPOLLIN) && !paused()) [[likely]] {
        receive();
    } else if (events & (EPOLLERR | EPOLLHUP)) {
        end();
    } else if (events & (EPOLLIN | EPOLLRDHUP)) {
        if (events & EPOLLRDHUP) note_hang_up();
        settle(true);
    }
}

// Has epoll watch what matters now. While paused, EPOLLIN would fire for frames that nobody takes,
// but most requests that are answered later have none behind them: it stays on until it has fired
// once in vain (`exact`), which spares two system calls for each of them.
void Connection::settle(bool exact) {
    if (!socket_.is_open()) return;
    if (closing_ && output_.empty()) return end_after_replies();
    uint32_t wanted = 0;
    if (!paused()) wanted |= EPOLLIN;
    if (!closed()) wanted |= EPOLLRDHUP;
    if (!output_.empty()) wanted |= EPOLLOUT;
    if (wanted == interest_ || (!exact && (wanted | EPOLLIN) == interest_)) return;
    interest_ = wanted;
    thread_.loop().modify(socket_.get(), wanted, *this);
}

void Connection::note_hang_up() {
    hung_up_.store(true, std::memory_order_relaxed);
    call_drained();
}

void Connection::end() {
    if (!socket_.is_open()) return;
    thread_.loop().remove(socket_.get(), *this);
    // Closed on leaving, when nothing is counted for the connection any more.
    Descriptor socket = std::move(socket_);
    hung_up_.store(true, std::memory_order_relaxed);
    std::vector<Buffer> queued;
    std::function<void()> drained;
    {
        std::lock_guard lock(mutex_);
        ended_ = true;
        queued.swap(queued_);
        drained.swap(drained_);
        thread_.subtract_buffered(unsent_bytes_.exchange(0, std::memory_order_relaxed));
    }
    std::vector<Buffer>().swap(output_);
    drop_input();
    thread_.clear_replies();
    thread_.shared().handler.on_close(*this);
    if (drained) drained();
    thread_.forget(*this);
}

void Connection::end_over_limit() {
    ServerShared& shared = thread_.shared();
    shared.overflows.fetch_add(1, std::memory_order_relaxed);
    shared.overflow_log.warn(fmt::format(
        "closed connection from {}: all connections together would buffer more than {} KiB",
        peer_address(), shared.buffered_bytes_max >> 10));
    end();
}

// Closing a socket with unread bytes resets it, and a reset may overtake the reply on its way to
// the peer; so what has arrived is read first.
void Connection::end_after_replies() {
    ::shutdown(socket_.get(), SHUT_WR);
    for (int i = 0; i < 4; i++) {
        if (::recv(socket_.get(), thread_.receive_buffer(), thread_.shared().receive_bytes, 0) <= 0)
            break;
    }
    end();
}

}  // namespace winnow
