#pragma once
// Python objects that are needed again and again: interned names, and classes of the package's
// Python files, imported when first needed (those files import this module).
//
// Made once for each process and never freed: at exit the interpreter goes first. Needs the GIL.

#include <nanobind/nanobind.h>

namespace winnow::python {

namespace nb = nanobind;

// X(name): attributes and dictionary keys.
#define WINNOW_PYTHON_NAMES(X)                                                            \
    X(ttl)                                                                                \
    X(gen)                                                                                \
    X(op)                                                                                 \
    X(bin) X(val) X(key) X(record) X(result) X(in_doubt) X(policy) X(ops) X(meta) X(name) \
        X(read_all_bins) X(batch_records) X(particle) X(_from_server) X(dumps)

struct Names {
#define WINNOW_X(name) nb::str name;
    WINNOW_PYTHON_NAMES(WINNOW_X)
#undef WINNOW_X
};
const Names& names();

// Classes of winnow.values.
struct ValueClasses {
    nb::object geojson;
    nb::object key_ordered_dict;
    nb::object hyper_log_log;
    nb::object raw_bytes;
    nb::object null;
    nb::object wildcard;
    nb::object infinite;
};
const ValueClasses& value_classes();

// Classes of winnow.helpers.batch.records.
struct BatchClasses {
    nb::object records;  // BatchRecords
    nb::object record;   // BatchRecord
    nb::object read;
    nb::object write;
    nb::object apply;
    nb::object remove;
};
const BatchClasses& batch_classes();

// winnow.exception.by_code
const nb::object& exception_by_code();

}  // namespace winnow::python
