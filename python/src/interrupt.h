#pragma once
// Ctrl-C while a call waits: Python's signal handlers run in the waiting thread, and what they
// raise ends the wait.
//
//   SignalCheck signals;
//   policy.interrupt = &signals;
//   auto done = without_gil([&] { return client.get(..., policy); });
//   signals.rethrow();
//
// Python runs handlers in its main thread alone; in others this never says yes.

#include <nanobind/nanobind.h>

#include <cstdint>
#include <exception>
#include <utility>

#include "net/client_socket.h"
#include "python/src/gil.h"

namespace winnow::python {

namespace nb = nanobind;

class SignalCheck final : public Interrupt {
public:
    // By the client, without the GIL.
    bool requested() override;
    // With the GIL: throws what a handler has raised while the call waited.
    void rethrow();

private:
    uint64_t asked_at_ns_ = 0;
    std::exception_ptr raised_;
};

// A call of the client with `policy`, without the GIL and open to Ctrl-C.
template <class P, class F>
auto interruptible(P& policy, F&& call) {
    SignalCheck signals;
    policy.interrupt = &signals;
    auto done = without_gil(std::forward<F>(call));
    policy.interrupt = nullptr;
    signals.rethrow();
    return done;
}

}  // namespace winnow::python
