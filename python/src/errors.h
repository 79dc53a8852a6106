#pragma once
// Failures as Python exceptions: classes of winnow.exception, found by their code.
//
// The functions below throw nb::python_error, which nanobind hands to Python. They need the GIL.
// `file` and `line` of the exception are the caller's here, in this extension.

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>

#include <source_location>
#include <string>
#include <string_view>
#include <utility>

#include "client/failure.h"

namespace winnow::python {

namespace nb = nanobind;
using Location = std::source_location;

// Codes of failures that are found on this side.
namespace client_code {
inline constexpr int client = -1;  // ClientError
inline constexpr int param = -2;   // ParamError
inline constexpr int connection = -10;
inline constexpr int batch_failed = -16;
inline constexpr int cluster = 11;
}  // namespace client_code

// What the exception is about, for its attributes of these names; a null stands for nothing.
struct About {
    nb::handle key = {};   // the key tuple as it was given
    nb::handle bin = {};   // the bin's name
    nb::handle name = {};  // of an index
};

[[noreturn]] void raise(int code, std::string_view text, const About& about = {},
                        Location where = Location::current());
[[noreturn]] void raise(const client::Failure& failure, const About& about = {},
                        Location where = Location::current());
// ParamError: an argument, a policy or the configuration is wrong.
[[noreturn]] void raise_param(std::string_view text, Location where = Location::current());

// The code that a failure has in Python.
int code_of(const client::Failure& failure);

// What an Outcome holds, or its failure raised.
template <class T>
T take(client::Outcome<T>&& outcome, const About& about = {},
       Location where = Location::current()) {
    if (!outcome) raise(outcome.error(), about, where);
    if constexpr (!std::is_void_v<T>) return *std::move(outcome);
}

// A new reference of the C API, or the error that it has set.
inline nb::object owned(PyObject* made) {
    if (made == nullptr) throw nb::python_error();
    return nb::steal(made);
}
inline void check(bool good) {
    if (!good) throw nb::python_error();
}

// The name of an object's type, for texts: 'tuple'.
std::string_view type_text(nb::handle object);

}  // namespace winnow::python
