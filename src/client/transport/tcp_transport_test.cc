#include "client/transport/tcp_transport.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <functional>
#include <thread>

#include "net/descriptor.h"

namespace winnow::client {
namespace {

// Accepts one connection and does with it what the test says.
class OneConnection {
public:
    explicit OneConnection(std::function<void(int)> serve) {
        listener_ = Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address),
                  0);
        EXPECT_EQ(::listen(listener_.get(), 1), 0);
        socklen_t size = sizeof address;
        ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size);
        port_ = ntohs(address.sin_port);
        thread_ = std::thread([this, serve = std::move(serve)] {
            Descriptor socket(::accept(listener_.get(), nullptr, nullptr));
            serve(socket.get());
        });
    }
    ~OneConnection() { thread_.join(); }

    std::unique_ptr<Channel> open() {
        TcpTransport transport;
        auto channel = transport.open({"127.0.0.1", port_}, Deadline::in(5000));
        EXPECT_TRUE(channel);
        return std::move(*channel);
    }

private:
    Descriptor listener_;
    uint16_t port_ = 0;
    std::thread thread_;
};

Buffer frame_with(size_t body_size, uint8_t fill) {
    Buffer frame;
    size_t start = begin_frame(frame);
    std::memset(frame.extend(body_size), fill, body_size);
    end_frame(frame, start, FrameType::message);
    return frame;
}

void send_slowly(int fd, Bytes bytes, size_t piece) {
    for (size_t at = 0; at < bytes.size(); at += piece) {
        Bytes part = bytes.subspan(at, std::min(piece, bytes.size() - at));
        ::send(fd, part.data(), part.size(), MSG_NOSIGNAL);
        std::this_thread::yield();
    }
}

TEST(TcpTransport, CutsFramesOutOfAnyPieces) {
    const size_t sizes[] = {0, 1, 100, 20'000, 3'000'000, 16'384, 5, 70'000};
    for (size_t piece : {size_t{7}, size_t{1000}, size_t{1} << 20}) {
        OneConnection server([&](int fd) {
            Buffer all;
            for (size_t i = 0; i < std::size(sizes); i++) {
                if (piece == 7 && sizes[i] > 100'000) continue;
                all.append(frame_with(sizes[i], static_cast<uint8_t>(i)).bytes());
            }
            send_slowly(fd, all.bytes(), piece);
        });
        auto channel = server.open();
        for (size_t i = 0; i < std::size(sizes); i++) {
            if (piece == 7 && sizes[i] > 100'000) continue;
            Result<Frame> frame = channel->receive(Deadline::in(10'000));
            ASSERT_TRUE(frame) << frame.error().text;
            ASSERT_EQ(frame->body.size(), sizes[i]);
            for (uint8_t byte : frame->body) ASSERT_EQ(byte, i);
            channel->rest();  // must not lose what has been read ahead
        }
        EXPECT_EQ(channel->receive(Deadline::in(10'000)).error().code, ResultCode::server_error);
    }
}

TEST(TcpTransport, ManySmallFramesTakeLittleMemory) {
    constexpr int count = 200'000;
    OneConnection server([](int fd) {
        Buffer some;
        for (int i = 0; i < 1000; i++) some.append(frame_with(93, 'x').bytes());
        for (int i = 0; i < count / 1000; i++) send_slowly(fd, some.bytes(), 64 << 10);
    });
    auto channel = server.open();
    for (int i = 0; i < count; i++) {
        Result<Frame> frame = channel->receive(Deadline::in(10'000));
        ASSERT_TRUE(frame);
        ASSERT_EQ(frame->body.size(), 93u);
    }
}

TEST(TcpTransport, RefusesWhatIsNoFrame) {
    OneConnection server([](int fd) { send_slowly(fd, bytes_of("HTTP/1.1 400 Bad\r\n\r\n"), 64); });
    auto channel = server.open();
    EXPECT_EQ(channel->receive(Deadline::in(10'000)).error().code, ResultCode::server_error);
}

TEST(TcpTransport, AnAnnouncementAloneTakesNoMemory) {
    OneConnection server([](int fd) {
        uint8_t head[8];
        store_frame_header(head, FrameType::message, body_size_max);
        send_slowly(fd, Bytes(head), 8);
    });
    auto channel = server.open();
    EXPECT_EQ(channel->receive(Deadline::in(10'000)).error().code, ResultCode::server_error);
}

TEST(TcpTransport, TimesOut) {
    OneConnection server([](int fd) {
        char byte;
        EXPECT_EQ(::recv(fd, &byte, 1, 0), 0);  // until the client hangs up
    });
    auto channel = server.open();
    EXPECT_EQ(channel->receive(Deadline::in(30)).error().code, ResultCode::timeout);
}

TEST(TcpTransport, KnowsWhetherItCanBeUsedAgain) {
    OneConnection server([](int fd) {
        char byte;
        ::recv(fd, &byte, 1, 0);
        send_slowly(fd, frame_with(5, 'x').bytes(), 64);
        ::recv(fd, &byte, 1, 0);
    });
    auto channel = server.open();
    EXPECT_TRUE(channel->reusable());
    ASSERT_TRUE(channel->send(bytes_of("1"), Deadline::never()));
    ASSERT_TRUE(channel->receive(Deadline::in(10'000)));
    EXPECT_TRUE(channel->reusable());
    ASSERT_TRUE(channel->send(bytes_of("2"), Deadline::never()));
    for (int i = 0; i < 1000 && channel->reusable(); i++)
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    EXPECT_FALSE(channel->reusable());  // the server has closed it
}

TEST(TcpTransport, NobodyThere) {
    TcpTransport transport;
    EXPECT_EQ(transport.open({"127.0.0.1", 1}, Deadline::in(1000)).error().code,
              ResultCode::server_error);
}

}  // namespace
}  // namespace winnow::client
