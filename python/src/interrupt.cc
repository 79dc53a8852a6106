#include "python/src/interrupt.h"

#include "base/clock.h"

namespace winnow::python {
namespace {

// The GIL is not asked for more often: while other threads compute, getting it takes milliseconds.
constexpr uint64_t pause_ns = 20'000'000;

}  // namespace

bool SignalCheck::requested() {
    uint64_t now_ns = system_clock().monotonic_ns();
    if (now_ns - asked_at_ns_ < pause_ns) return false;
    asked_at_ns_ = now_ns;
    return with_gil([this] {
        if (PyErr_CheckSignals() == 0) return false;
        raised_ = std::make_exception_ptr(nb::python_error());
        return true;
    });
}

void SignalCheck::rethrow() {
    if (raised_) std::rethrow_exception(std::move(raised_));
}

}  // namespace winnow::python
