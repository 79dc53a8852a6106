#pragma once
// The log of the C++ side, on its way to Python's `logging`.
//
// Lines come from any thread, also from one that Python does not know and that must not wait for
// its lock: at exit there would be nothing to wait for. So they are queued, and Python's main
// thread is asked to fetch them when it next runs Python code.

#include <nanobind/nanobind.h>

namespace winnow::python {

// _forward_log(callback): from now on callback(level, text) for each line, level 10, 20, 30 or 40
// as in `logging`; None: lines are dropped. To be called with None at exit, and again in a child of
// fork(), where a thread of the parent may have held the queue.
void bind_log(nanobind::module_& module);

}  // namespace winnow::python
