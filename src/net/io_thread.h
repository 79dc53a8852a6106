#pragma once
// One I/O thread of a server: its event loop, its connections, and the two buffers that all of
// them share because the thread serves one at a time.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "base/bytes.h"
#include "net/connection.h"
#include "net/event_loop.h"
#include "net/log_limiter.h"

namespace winnow {

class FrameHandler;

// What the threads of one server have in common. The counters change only when a connection comes,
// goes or owns memory, never for an ordinary request.
struct ServerShared {
    FrameHandler& handler;
    uint64_t connections_max;
    uint64_t buffered_bytes_max;
    size_t unsent_bytes_max;
    size_t receive_bytes;

    std::atomic<uint64_t> open{0};
    std::atomic<uint64_t> accepted{0};
    std::atomic<uint64_t> refused{0};
    std::atomic<uint64_t> overflows{0};
    std::atomic<uint64_t> buffered_bytes{0};
    LogLimiter overflow_log;
};

class alignas(64) IoThread {
public:
    IoThread(ServerShared& shared, size_t number);
    ~IoThread();

    EventLoop& loop() { return loop_; }
    void start();
    // Any other thread: ends all connections and the loop, and waits for the thread.
    void stop();
    // Takes over a new socket, already counted in ServerShared::open. Any thread.
    void adopt(Descriptor socket);

    // Any thread.
    size_t open() const { return open_.load(std::memory_order_relaxed); }
    uint64_t bytes_in() const { return bytes_in_.load(std::memory_order_relaxed); }
    uint64_t bytes_out() const { return bytes_out_.load(std::memory_order_relaxed); }

    // --- for the connections ---

    ServerShared& shared() { return shared_; }
    uint8_t* receive_buffer() { return receive_buffer_.get(); }
    // Where the replies of the connection that is being served gather; empty in between.
    Buffer& replies() { return replies_; }
    void clear_replies();
    void count_in(size_t bytes) { add(bytes_in_, bytes); }
    void count_out(size_t bytes) { add(bytes_out_, bytes); }
    // False if the server buffers too much now; the caller then ends its connection. Any thread.
    [[nodiscard]] bool add_buffered(size_t bytes);
    void subtract_buffered(size_t bytes);
    // The connection has ended; it lives on until the end of the loop's turn.
    void forget(Connection& connection);

private:
    // Only this thread writes these counters, so no locked instruction is needed.
    static void add(std::atomic<uint64_t>& counter, uint64_t count) {
        counter.store(counter.load(std::memory_order_relaxed) + count, std::memory_order_relaxed);
    }
    void open_connection(const std::shared_ptr<Connection>& connection);
    void end_all();

    ServerShared& shared_;
    size_t number_;
    EventLoop loop_;
    std::unique_ptr<uint8_t[]> receive_buffer_;
    Buffer replies_;
    std::vector<std::shared_ptr<Connection>> connections_;
    bool stopping_ = false;
    std::atomic<size_t> open_{0};
    std::atomic<uint64_t> bytes_in_{0};
    std::atomic<uint64_t> bytes_out_{0};
    std::thread thread_;
};

}  // namespace winnow
