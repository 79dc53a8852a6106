// Connections over real sockets: frames in every cut, replies in order, slow and vanishing peers.

#include "net/connection.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/random.h"
#include "net/test_server.h"

namespace winnow {
namespace {

using test::eventually;
using test::frame;
using test::TestClient;
using test::TestServer;

std::string pattern(size_t size) {
    std::string text(size, ' ');
    for (size_t i = 0; i < size; i++) text[i] = static_cast<char>('a' + (i * 7 + i / 251) % 26);
    return text;
}

// Shrinks what the kernel itself buffers, so that few megabytes are too much for a slow reader.
// (Far smaller, and TCP sends by timer only.)
void shrink_receive_buffer(const TestClient& client) {
    int bytes = 128 << 10;
    ASSERT_EQ(0, setsockopt(client.socket.fd(), SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes));
}

TEST(ConnectionTest, AnswersOneFrame) {
    TestServer server;
    TestClient client(server);
    client.send('e', "hello");
    EXPECT_EQ("ehello", client.receive());
    client.send('e', "");
    EXPECT_EQ("e", client.receive());
}

TEST(ConnectionTest, AnswersPipelinedFramesInOrder) {
    TestServer server;
    TestClient client(server);
    Buffer requests;
    for (int i = 0; i < 2000; i++) requests.append(frame('e', std::to_string(i)).bytes());
    client.send(requests);
    for (int i = 0; i < 2000; i++) ASSERT_EQ("e" + std::to_string(i), client.receive());
    EXPECT_EQ(0u, server.buffered());
}

TEST(ConnectionTest, FramesMayBeCutAnywhere) {
    TestServer server;
    Buffer requests;
    requests.append(frame('e', "first").bytes());
    requests.append(frame('e', "").bytes());
    requests.append(frame('e', pattern(40)).bytes());
    for (size_t cut = 1; cut < requests.size(); cut++) {
        TestClient client(server);
        client.send(requests.bytes().first(cut));
        // The second part must come in a receive of its own: wait until the first has been taken.
        ASSERT_TRUE(eventually([&] { return server.server.counters().bytes_in >= cut; }));
        client.send(requests.bytes().subspan(cut));
        ASSERT_EQ("efirst", client.receive()) << cut;
        ASSERT_EQ("e", client.receive()) << cut;
        ASSERT_EQ("e" + pattern(40), client.receive()) << cut;
    }
    EXPECT_EQ(0u, server.buffered());
}

TEST(ConnectionTest, FramesMayComeByteByByte) {
    TestServer server;
    TestClient client(server);
    Buffer requests;
    for (int i = 0; i < 5; i++)
        requests.append(frame('e', pattern(static_cast<size_t>(i))).bytes());
    for (size_t i = 0; i < requests.size(); i++) {
        client.send(requests.bytes().subspan(i, 1));
        ASSERT_TRUE(eventually([&] { return server.server.counters().bytes_in > i; }));
    }
    for (int i = 0; i < 5; i++) EXPECT_EQ("e" + pattern(static_cast<size_t>(i)), client.receive());
    EXPECT_EQ(0u, server.buffered());
}

TEST(ConnectionTest, FramesMayBeCutAtRandomAndBeOfAllSizes) {
    TestServer server({.threads = 1, .receive_bytes = 4096});
    TestClient client(server);
    Random random(7);
    std::vector<std::string> bodies;
    Buffer requests;
    for (int i = 0; i < 300; i++) {
        bodies.push_back(pattern(random.below(random.one_in(10) ? 100'000 : 300)));
        requests.append(frame('e', bodies.back()).bytes());
    }
    std::thread sender([&] {
        Random cuts(8);
        for (size_t at = 0; at < requests.size();) {
            size_t count = std::min<size_t>(requests.size() - at, 1 + cuts.below(20'000));
            client.send(requests.bytes().subspan(at, count));
            at += count;
        }
    });
    for (const std::string& body : bodies) ASSERT_EQ("e" + body, client.receive());
    sender.join();
    EXPECT_EQ(0u, server.buffered());
}

TEST(ConnectionTest, BigFrameGrowsAsItArrives) {
    TestServer server;
    TestClient client(server);
    Buffer request = frame('e', pattern(size_t{20} << 20));
    client.send(request.bytes().first(100'000));
    ASSERT_TRUE(eventually([&] { return server.server.counters().bytes_in == 100'000; }));
    EXPECT_TRUE(eventually([&] { return server.buffered() >= 100'000; }));
    EXPECT_LE(server.buffered(), 300'000u) << "more than what has arrived calls for";
    std::thread sender([&] { client.send(request.bytes().subspan(100'000)); });
    EXPECT_EQ("e" + pattern(size_t{20} << 20), client.receive());
    sender.join();
    EXPECT_TRUE(eventually([&] { return server.buffered() == 0; }));
}

TEST(ConnectionTest, AnnouncedSizeAloneCostsNothing) {
    TestServer server;
    TestClient client(server);
    Buffer head;
    head.append_be((uint64_t{2} << 56) | (uint64_t{'e'} << 48) | (test::frame_bytes_max - 8));
    client.send(head);
    ASSERT_TRUE(eventually([&] { return server.buffered() > 0; }));
    EXPECT_LE(server.buffered(), 4096u);
}

TEST(ConnectionTest, InvalidHeadClosesAfterEarlierReplies) {
    TestServer server;
    TestClient client(server);
    Buffer requests = frame('e', "fine");
    requests.append(std::string_view("GET / HTTP/1.0\r\n\r\n"));
    client.send(requests);
    EXPECT_EQ("efine", client.receive());
    EXPECT_TRUE(client.at_end());
    EXPECT_TRUE(eventually([&] { return server.handler.closes() == 1; }));

    TestClient other(server);
    Buffer too_long;
    too_long.append_be((uint64_t{2} << 56) | (uint64_t{'e'} << 48) | test::frame_bytes_max);
    other.send(too_long);
    EXPECT_TRUE(other.at_end());
}

TEST(ConnectionTest, InvalidHeadInPartsCloses) {
    TestServer server;
    TestClient client(server);
    client.send(bytes_of("GET"));
    ASSERT_TRUE(eventually([&] { return server.server.counters().bytes_in == 3; }));
    client.send(bytes_of(" / HTTP/1.0\r\n"));
    EXPECT_TRUE(client.at_end());
}

TEST(ConnectionTest, HandlerMayCloseAfterItsReply) {
    TestServer server;
    TestClient client(server);
    Buffer requests = frame('q', "bye");
    for (int i = 0; i < 1000; i++) requests.append(frame('e', "never answered").bytes());
    client.send(requests);
    EXPECT_EQ("qbye", client.receive());
    EXPECT_TRUE(client.at_end());
    EXPECT_TRUE(eventually([&] { return server.open() == 0; }));
    EXPECT_EQ(1u, server.handler.frames());
}

TEST(ConnectionTest, HalfClosedPeerGetsItsReplies) {
    TestServer server;
    TestClient client(server);
    Buffer requests;
    for (int i = 0; i < 20; i++) requests.append(frame('b', "1000000").bytes());
    client.send(requests);
    ASSERT_EQ(0, shutdown(client.socket.fd(), SHUT_WR));
    for (int i = 0; i < 20; i++) ASSERT_EQ(1'000'001u, client.receive().size());
    EXPECT_TRUE(client.at_end());
    EXPECT_TRUE(eventually([&] { return server.open() == 0; }));
}

TEST(ConnectionTest, HalfClosedPeerGetsTheReplyOfAJobThatGoesOn) {
    TestServer server;
    TestClient client(server);
    client.send('p', "");
    client.send('e', "behind");
    auto connection = server.handler.take_pending();
    EXPECT_FALSE(connection->closed());
    ASSERT_EQ(0, shutdown(client.socket.fd(), SHUT_WR));
    ASSERT_TRUE(eventually([&] { return connection->closed(); }));
    connection->finish(frame('p', "late"));
    EXPECT_EQ("plate", client.receive());
    EXPECT_EQ("ebehind", client.receive());
    EXPECT_TRUE(client.at_end());
}

TEST(ConnectionTest, PeerThatDoesNotReadStopsBeingServed) {
    constexpr size_t unsent_max = 200'000;
    TestServer server({.threads = 1, .unsent_bytes_max = unsent_max});
    TestClient client(server);
    shrink_receive_buffer(client);
    // Requests of 14 bytes for 50 kB each: 100 MB if all were answered at once.
    constexpr int count = 2000;
    Buffer requests;
    for (int i = 0; i < count; i++) requests.append(frame('b', "050000").bytes());
    std::thread sender([&] { client.send(requests); });
    ASSERT_TRUE(eventually([&] { return server.buffered() > unsent_max; }));
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    // The limit, one flush beyond it, and the requests of one receive that wait.
    EXPECT_LT(server.buffered(), unsent_max + 700'000);
    uint64_t frames = server.handler.frames();
    EXPECT_LT(frames, 400u);
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    EXPECT_EQ(frames, server.handler.frames());
    for (int i = 0; i < count; i++) ASSERT_EQ(50'001u, client.receive().size()) << i;
    sender.join();
    EXPECT_TRUE(eventually([&] { return server.buffered() == 0; }));
    EXPECT_EQ(static_cast<uint64_t>(count), server.handler.frames());
    client.send('e', "still there");
    EXPECT_EQ("estill there", client.receive());
}

TEST(ConnectionTest, PendingRequestHoldsBackTheFramesBehindIt) {
    TestServer server;
    TestClient client(server);
    Buffer requests = frame('e', "1");
    requests.append(frame('p', "").bytes());
    requests.append(frame('e', "3").bytes());
    requests.append(frame('p', "").bytes());
    requests.append(frame('e', "5").bytes());
    Buffer last = frame('e', "6");
    requests.append(last.bytes().first(10 - 5));
    client.send(requests);
    EXPECT_EQ("e1", client.receive());

    auto connection = server.handler.take_pending();
    client.send(last.bytes().subspan(5));
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    EXPECT_EQ(2u, server.handler.frames());
    connection->send(frame('p', "2a"));
    EXPECT_EQ("p2a", client.receive());
    connection->send(frame('p', "2b"));
    connection->finish(frame('p', "2c"));
    EXPECT_EQ("p2b", client.receive());
    EXPECT_EQ("p2c", client.receive());
    EXPECT_EQ("e3", client.receive());

    server.handler.take_pending()->finish();
    EXPECT_EQ("e5", client.receive());
    EXPECT_EQ("e6", client.receive());
    EXPECT_TRUE(eventually([&] { return server.buffered() == 0; }));
}

TEST(ConnectionTest, ManyPendingRequestsInOneReceive) {
    TestServer server;
    TestClient client(server);
    Buffer requests;
    for (int i = 0; i < 500; i++) requests.append(frame('p', "").bytes());
    client.send(requests);
    std::thread worker([&] {
        for (int i = 0; i < 500; i++) {
            auto connection = server.handler.take_pending();
            connection->send(frame('p', std::to_string(i)));
            connection->finish();
        }
    });
    for (int i = 0; i < 500; i++) ASSERT_EQ("p" + std::to_string(i), client.receive());
    worker.join();
}

TEST(ConnectionTest, HangUpDuringAPendingRequestIsNoticed) {
    TestServer server;
    auto client = std::make_unique<TestClient>(server);
    client->send('p', "");
    auto connection = server.handler.take_pending();
    EXPECT_FALSE(connection->closed());
    client.reset();
    EXPECT_TRUE(eventually([&] { return connection->closed(); }));
    connection->finish();
    EXPECT_TRUE(eventually([&] { return server.handler.closes() == 1; }));
    connection->send(frame('p', "to nobody"));
    connection->finish();
    EXPECT_EQ(0u, connection->unsent_bytes());
    EXPECT_EQ(0u, server.buffered());
}

TEST(ConnectionTest, HangUpBehindUnhandledFramesIsNoticed) {
    TestServer server;
    auto client = std::make_unique<TestClient>(server);
    client->send('p', "");
    auto connection = server.handler.take_pending();
    client->send('s', std::string(20'000, 'x'));
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    EXPECT_FALSE(connection->closed());
    client.reset();
    EXPECT_TRUE(eventually([&] { return connection->closed(); }));
    connection->finish();
    EXPECT_TRUE(eventually([&] { return server.open() == 0; }));
    EXPECT_EQ(2u, server.handler.frames()) << "what arrived before the end is handled";
}

// Frames behind a pending one must not make the loop turn for nothing.
TEST(ConnectionTest, UnreadFramesDoNotSpin) {
    TestServer server({.threads = 1});
    TestClient client(server);
    client.send('p', "");
    auto connection = server.handler.take_pending();
    client.send('e', "waits");
    auto cpu_ms = [] {
        timespec used{};
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
        return used.tv_sec * 1000 + used.tv_nsec / 1'000'000;
    };
    auto before = cpu_ms();
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    EXPECT_LT(cpu_ms() - before, 200);
    connection->finish();
    EXPECT_EQ("ewaits", client.receive());
}

TEST(ConnectionTest, JobThatStreamsIsToldWhenTheReaderCatchesUp) {
    TestServer server;
    TestClient client(server);
    shrink_receive_buffer(client);
    client.send('p', "");
    auto connection = server.handler.take_pending();
    constexpr int parts = 400;
    std::string part(100'000, 'p');
    std::atomic<size_t> most{0};
    std::thread job([&] {
        std::mutex mutex;
        std::condition_variable woken;
        for (int i = 0; i < parts; i++) {
            while (connection->unsent_bytes() > 1'000'000) {
                bool drained = false;
                connection->when_drained([&] {
                    std::lock_guard lock(mutex);
                    drained = true;
                    woken.notify_one();
                });
                std::unique_lock lock(mutex);
                woken.wait(lock, [&] { return drained; });
            }
            connection->send(frame('p', part));
            most = std::max<size_t>(most, connection->unsent_bytes());
        }
        connection->finish();
    });
    for (int i = 0; i < parts; i++) ASSERT_EQ(part.size() + 1, client.receive().size());
    job.join();
    EXPECT_LE(most, 1'200'000u);
    EXPECT_TRUE(eventually([&] { return server.buffered() == 0; }));
}

TEST(ConnectionTest, HangUpWakesAJobThatWaitsForTheReader) {
    TestServer server;
    auto client = std::make_unique<TestClient>(server);
    shrink_receive_buffer(*client);
    client->send('p', "");
    auto connection = server.handler.take_pending();
    for (int i = 0; i < 100; i++) connection->send(frame('p', std::string(100'000, 'p')));
    std::atomic<int> calls{0};
    connection->when_drained([&] { calls++; });
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    EXPECT_EQ(0, calls);
    EXPECT_GT(connection->unsent_bytes(), 1'000'000u);
    client.reset();
    EXPECT_TRUE(eventually([&] { return calls == 1; }));
    EXPECT_TRUE(connection->closed());
    EXPECT_TRUE(eventually([&] { return server.open() == 0; }));
    EXPECT_EQ(0u, server.buffered());
    connection->when_drained([&] { calls++; });
    EXPECT_EQ(2, calls);
}

TEST(ConnectionTest, ContextAndPeerAddress) {
    struct Remembering : test::TestHandler {
        Outcome on_frame(Connection& connection, Bytes, Buffer& out) override {
            auto& seen = connection.context();
            if (seen == nullptr) seen = std::make_shared<int>(0);
            int count = ++*std::static_pointer_cast<int>(seen);
            out.append(frame('e', connection.peer_address() + " " + std::to_string(count)).bytes());
            return Outcome::replied;
        }
    };
    Remembering handler;
    TcpServer server({.threads = 1}, handler);
    ASSERT_TRUE(server.start());
    auto socket = ClientSocket::connect("127.0.0.1", server.port(), Deadline::in(5000));
    ASSERT_TRUE(socket);
    for (int i = 1; i <= 3; i++) {
        ASSERT_TRUE(socket->send_all(frame('e', "").bytes(), Deadline::in(5000)));
        uint8_t reply[100];
        auto size = socket->receive(reply, 9, sizeof reply, Deadline::in(5000));
        ASSERT_TRUE(size);
        std::string text(text_of({reply + 8, *size - 8}));
        EXPECT_TRUE(text.starts_with("127.0.0.1:")) << text;
        EXPECT_TRUE(text.ends_with(" " + std::to_string(i))) << text;
    }
}

}  // namespace
}  // namespace winnow
