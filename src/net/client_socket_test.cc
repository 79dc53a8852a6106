#include "net/client_socket.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "base/clock.h"
#include "net/test_server.h"

namespace winnow {
namespace {

using test::eventually;
using test::frame;
using test::TestClient;
using test::TestServer;

uint64_t now_ms() {
    return system_clock().monotonic_ns() / 1'000'000;
}

TEST(ClientSocketTest, NobodyListens) {
    uint16_t port = 0;
    {
        TestServer server;
        port = server.server.port();
    }
    auto socket = ClientSocket::connect("127.0.0.1", port, Deadline::in(5000));
    ASSERT_FALSE(socket);
    EXPECT_EQ(ResultCode::server_error, socket.error().code);
    EXPECT_STREQ("could not connect", socket.error().text);
}

TEST(ClientSocketTest, UnknownName) {
    auto socket = ClientSocket::connect("no-such-host.invalid", 3000, Deadline::in(5000));
    ASSERT_FALSE(socket);
    EXPECT_EQ(ResultCode::server_error, socket.error().code);
}

TEST(ClientSocketTest, ConnectsByName) {
    TestServer server;
    auto socket = ClientSocket::connect("localhost", server.server.port(), Deadline::in(5000));
    ASSERT_TRUE(socket);
    ASSERT_TRUE(socket->send_all(frame('e', "x").bytes(), Deadline::never()));
    uint8_t reply[9];
    EXPECT_TRUE(socket->receive(reply, sizeof reply, Deadline::never()));
}

TEST(ClientSocketTest, ReceiveTimesOut) {
    TestServer server;
    TestClient client(server);
    uint8_t reply[8];
    for (uint32_t timeout_ms : {30u, 100u, 30u}) {
        uint64_t start_ms = now_ms();
        auto received = client.socket.receive(reply, sizeof reply, Deadline::in(timeout_ms));
        ASSERT_FALSE(received);
        EXPECT_EQ(ResultCode::timeout, received.error().code);
        EXPECT_GE(now_ms() - start_ms + 1, timeout_ms);
        EXPECT_LT(now_ms() - start_ms, timeout_ms + 2000);
    }
    auto never_waits = client.socket.receive(reply, 1, Deadline::in(1));
    EXPECT_EQ(ResultCode::timeout, never_waits.error().code);
}

// Says yes when asked for the `yes_at`th time.
struct CountedInterrupt : Interrupt {
    explicit CountedInterrupt(int yes_at) : left(yes_at) {}
    bool requested() override { return --left == 0; }
    int left;
};

TEST(ClientSocketTest, AnInterruptEndsAWait) {
    TestServer server;
    TestClient client(server);
    CountedInterrupt interrupt(2);
    uint8_t reply[8];
    auto received = client.socket.receive(reply, sizeof reply, Deadline::in(0, &interrupt));
    ASSERT_FALSE(received);
    EXPECT_EQ(ResultCode::query_aborted, received.error().code);
    EXPECT_EQ(0, interrupt.left);
}

TEST(ClientSocketTest, AnInterruptThatSaysNoChangesNothing) {
    TestServer server;
    TestClient client(server);
    CountedInterrupt interrupt(1000);
    uint8_t reply[9];
    auto late = client.socket.receive(reply, sizeof reply, Deadline::in(250, &interrupt));
    EXPECT_EQ(ResultCode::timeout, late.error().code);
    EXPECT_LT(interrupt.left, 1000);
    client.send('e', "x");
    EXPECT_TRUE(client.socket.receive(reply, sizeof reply, Deadline::in(20'000, &interrupt)));
}

TEST(ClientSocketTest, AnInterruptEndsASendThatIsStuck) {
    TestServer server;
    TestClient client(server);
    client.send('p', "");
    auto connection = server.handler.take_pending();
    Buffer big;
    big.extend(size_t{50} << 20);
    CountedInterrupt interrupt(1);
    auto sent = client.socket.send_all(big.bytes(), Deadline::in(0, &interrupt));
    ASSERT_FALSE(sent);
    EXPECT_EQ(ResultCode::query_aborted, sent.error().code);
    client.socket.close();
    connection->finish();
}

TEST(ClientSocketTest, ReceiveTimesOutInTheMiddle) {
    TestServer server;
    TestClient client(server);
    client.send('e', "abc");
    uint8_t reply[100];
    auto received = client.socket.receive(reply, sizeof reply, Deadline::in(100));
    ASSERT_FALSE(received);
    EXPECT_EQ(ResultCode::timeout, received.error().code);
}

TEST(ClientSocketTest, SendTimesOutWhenThePeerDoesNotRead) {
    TestServer server;
    TestClient client(server);
    client.send('p', "");
    auto connection = server.handler.take_pending();
    Buffer big;
    big.extend(size_t{50} << 20);
    auto sent = client.socket.send_all(big.bytes(), Deadline::in(100));
    ASSERT_FALSE(sent);
    EXPECT_EQ(ResultCode::timeout, sent.error().code);
    client.socket.close();
    connection->finish();
}

TEST(ClientSocketTest, ReceiveTakesWhatIsThere) {
    TestServer server;
    TestClient client(server);
    client.send('e', "abc");
    uint8_t reply[100];
    auto received = client.socket.receive(reply, 8, sizeof reply, TestClient::deadline());
    ASSERT_TRUE(received);
    EXPECT_EQ(11u, *received);
}

TEST(ClientSocketTest, HangUpIsAnError) {
    TestServer server;
    TestClient client(server);
    client.send('e', "abc");
    EXPECT_EQ("eabc", client.receive());
    server.server.stop();
    uint8_t reply[8];
    auto received = client.socket.receive(reply, sizeof reply, TestClient::deadline());
    ASSERT_FALSE(received);
    EXPECT_EQ(ResultCode::server_error, received.error().code);
}

TEST(ClientSocketTest, ReadableNow) {
    TestServer server;
    TestClient client(server);
    EXPECT_FALSE(client.socket.readable_now());
    client.send('e', "abc");
    EXPECT_TRUE(eventually([&] { return client.socket.readable_now(); }));
    EXPECT_EQ("eabc", client.receive());
    EXPECT_FALSE(client.socket.readable_now());
    server.server.stop();
    EXPECT_TRUE(eventually([&] { return client.socket.readable_now(); }));
}

}  // namespace
}  // namespace winnow
