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

#include "net/client_socket.h"

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

}  // namespace winnow::python
