#pragma once
// The client's end of a TCP connection: calls that wait, but not beyond a deadline (a receive may
// overrun it by an eighth).
//
// Errors: ResultCode::timeout when the deadline has passed, ResultCode::query_aborted when its
// interrupt wanted the wait to end, ResultCode::server_error when the peer cannot be reached or has
// hung up. After any of them the socket is good for nothing but close().
// Not thread-safe; one owner at a time.

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "base/bytes.h"
#include "base/error.h"
#include "net/descriptor.h"

namespace winnow {

// Ends waits before their time, such as Ctrl-C does. The waiting thread asks it when a signal has
// come in, and every 100 ms.
class Interrupt {
public:
    virtual ~Interrupt() = default;
    virtual bool requested() = 0;
};

// A moment of the machine's monotonic clock, and what may end a wait before it.
class Deadline {
public:
    // timeout_ms 0: never. The interrupt, if there is one, outlives the deadline.
    static Deadline in(uint32_t timeout_ms, Interrupt* interrupt = nullptr);
    static Deadline never() { return Deadline(UINT64_MAX, nullptr); }
    // The earlier of this and timeout_ms from now, with the same interrupt.
    Deadline within(uint32_t timeout_ms) const;

    bool passed() const { return remaining_ns() == 0; }
    uint64_t remaining_ns() const;  // UINT64_MAX: no limit
    // How long to wait until the next question: remaining_ns(), or less if there is an interrupt.
    uint64_t slice_ns() const;
    bool interrupted() const { return interrupt_ != nullptr && interrupt_->requested(); }

private:
    Deadline(uint64_t at_ns, Interrupt* interrupt) : at_ns_(at_ns), interrupt_(interrupt) {}
    uint64_t at_ns_;
    Interrupt* interrupt_;
};

class ClientSocket {
public:
    ClientSocket() = default;  // closed

    // `host` is a name or an address; its addresses are tried in turn. Resolving a name is the
    // resolver's business and not bounded by the deadline.
    static Result<ClientSocket> connect(const std::string& host, uint16_t port, Deadline deadline);

    Result<> send_all(Bytes bytes, Deadline deadline);
    // Exactly `count` bytes.
    Result<> receive(uint8_t* to, size_t count, Deadline deadline);
    // At least `least` bytes (not 0) and at most `most`; answers how many. Lets a reader take a
    // whole reply in one call without knowing its length.
    Result<size_t> receive(uint8_t* to, size_t least, size_t most, Deadline deadline);

    // Whether a receive would return at once: bytes nobody asked for, or the end. A pool drops
    // such a socket instead of handing it out.
    bool readable_now() const;
    bool is_open() const { return socket_.is_open(); }
    void close() { socket_.close(); }
    int fd() const { return socket_.get(); }

private:
    explicit ClientSocket(Descriptor socket) : socket_(std::move(socket)) {}
    void set_kernel_timeout(uint64_t remaining_ns);

    Descriptor socket_;
    uint64_t kernel_timeout_ns_ = UINT64_MAX;  // how long the kernel lets a receive wait
};

}  // namespace winnow
