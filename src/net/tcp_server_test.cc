// Listening, limits, and stopping with connections in every state.

#include "net/tcp_server.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <cerrno>
#include <string>
#include <thread>
#include <vector>

#include "net/test_server.h"

namespace winnow {
namespace {

using test::eventually;
using test::frame;
using test::TestClient;
using test::TestHandler;
using test::TestServer;

TEST(TcpServerTest, BusyPortIsNamed) {
    TestServer first;
    TestHandler handler;
    TcpServer second({.address = "127.0.0.1", .port = first.server.port()}, handler);
    auto started = second.start();
    ASSERT_FALSE(started);
    EXPECT_EQ(EADDRINUSE, started.error().error_number);
    EXPECT_EQ("cannot listen on 127.0.0.1:" + std::to_string(first.server.port()) +
                  ": Address already in use",
              started.error().text);
}

TEST(TcpServerTest, BadAddressesAreNamed) {
    TestHandler handler;
    auto unresolved = TcpServer({.address = "no-such-host.invalid"}, handler).start();
    ASSERT_FALSE(unresolved);
    EXPECT_TRUE(unresolved.error().text.starts_with("cannot listen on no-such-host.invalid:0: "));
    auto foreign = TcpServer({.address = "192.0.2.1"}, handler).start();
    ASSERT_FALSE(foreign);
    EXPECT_EQ(EADDRNOTAVAIL, foreign.error().error_number);
}

TEST(TcpServerTest, ListensOnNamesAndEveryAddress) {
    for (const char* address : {"localhost", "0.0.0.0", ""}) {
        TestServer server({.address = address, .threads = 1});
        TestClient client(server);
        client.send('e', "here");
        EXPECT_EQ("ehere", client.receive()) << address;
    }
}

TEST(TcpServerTest, ListensOnIpv6WhereThereIsOne) {
    TestHandler handler;
    TcpServer server({.address = "::1", .threads = 1}, handler);
    if (!server.start()) GTEST_SKIP() << "this machine has no IPv6";
    auto socket = ClientSocket::connect("::1", server.port(), Deadline::in(5000));
    ASSERT_TRUE(socket);
    ASSERT_TRUE(socket->send_all(frame('e', "six").bytes(), Deadline::in(5000)));
    uint8_t reply[11];
    ASSERT_TRUE(socket->receive(reply, sizeof reply, Deadline::in(5000)));
    EXPECT_EQ("six", text_of({reply + 8, 3}));
}

TEST(TcpServerTest, CountsConnectionsAndBytes) {
    TestServer server;
    {
        TestClient one(server);
        TestClient two(server);
        one.send('e', "12345");
        EXPECT_EQ("e12345", one.receive());
        EXPECT_TRUE(eventually([&] { return server.open() == 2; }));
        EXPECT_EQ(2u, server.server.counters().accepted);
        EXPECT_EQ(13u, server.server.counters().bytes_in);
        // Counted when the kernel has taken them, and the client may be faster than that.
        EXPECT_TRUE(eventually([&] { return server.server.counters().bytes_out == 13; }));
    }
    EXPECT_TRUE(eventually([&] { return server.open() == 0; }));
    EXPECT_EQ(2u, server.server.counters().closed);
    EXPECT_TRUE(eventually([&] { return server.handler.closes() == 2; }));
}

TEST(TcpServerTest, ConnectionLimit) {
    TestServer server({.threads = 2, .connections_max = 3});
    auto first = std::make_unique<TestClient>(server);
    TestClient second(server);
    TestClient third(server);
    for (TestClient* client : {first.get(), &second, &third}) {
        client->send('e', "in");
        EXPECT_EQ("ein", client->receive());
    }
    TestClient fourth(server);
    EXPECT_TRUE(fourth.at_end());
    EXPECT_EQ(1u, server.server.counters().refused);
    first.reset();
    EXPECT_TRUE(eventually([&] { return server.open() == 2; }));
    TestClient fifth(server);
    fifth.send('e', "in");
    EXPECT_EQ("ein", fifth.receive());
}

TEST(TcpServerTest, BufferedBytesLimitCountsHalvesOfFrames) {
    TestServer server({.threads = 2, .buffered_bytes_max = 1'000'000});
    TestClient small(server);
    TestClient one(server);
    TestClient two(server);
    Buffer request = frame('s', std::string(900'000, 'x'));
    one.send(request.bytes().first(400'000));
    EXPECT_TRUE(eventually([&] { return server.buffered() >= 400'000; }));
    (void)two.socket.send_all(request.bytes(), TestClient::deadline());
    EXPECT_TRUE(two.at_end());
    EXPECT_EQ(1u, server.server.counters().overflows);
    EXPECT_LE(server.buffered(), 1'000'000u);
    // The others are not touched.
    small.send('e', "well");
    EXPECT_EQ("ewell", small.receive());
    one.send(request.bytes().subspan(400'000));
    one.send('e', "done");
    EXPECT_EQ("edone", one.receive());
    EXPECT_EQ(0u, server.buffered());
}

TEST(TcpServerTest, BufferedBytesLimitCountsUnsentReplies) {
    TestServer server({.threads = 1, .buffered_bytes_max = 3'000'000});
    TestClient client(server);
    client.send('p', "");
    auto connection = server.handler.take_pending();
    for (int i = 0; i < 1000 && !connection->closed(); i++) {
        connection->send(frame('p', std::string(100'000, 'p')));
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    EXPECT_TRUE(connection->closed());
    connection->finish();
    EXPECT_TRUE(eventually([&] { return server.open() == 0; }));
    EXPECT_EQ(1u, server.server.counters().overflows);
    EXPECT_EQ(0u, server.buffered());
}

TEST(TcpServerTest, SurvivesRunningOutOfDescriptors) {
    TestServer server({.threads = 1});
    rlimit before{};
    ASSERT_EQ(0, getrlimit(RLIMIT_NOFILE, &before));
    TestClient first(server);
    first.send('e', "1");
    EXPECT_EQ("e1", first.receive());
    // The next client's own socket is the last descriptor there is.
    int next = dup(0);
    ASSERT_GE(next, 0);
    close(next);
    rlimit tight{static_cast<rlim_t>(next) + 1, before.rlim_max};
    ASSERT_EQ(0, setrlimit(RLIMIT_NOFILE, &tight));
    TestClient second(server);
    second.send('e', "2");
    std::this_thread::sleep_for(std::chrono::milliseconds(250));
    EXPECT_EQ(1u, server.open());
    first.send('e', "1");
    EXPECT_EQ("e1", first.receive());
    ASSERT_EQ(0, setrlimit(RLIMIT_NOFILE, &before));
    EXPECT_EQ("e2", second.receive());
}

TEST(TcpServerTest, StopsWithConnectionsInEveryState) {
    auto server = std::make_unique<TestServer>();
    TestClient idle(*server);
    TestClient half(*server);
    TestClient pending(*server);
    TestClient not_reading(*server);
    half.send(frame('e', "half of it").bytes().first(12));
    pending.send('p', "");
    auto connection = server->handler.take_pending();
    for (int i = 0; i < 20; i++) not_reading.send('b', "1000000");
    ASSERT_TRUE(eventually([&] { return server->open() == 4 && server->buffered() > 1'000'000; }));
    std::atomic<int> drained{0};
    connection->when_drained([&] { drained++; });

    server->server.stop();
    EXPECT_EQ(0u, server->open());
    EXPECT_EQ(0u, server->buffered());
    EXPECT_EQ(4u, server->handler.closes());
    EXPECT_EQ(1, drained);
    EXPECT_TRUE(idle.at_end());
    EXPECT_TRUE(pending.at_end());
    server->server.stop();
    server.reset();
    // A job may outlive the server; its connection knows that it has ended.
    EXPECT_TRUE(connection->closed());
    connection->send(frame('p', "too late"));
    connection->finish();
}

TEST(TcpServerTest, StopsUnderLoad) {
    TestServer server;
    std::atomic<bool> stop{false};
    std::vector<std::thread> clients;
    for (int i = 0; i < 4; i++) {
        clients.emplace_back([&, i] {
            while (!stop) {
                auto socket =
                    ClientSocket::connect("127.0.0.1", server.server.port(), Deadline::in(1000));
                if (!socket) continue;
                for (int n = 0; n < 50; n++) {
                    Buffer request = frame(i % 2 == 0 ? 'e' : 'p', "x");
                    uint8_t reply[9];
                    if (!socket->send_all(request.bytes(), Deadline::in(1000))) break;
                    if (!socket->receive(reply, sizeof reply, Deadline::in(20))) break;
                }
            }
        });
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    server.server.stop();
    EXPECT_GT(server.handler.frames(), 100u);
    EXPECT_EQ(0u, server.buffered());
    stop = true;
    for (auto& client : clients) client.join();
}

}  // namespace
}  // namespace winnow
