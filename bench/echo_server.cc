// The floor that `make bench` compares with: the least a server on epoll can do for a request.
// Reads frames by the 8-byte head of the wire protocol (byte 0 version, byte 1 type, bytes 2 to 7
// the size of the body, big endian) and answers each with the same fixed reply. One loop a thread,
// per request one epoll_wait, one recv, one send; no limits, no error handling worth the name.
// Deliberately without src/net, which is what it is a yardstick for.
//
//   bench_echo [--port N] [--reply-bytes N] [--threads N]

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

constexpr size_t head_bytes = 8;
constexpr size_t connection_bytes = size_t{64} << 10;

struct Options {
    uint16_t port = 3999;
    size_t reply_bytes = 110;
    size_t threads = std::max(1u, std::thread::hardware_concurrency());
};

struct Client {
    int fd;
    size_t filled = 0;
    uint8_t bytes[connection_bytes];
};

[[noreturn]] void die(const char* what) {
    std::fprintf(stderr, "bench_echo: %s: %s\n", what, std::strerror(errno));
    std::exit(1);
}

uint64_t frame_size(const uint8_t* head) {
    uint64_t word = 0;
    std::memcpy(&word, head, sizeof word);
    return (__builtin_bswap64(word) & 0xffffffffffff) + head_bytes;
}

// Answers what has arrived; false at the end of the connection.
bool serve(Client& client, const std::string& reply, std::string& out) {
    ssize_t count =
        ::recv(client.fd, client.bytes + client.filled, connection_bytes - client.filled, 0);
    if (count <= 0) return count < 0 && errno == EAGAIN;
    client.filled += static_cast<size_t>(count);
    out.clear();
    size_t used = 0;
    while (client.filled - used >= head_bytes) {
        uint64_t size = frame_size(client.bytes + used);
        if (size > connection_bytes) return false;
        if (client.filled - used < size) break;
        used += size;
        out += reply;
    }
    client.filled -= used;
    std::memmove(client.bytes, client.bytes + used, client.filled);
    return out.empty() || ::send(client.fd, out.data(), out.size(), MSG_NOSIGNAL) ==
                              static_cast<ssize_t>(out.size());
}

void run(int epoll, const std::string& reply) {
    epoll_event events[128];
    std::string out;
    for (;;) {
        int count = ::epoll_wait(epoll, events, 128, -1);
        for (int i = 0; i < count; i++) {
            auto* client = static_cast<Client*>(events[i].data.ptr);
            if (serve(*client, reply, out)) continue;
            ::close(client->fd);
            delete client;
        }
    }
}

int listen_on(uint16_t port) {
    int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    int one = 1;
    ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) die("bind");
    if (::listen(listener, 1024) != 0) die("listen");
    return listener;
}

// The main thread accepts, and hands connections out in turn.
void accept_all(int listener, const std::vector<int>& epolls) {
    for (size_t turn = 0;; turn++) {
        int fd = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK);
        if (fd < 0) continue;
        int one = 1;
        ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        auto* client = new Client;
        client->fd = fd;
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.ptr = client;
        ::epoll_ctl(epolls[turn % epolls.size()], EPOLL_CTL_ADD, fd, &event);
    }
}

Options read_options(int count, char** arguments) {
    Options options;
    for (int i = 1; i < count; i += 2) {
        std::string_view name = arguments[i];
        size_t value = i + 1 < count ? std::strtoul(arguments[i + 1], nullptr, 10) : 0;
        if (name == "--port" && value > 0 && value < 65'536) {
            options.port = static_cast<uint16_t>(value);
        } else if (name == "--reply-bytes" && value >= head_bytes && value <= 1'000'000) {
            options.reply_bytes = value;
        } else if (name == "--threads" && value > 0 && value <= 1024) {
            options.threads = value;
        } else {
            std::fprintf(stderr, "usage: bench_echo [--port N] [--reply-bytes N] [--threads N]\n");
            std::exit(2);
        }
    }
    return options;
}

std::string make_reply(size_t size) {
    std::string reply(size, '\0');
    uint64_t word = (uint64_t{2} << 56) | (uint64_t{3} << 48) | (size - head_bytes);
    word = __builtin_bswap64(word);
    std::memcpy(reply.data(), &word, sizeof word);
    return reply;
}

}  // namespace

int main(int count, char** arguments) {
    Options options = read_options(count, arguments);
    std::string reply = make_reply(options.reply_bytes);
    int listener = listen_on(options.port);
    std::vector<int> epolls;
    for (size_t i = 0; i < options.threads; i++) {
        epolls.push_back(::epoll_create1(0));
        std::thread(run, epolls.back(), std::cref(reply)).detach();
    }
    std::printf("bench_echo: 127.0.0.1:%u, %zu threads, replies of %zu bytes\n",
                unsigned{options.port}, options.threads, options.reply_bytes);
    std::fflush(stdout);
    accept_all(listener, epolls);
}
