#pragma once
// Arguments of plain types, checked. Each error is a ParamError that names the argument: `what`.

#include <nanobind/nanobind.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace winnow::python {

namespace nb = nanobind;

// Arguments of bindings, to be looked at by us: nanobind alone would turn None away.
inline auto required(const char* name) {
    return nb::arg(name).none();
}
inline auto optional(const char* name) {
    return nb::arg(name) = nb::none();
}

inline bool given(nb::handle value) {
    return value.is_valid() && !value.is_none();
}

std::string string_of(nb::handle value, std::string_view what);
// Of a str, for texts: what UTF-8 cannot hold is shown as an escape.
std::string shown(nb::handle str);
int64_t integer_of(nb::handle value, std::string_view what);
int64_t integer_between(nb::handle value, std::string_view what, int64_t first, int64_t last);
// An int is taken too: 0 and 1 are what constants and old programs use.
bool bool_of(nb::handle value, std::string_view what);
void check_dict(nb::handle value, std::string_view what);

}  // namespace winnow::python
