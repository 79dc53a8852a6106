#pragma once
// The argument of Query.where(): a tuple of winnow.predicates as the client's Predicate.
//
//   (operation, type of the values, bin, value)                          equals
//   (operation, type, bin, first, last or None, collection type)        the others
//
// ParamError: no such tuple, or values of another type than it names. GIL needed.

#include <nanobind/nanobind.h>

#include <string>

#include "client/query/query.h"

namespace winnow::python {

namespace nb = nanobind;

struct Where {
    client::Predicate predicate;
    std::string text;  // for people: score between 60 and 100
};

// `bin_optional`: the index is known by other means than its bin.
Where where_of(nb::handle tuple, bool bin_optional);

}  // namespace winnow::python
