#pragma once
// The interpreter's lock, and the collector's pauses.
//
// Whatever may block runs inside without_gil(); there no Python object may be touched, not even
// its reference count. with_gil() is the way back for a call-back in the middle of it.
//
// When the interpreter ends, Python ends every thread that asks for the lock by pthread_exit(),
// which would unwind through destructors that need the lock and through frames that nothing may
// leave. Such a thread (a daemon thread, as others are waited for) waits for the end of the process
// instead.
//
// GcPause is for loops that make many objects at once: none of them can be part of a cycle yet, so
// looking for cycles in between only costs time. It needs the lock, and ends before the lock is
// given away.

#include <cxxabi.h>
#include <nanobind/nanobind.h>

#include <utility>

namespace winnow::python {

namespace nb = nanobind;

// Until the process is gone.
[[noreturn]] void wait_for_exit();

// What may ask for the lock, or run Python code.
template <class F>
decltype(auto) or_wait_for_exit(F&& work) {
    try {
        return std::forward<F>(work)();
    } catch (abi::__forced_unwind&) {
        wait_for_exit();
    }
}

template <class F>
decltype(auto) without_gil(F&& work) {
    class Released {
    public:
        Released() : thread_(PyEval_SaveThread()) {}
        ~Released() {
            or_wait_for_exit([this] { PyEval_RestoreThread(thread_); });
        }

    private:
        PyThreadState* thread_;
    };
    Released released;
    return std::forward<F>(work)();
}

template <class F>
decltype(auto) with_gil(F&& work) {
    class Held {
    public:
        Held() : state_(or_wait_for_exit(PyGILState_Ensure)) {}
        ~Held() { PyGILState_Release(state_); }

    private:
        PyGILState_STATE state_;
    };
    Held held;
    return or_wait_for_exit(std::forward<F>(work));
}

class GcPause {
public:
    GcPause() : was_enabled_(PyGC_Disable() == 1) {}
    ~GcPause() {
        if (was_enabled_) PyGC_Enable();
    }
    GcPause(const GcPause&) = delete;
    GcPause& operator=(const GcPause&) = delete;

private:
    bool was_enabled_;
};

}  // namespace winnow::python
