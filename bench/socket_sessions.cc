// Workloads against Redis and the echo server: plain sockets, one request under way at a time, no
// client library in between.

#include <fmt/core.h>

#include <string_view>

#include "base/random.h"
#include "bench/session.h"
#include "client/command/request.h"
#include "protocol/frame.h"

namespace winnow::bench {
namespace {

// Of one value in Redis: what the three bins of a record hold, 8, 8 and 16 bytes.
constexpr size_t value_size = 32;

class SocketSession : public Session {
public:
    explicit SocketSession(ClientSocket socket) : socket_(std::move(socket)) {}

protected:
    // Sends the request and receives a reply of a size that is known.
    bool exchange(Bytes request, uint8_t* reply, size_t reply_size) {
        Deadline deadline = Deadline::in(30'000);
        if (Result<> sent = socket_.send_all(request, deadline); !sent)
            return failed(sent.error().text);
        if (Result<> got = socket_.receive(reply, reply_size, deadline); !got)
            return failed(got.error().text);
        return true;
    }

private:
    ClientSocket socket_;
};

class Redis : public SocketSession {
public:
    Redis(ClientSocket socket, const std::string& workload, const Target& target, uint32_t thread)
        : SocketSession(std::move(socket)),
          records_(target.records),
          threads_(target.threads),
          next_(thread),
          load_(workload == "load"),
          gets_(workload == "get" || workload == "mixed"),
          sets_(workload == "put" || workload == "mixed"),
          random_(seed_of(thread)) {}

    bool step(uint64_t& items) override {
        items++;
        if (load_) {
            uint64_t i = next_;
            next_ += threads_;
            if (i < records_) return set(i);
            items--;
            return false;
        }
        uint64_t i = random_.below(records_);
        bool is_get = gets_ && (!sets_ || random_.one_in(2));
        return is_get ? get(i) : set(i);
    }

private:
    // Keys have six digits at least, so that requests have one size.
    bool get(uint64_t i) {
        char key[32];
        std::string_view key_text = format_key(key, i);
        auto end = fmt::format_to_n(request_, sizeof request_, "*2\r\n$3\r\nGET\r\n${}\r\n{}\r\n",
                                    key_text.size(), key_text);
        constexpr std::string_view head = "$32\r\n";
        uint8_t reply[head.size() + value_size + 2];
        if (!exchange({bytes(), end.size}, reply, sizeof reply)) return false;
        if (text_of(Bytes(reply, head.size())) != head || load_le<uint64_t>(reply + 5) != i)
            return failed(fmt::format("key {} is not what was written", i));
        return true;
    }
    bool set(uint64_t i) {
        char key[32];
        std::string_view key_text = format_key(key, i);
        auto end =
            fmt::format_to_n(request_, sizeof request_, "*3\r\n$3\r\nSET\r\n${}\r\n{}\r\n$32\r\n",
                             key_text.size(), key_text);
        char* at = end.out;
        store_le(at, i);
        store_le(at + 8, i % 10);
        char text[16];
        fill_text(text, i, ++round_);
        std::memcpy(at + 16, text, sizeof text);
        at[value_size] = '\r';
        at[value_size + 1] = '\n';
        constexpr std::string_view ok = "+OK\r\n";
        uint8_t reply[ok.size()];
        if (!exchange({bytes(), end.size + value_size + 2}, reply, sizeof reply)) return false;
        if (text_of(Bytes(reply)) != ok) return failed("SET was not answered with OK");
        return true;
    }

    static std::string_view format_key(char (&key)[32], uint64_t i) {
        return {key, fmt::format_to_n(key, sizeof key, "bench:{:06}", i).size};
    }
    const uint8_t* bytes() const { return reinterpret_cast<const uint8_t*>(request_); }

    uint64_t records_;
    uint64_t threads_;
    uint64_t next_;
    bool load_;
    bool gets_;
    bool sets_;
    Random random_;
    uint64_t round_ = 0;
    char request_[256];
};

// Frames of the size that the client sends for a get or put of these records.
class Echo : public SocketSession {
public:
    Echo(ClientSocket socket, bool put, size_t reply_bytes)
        : SocketSession(std::move(socket)), reply_(reply_bytes, 0) {
        client::Key key = client::Key::by_digest("test", "bench", {});
        RequestWriter writer(request_);
        client::CommandBits bits =
            put ? client::write_bits({}) : client::read_bits(client::BinSelection::all(), 0);
        client::begin_command(writer, key, bits, {}, false);
        if (put) {
            uint8_t number[8] = {};
            writer.add_operation(OperationCode::write, 1, "a", Bytes(number));
            writer.add_operation(OperationCode::write, 1, "g", Bytes(number));
            writer.add_operation(OperationCode::write, 3, "s", bytes_of("sixteen letters."));
        }
        writer.end();
    }
    bool step(uint64_t& items) override {
        items++;
        auto* reply = reinterpret_cast<uint8_t*>(reply_.data());
        return exchange(request_.bytes(), reply, reply_.size());
    }

private:
    Buffer request_;
    std::string reply_;
};

std::unique_ptr<Session> connect(
    const Target& target, std::string& why,
    const std::function<std::unique_ptr<Session>(ClientSocket)>& make) {
    auto socket = ClientSocket::connect(target.host, target.port, Deadline::in(1000));
    if (!socket) {
        why = fmt::format("{}:{}: {}", target.host, target.port, socket.error().text);
        return nullptr;
    }
    return make(std::move(*socket));
}

}  // namespace

SessionMaker redis_sessions(const std::string& workload, const Target& target) {
    if (workload != "load" && workload != "get" && workload != "put" && workload != "mixed")
        return nullptr;
    return [=](uint32_t thread, std::string& why) {
        return connect(target, why, [&](ClientSocket socket) {
            return std::make_unique<Redis>(std::move(socket), workload, target, thread);
        });
    };
}

SessionMaker echo_sessions(const std::string& workload, const Target& target) {
    if (workload != "get" && workload != "put") return nullptr;
    return [=](uint32_t, std::string& why) {
        return connect(target, why, [&](ClientSocket socket) {
            return std::make_unique<Echo>(std::move(socket), workload == "put", target.reply_bytes);
        });
    };
}

}  // namespace winnow::bench
