#pragma once
// Functions of the module itself: digests, partitions, the log.

#include <nanobind/nanobind.h>

namespace winnow::python {

void bind_functions(nanobind::module_& module);

}  // namespace winnow::python
