#pragma once
// One listening socket: accepts connections in the loop of the first I/O thread and hands them to
// the thread that has the fewest.

#include <tl/expected.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "net/descriptor.h"
#include "net/event_loop.h"
#include "net/io_thread.h"
#include "net/tcp_server.h"

namespace winnow {

// Listens on all addresses that `address` stands for, all with one port.
tl::expected<std::vector<Descriptor>, ListenError> open_listeners(const std::string& address,
                                                                  uint16_t port);

// Belongs to the thread of `loop`.
class Acceptor final : public EventHandler {
public:
    Acceptor(Descriptor socket, EventLoop& loop, ServerShared& shared,
             const std::vector<std::unique_ptr<IoThread>>& threads);

    [[nodiscard]] bool watch();
    void close();

private:
    void on_events(uint32_t events) override;
    bool accept_one();
    void pause();
    IoThread& next_thread();

    Descriptor socket_;
    EventLoop& loop_;
    ServerShared& shared_;
    const std::vector<std::unique_ptr<IoThread>>& threads_;
    size_t turn_ = 0;
    LogLimiter refused_log_;
    LogLimiter exhausted_log_;
};

}  // namespace winnow
