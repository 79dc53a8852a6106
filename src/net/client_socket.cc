#include "net/client_socket.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/check.h"
#include "base/clock.h"
#include "net/socket_address.h"

namespace winnow {
namespace {

constexpr uint64_t interrupt_slice_ns = 100'000'000;

auto timed_out() {
    return fail(ResultCode::timeout, "the server did not answer in time");
}
auto interrupted() {
    return fail(ResultCode::query_aborted, "the call was interrupted");
}
auto hung_up() {
    return fail(ResultCode::server_error, "the server closed the connection");
}

Result<> wait_for(int fd, short events, Deadline deadline) {
    for (;;) {
        uint64_t slice_ns = deadline.slice_ns();
        if (slice_ns == 0) return timed_out();
        int timeout_ms = -1;
        if (slice_ns != UINT64_MAX)
            timeout_ms =
                static_cast<int>(std::min<uint64_t>((slice_ns + 999'999) / 1'000'000, 60'000));
        pollfd watched{fd, events, 0};
        if (::poll(&watched, 1, timeout_ms) > 0) return {};
        if (deadline.interrupted()) return interrupted();
    }
}

// An open socket, or one that is closed if the address does not answer within the time.
Result<Descriptor> connect_to(const SocketAddress& address, Deadline deadline) {
    Descriptor socket(::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket.is_open()) return Descriptor();
    int fd = socket.get();
    if (::connect(fd, address.raw(), address.size) != 0) {
        if (errno != EINPROGRESS) return Descriptor();
        if (Result<> ready = wait_for(fd, POLLOUT, deadline); !ready) {
            if (ready.error().code == ResultCode::timeout) return Descriptor();
            return fail(ready.error());
        }
        int error = 0;
        socklen_t size = sizeof error;
        if (::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0)
            return Descriptor();
    }
    int one = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) & ~O_NONBLOCK);
    return socket;
}

}  // namespace

Deadline Deadline::in(uint32_t timeout_ms, Interrupt* interrupt) {
    if (timeout_ms == 0) return Deadline(UINT64_MAX, interrupt);
    uint64_t now_ns = system_clock().monotonic_ns();
    return Deadline(now_ns + uint64_t{timeout_ms} * 1'000'000, interrupt);
}

Deadline Deadline::within(uint32_t timeout_ms) const {
    return Deadline(std::min(at_ns_, in(timeout_ms).at_ns_), interrupt_);
}

uint64_t Deadline::remaining_ns() const {
    if (at_ns_ == UINT64_MAX) return UINT64_MAX;
    uint64_t now_ns = system_clock().monotonic_ns();
    return at_ns_ > now_ns ? at_ns_ - now_ns : 0;
}

uint64_t Deadline::slice_ns() const {
    uint64_t remaining = remaining_ns();
    return interrupt_ == nullptr ? remaining : std::min(remaining, interrupt_slice_ns);
}

Result<ClientSocket> ClientSocket::connect(const std::string& host, uint16_t port,
                                           Deadline deadline) {
    const char* reason = "";
    std::vector<SocketAddress> addresses = resolve_addresses(host, port, reason);
    if (addresses.empty()) return fail(ResultCode::server_error, reason);
    for (size_t i = 0; i < addresses.size(); i++) {
        // An address that does not answer at all must not use up the time of those behind it.
        Deadline share = deadline;
        uint64_t remaining_ns = deadline.remaining_ns();
        if (remaining_ns != UINT64_MAX) {
            uint64_t share_ms = remaining_ns / (addresses.size() - i) / 1'000'000;
            share = deadline.within(static_cast<uint32_t>(share_ms) + 1);
        }
        Result<Descriptor> socket = connect_to(addresses[i], share);
        if (!socket) return fail(socket.error());
        if (socket->is_open()) return ClientSocket(*std::move(socket));
    }
    if (deadline.passed()) return fail(ResultCode::timeout, "could not connect in time");
    return fail(ResultCode::server_error, "could not connect");
}

Result<> ClientSocket::send_all(Bytes bytes, Deadline deadline) {
    while (!bytes.empty()) {
        ssize_t sent =
            ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent >= 0) {
            bytes = bytes.subspan(static_cast<size_t>(sent));
        } else if (errno == EAGAIN) {
            WINNOW_TRY(wait_for(socket_.get(), POLLOUT, deadline));
        } else if (errno != EINTR) {
            return hung_up();
        }
    }
    return {};
}

Result<> ClientSocket::receive(uint8_t* to, size_t count, Deadline deadline) {
    if (count == 0) return {};
    WINNOW_TRY(receive(to, count, count, deadline));
    return {};
}

// The kernel waits, within its own timeout on the socket: one system call for a reply, where a
// poll() first would make it two.
Result<size_t> ClientSocket::receive(uint8_t* to, size_t least, size_t most, Deadline deadline) {
    CHECK(least > 0 && least <= most);
    size_t received = 0;
    while (received < least) {
        uint64_t slice_ns = deadline.slice_ns();
        if (slice_ns == 0) return timed_out();
        set_kernel_timeout(slice_ns);
        ssize_t count = ::recv(socket_.get(), to + received, most - received, 0);
        if (count > 0)
            received += static_cast<size_t>(count);
        else if (count == 0 || (errno != EAGAIN && errno != EINTR))
            return hung_up();
        else if (deadline.interrupted())
            return interrupted();
    }
    return received;
}

// Changes the timeout only if a wait would end an eighth too late, or far too early: callers tend
// to use the same one for every request.
void ClientSocket::set_kernel_timeout(uint64_t remaining_ns) {
    uint64_t fits_from = remaining_ns / 8;
    uint64_t fits_to = remaining_ns == UINT64_MAX ? UINT64_MAX : remaining_ns + remaining_ns / 8;
    if (kernel_timeout_ns_ >= fits_from && kernel_timeout_ns_ <= fits_to) return;
    kernel_timeout_ns_ = remaining_ns;
    // To the kernel 0 is forever.
    uint64_t timeout_us =
        remaining_ns == UINT64_MAX ? 0 : std::max<uint64_t>(remaining_ns / 1000, 1);
    timeval timeout{static_cast<time_t>(timeout_us / 1'000'000),
                    static_cast<suseconds_t>(timeout_us % 1'000'000)};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
}

bool ClientSocket::readable_now() const {
    uint8_t byte = 0;
    return ::recv(socket_.get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0 || errno != EAGAIN;
}

}  // namespace winnow
