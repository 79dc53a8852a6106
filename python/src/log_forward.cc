#include "python/src/log_forward.h"

#include <atomic>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/log.h"

namespace winnow::python {

namespace nb = nanobind;

namespace {

constexpr size_t lines_max = 1000;  // that wait; more are dropped

using Line = std::pair<LogLevel, std::string>;

struct Forward {
    explicit Forward(nb::object target) : callback(std::move(target)) {}

    nb::object callback;  // guarded by the GIL; null: no longer wanted
    std::mutex mutex;
    std::vector<Line> lines;  // guarded by the mutex
    bool asked = false;       // a call is pending; guarded by the mutex
};

// Never freed: a thread may be about to use it.
std::atomic<Forward*> the_forward{nullptr};

int python_level(LogLevel level) {
    switch (level) {
        case LogLevel::debug: return 10;
        case LogLevel::info: return 20;
        case LogLevel::warning: return 30;
        case LogLevel::error: return 40;
    }
    return 40;
}

// By Python's main thread, with the GIL.
int deliver(void* argument) {
    auto* forward = static_cast<Forward*>(argument);
    std::vector<Line> lines;
    {
        std::lock_guard lock(forward->mutex);
        lines.swap(forward->lines);
        forward->asked = false;
    }
    for (const auto& [level, text] : lines) {
        if (!forward->callback.is_valid()) break;
        try {
            forward->callback(python_level(level), nb::bytes(text.data(), text.size()));
        } catch (nb::python_error& error) {
            error.discard_as_unraisable("the handler of the log");
        }
    }
    return 0;
}

void keep(LogLevel level, std::string_view text) {
    Forward* forward = the_forward.load(std::memory_order_acquire);
    if (forward == nullptr) return;
    std::lock_guard lock(forward->mutex);
    if (forward->lines.size() == lines_max) return;
    forward->lines.emplace_back(level, text);
    if (!forward->asked) forward->asked = Py_AddPendingCall(deliver, forward) == 0;
}

void forward_log(nb::handle callback) {
    Forward* forward = callback.is_none() ? nullptr : new Forward(nb::borrow(callback));
    Forward* before = the_forward.exchange(forward, std::memory_order_acq_rel);
    if (before != nullptr) before->callback.reset();
    set_log_sink(keep);
}

}  // namespace

void bind_log(nb::module_& module) {
    module.def("_forward_log", forward_log, nb::arg("callback").none());
}

}  // namespace winnow::python
