#include "python/src/arguments.h"

#include <fmt/core.h>

#include "python/src/errors.h"

namespace winnow::python {

std::string string_of(nb::handle value, std::string_view what) {
    if (!PyUnicode_Check(value.ptr()))
        raise_param(fmt::format("{} is a str, not {}", what, type_text(value)));
    Py_ssize_t size = 0;
    const char* at = PyUnicode_AsUTF8AndSize(value.ptr(), &size);
    if (at == nullptr) {
        PyErr_Clear();
        raise_param(fmt::format("{} has lone surrogates in it, which UTF-8 cannot hold", what));
    }
    return {at, static_cast<size_t>(size)};
}

std::string shown(nb::handle str) {
    nb::object bytes = owned(PyUnicode_AsEncodedString(str.ptr(), "utf-8", "backslashreplace"));
    return {PyBytes_AS_STRING(bytes.ptr()), static_cast<size_t>(PyBytes_GET_SIZE(bytes.ptr()))};
}

int64_t integer_of(nb::handle value, std::string_view what) {
    if (!PyLong_Check(value.ptr()))
        raise_param(fmt::format("{} is an int, not {}", what, type_text(value)));
    int overflow = 0;
    int64_t number = PyLong_AsLongLongAndOverflow(value.ptr(), &overflow);
    if (overflow != 0)
        raise_param(fmt::format("{} is {}, which is out of range", what, nb::repr(value).c_str()));
    return number;
}

int64_t integer_between(nb::handle value, std::string_view what, int64_t first, int64_t last) {
    int64_t number = integer_of(value, what);
    if (number < first || number > last)
        raise_param(fmt::format("{} is {}, not between {} and {}", what, number, first, last));
    return number;
}

bool bool_of(nb::handle value, std::string_view what) {
    if (!PyLong_Check(value.ptr()))
        raise_param(fmt::format("{} is a bool, not {}", what, type_text(value)));
    return PyObject_IsTrue(value.ptr()) == 1;
}

void check_dict(nb::handle value, std::string_view what) {
    if (!PyDict_Check(value.ptr()))
        raise_param(fmt::format("{} is a dict, not {}", what, type_text(value)));
}

}  // namespace winnow::python
