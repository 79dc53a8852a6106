#pragma once
// The interpreter's lock, and the collector's pauses.
//
// Whatever may block runs inside without_gil(); there no Python object may be touched, not even
// its reference count. GcPause is for loops that make many objects at once: none of them can be
// part of a cycle yet, so looking for cycles in between only costs time. It needs the lock, and
// ends before the lock is given away.

#include <nanobind/nanobind.h>

#include <utility>

namespace winnow::python {

namespace nb = nanobind;

template <class F>
decltype(auto) without_gil(F&& work) {
    nb::gil_scoped_release released;
    return std::forward<F>(work)();
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
