#pragma once
// A TCP server: listens, accepts, and spreads connections over its I/O threads, each of which runs
// its own event loop and never hands a connection on. The first thread accepts; a new connection
// goes to the thread that has the fewest.
//
//   TcpServer server({.address = "127.0.0.1", .port = 3000}, handler);
//   if (auto started = server.start(); !started) ...started.error().text...
//   server.stop();
//
// Beyond a limit a connection is closed and one line logged (at most one in ten seconds); running
// out of descriptors pauses accepting for a moment and loses nobody.

#include <tl/expected.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "net/descriptor.h"

namespace winnow {

class Acceptor;
class FrameHandler;
class IoThread;
struct ServerShared;

// Why listening failed: "cannot listen on 127.0.0.1:3000: Address already in use". What to do
// about it is the caller's to say.
struct ListenError {
    std::string text;
    int error_number = 0;  // errno, such as EADDRINUSE; 0 if the address could not be resolved
};

class TcpServer {
public:
    struct Options {
        // A number or a name, of IPv4 or IPv6, and all addresses it stands for are listened on;
        // empty: all of this machine's.
        std::string address = "127.0.0.1";
        uint16_t port = 0;                   // 0: the kernel chooses, see port()
        size_t threads = 0;                  // 0: one per core
        size_t connections_max = 15'000;     // open at the same time
        uint64_t buffered_bytes_max = 0;     // over all connections; 0: 1 GiB, but at most a
                                             // quarter of the memory
        size_t unsent_bytes_max = 4u << 20;  // of one connection, see net/connection.h
        size_t receive_bytes = 256u << 10;   // a thread's receive buffer
    };

    struct Counters {
        uint64_t open = 0;      // connections now
        uint64_t accepted = 0;  // since the start, the refused not counted
        uint64_t closed = 0;
        uint64_t refused = 0;    // by connections_max
        uint64_t overflows = 0;  // closed by buffered_bytes_max
        uint64_t bytes_in = 0;
        uint64_t bytes_out = 0;
        uint64_t buffered_bytes = 0;  // halves of frames and unsent replies, now
    };

    // `handler` must outlive the server, and is called between start() and stop() only.
    TcpServer(Options options, FrameHandler& handler);
    ~TcpServer();  // stops

    // Takes the port, so that port() is known before the first connection is accepted. At most
    // once; start() does it if nobody has.
    tl::expected<void, ListenError> listen();
    // Listens and starts the threads. At most once.
    tl::expected<void, ListenError> start();
    // Stops accepting, ends all connections (jobs that still answer find closed() set) and joins
    // the threads. Not from one of its own threads. May be called more than once.
    void stop();

    uint16_t port() const { return port_; }
    size_t threads() const { return options_.threads; }
    // Any thread; each number is exact, but they are not from one moment.
    Counters counters() const;

private:
    Options options_;
    FrameHandler& handler_;
    std::unique_ptr<ServerShared> shared_;
    std::vector<Descriptor> listeners_;  // until start() hands them to the acceptors
    std::vector<std::unique_ptr<IoThread>> threads_;
    std::vector<std::unique_ptr<Acceptor>> acceptors_;
    uint16_t port_ = 0;
};

}  // namespace winnow
