#pragma once
// For the tests of net: a server whose frames are
//   byte 0: 2   byte 1: kind   bytes 2 to 7: size of the body, big endian   body
// and a client of it. Kinds: what TestHandler::on_frame says.

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "base/bytes.h"
#include "net/client_socket.h"
#include "net/connection.h"
#include "net/frame_handler.h"
#include "net/tcp_server.h"

namespace winnow::test {

inline constexpr uint64_t frame_bytes_max = uint64_t{64} << 20;

inline Buffer frame(char kind, std::string_view body) {
    Buffer out;
    out.append_be((uint64_t{2} << 56) | (uint64_t{static_cast<uint8_t>(kind)} << 48) | body.size());
    out.append(body);
    return out;
}

class TestHandler : public FrameHandler {
public:
    uint64_t frame_size(Bytes head) override {
        uint64_t word = load_be<uint64_t>(head.data());
        uint64_t size = (word & 0xffffffffffff) + head_bytes;
        return word >> 56 == 2 && size <= frame_bytes_max ? size : 0;
    }

    Outcome on_frame(Connection& connection, Bytes bytes, Buffer& out) override {
        frames_++;
        std::string_view body = text_of(bytes.subspan(head_bytes));
        switch (static_cast<char>(bytes[1])) {
            case 'e':  // echoes itself
                out.append(bytes);
                return Outcome::replied;
            case 's':  // is not answered
                return Outcome::replied;
            case 'b': {  // is answered with so many bytes
                std::string reply(std::stoul(std::string(body)), 'b');
                out.append(frame('b', reply).bytes());
                return Outcome::replied;
            }
            case 'p':  // waits for take_pending()
                keep_pending(connection);
                return Outcome::pending;
            case 'q':  // echoes itself and closes
                out.append(bytes);
                return Outcome::close;
            default: return Outcome::close;
        }
    }

    void on_close(Connection&) override { closes_++; }

    // The connection whose request has been pending longest; waits for one.
    std::shared_ptr<Connection> take_pending() {
        for (int i = 0; i < 10'000; i++) {
            {
                std::lock_guard lock(mutex_);
                if (!waiting_.empty()) {
                    auto connection = std::move(waiting_.front());
                    waiting_.pop_front();
                    return connection;
                }
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        ADD_FAILURE() << "no pending request";
        return nullptr;
    }

    uint64_t frames() const { return frames_; }
    uint64_t closes() const { return closes_; }

private:
    void keep_pending(Connection& connection) {
        std::lock_guard lock(mutex_);
        waiting_.push_back(connection.handle());
    }

    std::atomic<uint64_t> frames_{0};
    std::atomic<uint64_t> closes_{0};
    std::mutex mutex_;
    std::deque<std::shared_ptr<Connection>> waiting_;
};

// Whether `condition` comes true within ten seconds.
inline bool eventually(const std::function<bool()>& condition) {
    for (int i = 0; i < 10'000; i++) {
        if (condition()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return condition();
}

struct TestServer {
    explicit TestServer(TcpServer::Options options = {.threads = 2}) : server(options, handler) {
        auto started = server.start();
        EXPECT_TRUE(started) << started.error().text;
    }
    uint64_t buffered() const { return server.counters().buffered_bytes; }
    uint64_t open() const { return server.counters().open; }

    TestHandler handler;
    TcpServer server;
};

struct TestClient {
    explicit TestClient(const TestServer& server) {
        auto connected = ClientSocket::connect("127.0.0.1", server.server.port(), deadline());
        EXPECT_TRUE(connected);
        if (connected) socket = std::move(*connected);
    }
    static Deadline deadline() { return Deadline::in(20'000); }

    void send(Bytes bytes) { EXPECT_TRUE(socket.send_all(bytes, deadline())); }
    void send(const Buffer& bytes) { send(bytes.bytes()); }
    void send(char kind, std::string_view body) { send(frame(kind, body)); }
    // The kind and the body of the next frame; "" if there is none any more.
    std::string receive() {
        uint8_t head[8];
        if (!socket.receive(head, sizeof head, deadline())) return "";
        std::string reply(1 + (load_be<uint64_t>(head) & 0xffffffffffff),
                          static_cast<char>(head[1]));
        auto* body = reinterpret_cast<uint8_t*>(reply.data() + 1);
        if (!socket.receive(body, reply.size() - 1, deadline())) return "";
        return reply;
    }
    // True if the server closes without sending anything more.
    bool at_end() {
        uint8_t byte;
        auto received = socket.receive(&byte, 1, deadline());
        return !received && received.error().code != ResultCode::timeout;
    }

    ClientSocket socket;
};

}  // namespace winnow::test
