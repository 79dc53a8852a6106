#pragma once
// One TCP connection of a server. It belongs to one I/O thread for life: that thread receives into
// a buffer shared by all its connections, handles every complete frame where it lies, and sends
// the replies of one receive with one call. Steady state: epoll_wait, recv, send; no copy, no
// allocation. A connection owns memory only while half a frame has arrived, while frames wait
// behind a pending one, or while its peer does not read.
//
// A request that is answered later (FrameHandler::Outcome::pending) is answered through the same
// object by whichever thread does the work:
//
//   on_frame:  start_job(connection.handle()); return Outcome::pending;
//   the job:   if (connection->closed()) give up: connection->finish();
//              if (connection->unsent_bytes() > enough) connection->when_drained(wake me), wait;
//              connection->send(std::move(part));
//              connection->finish(std::move(last_part));
//
// Limits, beside the sizes that FrameHandler::frame_size allows: unsent bytes beyond which no
// further frame is handled until the peer has read, and bytes buffered over all connections of the
// server, beyond which the connection that wants more is closed (TcpServer::Options).

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "net/descriptor.h"
#include "net/event_loop.h"

namespace winnow {

class IoThread;

class Connection final : public EventHandler, public std::enable_shared_from_this<Connection> {
public:
    // With this many unsent bytes or fewer a connection counts as drained (half of
    // unsent_bytes_max if that is less). A job should not wait for less than this.
    static constexpr size_t drained_bytes = size_t{256} << 10;

    Connection(Descriptor socket, IoThread& thread);
    ~Connection() override;

    // Keeps the object (not the socket) alive; for whoever answers a pending request.
    std::shared_ptr<Connection> handle() { return shared_from_this(); }

    // --- any thread, while a request of this connection is pending ---

    // Sends after all that was sent before. Ignored once the connection has ended.
    void send(Buffer&& bytes);
    // The pending request is answered: the frames behind it are handled next. Exactly once for
    // each pending request; harmless on a connection that has ended.
    void finish();
    void finish(Buffer&& last);
    // Calls `call` once, as soon as the connection is drained, its peer hangs up or it ends: by
    // the I/O thread, or at once by the caller if it has ended already. Replaces an earlier call.
    // `call` must not block.
    void when_drained(std::function<void()> call);

    // --- any thread ---

    // Bytes given to send(), or of replies, that the kernel has not taken yet.
    size_t unsent_bytes() const { return unsent_bytes_.load(std::memory_order_relaxed); }
    // The peer has hung up or the connection has ended: work for it may stop. A peer that has only
    // shut down its sending side looks the same, so what is sent nevertheless does reach it, and
    // the connection ends when all requests that it had sent are answered. Unnoticed stays who
    // hangs up behind more pipelined bytes than the kernel takes while a request is pending.
    bool closed() const { return hung_up_.load(std::memory_order_relaxed); }

    // --- the owner thread: in FrameHandler's calls ---

    // Whatever the handler wants to remember about this connection.
    std::shared_ptr<void>& context() { return context_; }
    // "127.0.0.1:53412" or "[::1]:53412"; asks the kernel.
    std::string peer_address() const;

private:
    friend class IoThread;

    // connection.cc: life, and what epoll watches
    bool watch();
    void on_events(uint32_t events) override;
    bool paused() const { return pending_ || choked_ || closing_ || !socket_.is_open(); }
    void settle(bool exact = false);
    void note_hang_up();
    void end();
    void end_over_limit();
    void end_after_replies();

    // connection_input.cc
    void receive();
    void receive_rest();
    void receive_stopped(ssize_t received);
    void take(Bytes arrived);
    size_t handle_frames(Bytes bytes);
    size_t missing_input();
    void keep_input(Bytes rest);
    void append_input(Bytes bytes, size_t missing);
    bool make_input_room(size_t count, size_t missing);
    void drop_input();
    void resume();

    // connection_output.cc
    void flush_replies();
    void keep_output(Bytes rest);
    void write_output();
    void drop_output(size_t count);
    void after_write();
    void enqueue(Buffer&& bytes, bool finish);
    void schedule();
    void run_queued();
    void call_drained();

    IoThread& thread_;
    Descriptor socket_;
    uint32_t interest_ = 0;  // what epoll watches
    bool pending_ = false;   // a request waits for finish()
    bool choked_ = false;    // the peer does not read; no frames until it has
    bool closing_ = false;   // ends once everything is sent
    size_t position_ = 0;    // in the thread's list of connections

    // Bytes not handled yet: part of one frame, or anything at all while paused. Counted as
    // buffered by its capacity. The first input_at_ bytes are done with.
    Buffer input_;
    size_t input_at_ = 0;
    bool backlog_ = false;  // input_ was kept while paused and may hold whole frames
    // What the kernel did not take, in order; output_sent_ bytes of the first are gone.
    std::vector<Buffer> output_;
    size_t output_sent_ = 0;

    std::atomic<size_t> unsent_bytes_{0};
    std::atomic<bool> hung_up_{false};

    std::mutex mutex_;  // guards what other threads hand over, below
    bool ended_ = false;
    bool scheduled_ = false;  // run_queued is on its way
    bool finished_ = false;
    bool over_limit_ = false;
    std::vector<Buffer> queued_;
    std::function<void()> drained_;

    std::shared_ptr<void> context_;
};

}  // namespace winnow
