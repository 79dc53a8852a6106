#pragma once
// What the load generator drives: one session for each connection, each called in a closed loop by
// a thread of its own. Targets are a Winnow server (through src/client), a Winnow database in this
// process, a Redis server and the bare echo server, so that all are driven by the same loop.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "net/client_socket.h"

namespace winnow::bench {

struct Target {
    std::string host = "127.0.0.1";
    uint16_t port = 0;
    uint64_t records = 1'000'000;
    uint32_t threads = 8;
    size_t reply_bytes = 0;  // of the echo server
};

class Session {
public:
    virtual ~Session() = default;
    // One operation; adds how many records or keys it was about. False: there is nothing more to
    // do, or it has failed.
    virtual bool step(uint64_t& items) = 0;
    // Why it has failed; empty if it has not.
    const std::string& failure() const { return failure_; }

protected:
    bool failed(std::string why) {
        failure_ = std::move(why);
        return false;
    }

private:
    std::string failure_;
};

// Makes the session of a thread; null with the reason if it cannot.
using SessionMaker = std::function<std::unique_ptr<Session>(uint32_t thread, std::string& why)>;

// Null: the target has no such workload.
SessionMaker winnow_sessions(const std::string& workload, const Target& target);
// The same, with a database that is opened and filled first.
SessionMaker embedded_sessions(const std::string& workload, const Target& target);
SessionMaker redis_sessions(const std::string& workload, const Target& target);
SessionMaker echo_sessions(const std::string& workload, const Target& target);

// A seed for the random numbers of a thread.
constexpr uint64_t seed_of(uint32_t thread) {
    return 0x9e3779b97f4a7c15u * (thread + 1);
}

// The third value of record i: 16 characters, others for every `round`.
void fill_text(char (&text)[16], uint64_t i, uint64_t round);

}  // namespace winnow::bench
