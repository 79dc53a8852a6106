#pragma once
// The members that winnow.Query and winnow.Scan share, and what the garbage collector needs of
// both: a subclass of Client may hold the queries that hold it.

#include <nanobind/nanobind.h>

#include "python/src/query/query_run.h"

namespace winnow::python {

template <class T>
int traverse_run(PyObject* self, visitproc visit, void* arg) {
    Py_VISIT(Py_TYPE(self));
    if (!nb::inst_ready(self)) return 0;
    Py_VISIT(nb::inst_ptr<T>(self)->client_object().ptr());
    return 0;
}

template <class T>
int clear_run(PyObject* self) {
    nb::inst_ptr<T>(self)->clear();
    return 0;
}

template <class T>
inline PyType_Slot collector_slots[] = {
    {Py_tp_traverse, reinterpret_cast<void*>(traverse_run<T>)},
    {Py_tp_clear, reinterpret_cast<void*>(clear_run<T>)},
    {0, nullptr},
};

template <class T>
void bind_run(nb::class_<T>& type) {
    type.def(
            "select",
            [](nb::handle_t<T> self, nb::args bins) {
                nb::cast<T&>(self).select(bins);
                return nb::borrow(self);
            },
            "Only these bins come; names that a record has not are left out.")
        .def(
            "apply",
            [](nb::handle_t<T> self, nb::handle module, nb::handle function, nb::handle arguments) {
                nb::cast<T&>(self).apply(module, function, arguments);
                return nb::borrow(self);
            },
            nb::arg("module").none(), nb::arg("function").none(),
            nb::arg("arguments").none() = nb::list(),
            "A function in Lua: of a stream, or of a record.")
        .def(
            "add_ops",
            [](nb::handle_t<T> self, nb::handle ops) {
                nb::cast<T&>(self).add_ops(ops);
                return nb::borrow(self);
            },
            nb::arg("ops").none(), "Operations that execute_background() does on each record.")
        .def("execute_background", &T::execute_background, nb::arg("policy") = nb::none(),
             "Does what add_ops() or apply() say, on the servers, and does not wait for it.")
        .def(
            "paginate",
            [](T& self) {
                self.paginate();
                return true;
            },
            "From now on a run goes on where the one before it ended.")
        .def("is_done", &T::is_done, "Whether the runs that keep track have come to the end.")
        .def("get_partitions_status", &T::partitions_status,
             "Where it is: {partition: (id, init, retry, digest, bval), 'done': bool, 'retry':\n"
             "bool}. {}: it does not keep track.")
        .def_prop_rw("ttl", &T::ttl, &T::set_ttl, nb::for_setter(nb::arg("value").none()),
                     "Seconds, of what execute_background() writes; 0: as the namespace is set.");
}

}  // namespace winnow::python
