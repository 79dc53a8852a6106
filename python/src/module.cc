// The module winnow._core. What is not worth a C++ class is Python, in the package around it.

#include <nanobind/nanobind.h>

#include "python/src/client/client.h"
#include "python/src/client/database.h"
#include "python/src/functions.h"
#include "python/src/log_forward.h"

namespace nb = nanobind;

NB_MODULE(_core, module) {
    // A daemon thread in a call keeps its client to the end, which is no leak.
    nb::set_leak_warnings(false);
    module.doc() = "The compiled part of winnow. Use the package winnow.";
    winnow::python::bind_database(module);
    winnow::python::ClientClass client = winnow::python::bind_client(module);
    winnow::python::bind_query(module, client);
    winnow::python::bind_scan(module, client);
    winnow::python::bind_functions(module);
    winnow::python::bind_log(module);
}
