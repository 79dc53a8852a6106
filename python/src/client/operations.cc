#include "python/src/client/operations.h"

#include <fmt/core.h>

#include <algorithm>

#include "python/src/arguments.h"
#include "python/src/config/policies.h"
#include "python/src/errors.h"
#include "python/src/names.h"

namespace winnow::python {
namespace {

// winnow.OPERATOR_*
enum Operator : int64_t {
    operator_read = 0,
    operator_write = 1,
    operator_increment = 6,
    operator_append = 9,
    operator_prepend = 10,
    operator_touch = 11,
    operator_delete = 14,
    // Numbers from here on: lists 1001.., maps 1101.., bits 2000.., HLL 2100.., expressions 2200..
    operator_first_unserved = 1000,
    operator_last_unserved = 2999,
};

nb::handle item(nb::handle dict, const nb::str& name) {
    return PyDict_GetItemWithError(dict.ptr(), name.ptr());  // borrowed; null: there is none
}

int64_t number_of(nb::handle operation) {
    nb::handle op = item(operation, names().op);
    if (!given(op) || !PyLong_Check(op.ptr()))
        raise_param(
            "an operation is a dict with an int under 'op'; make it with "
            "winnow.helpers.operations");
    int overflow = 0;
    int64_t number = PyLong_AsLongLongAndOverflow(op.ptr(), &overflow);
    if (overflow != 0) number = -1;
    if (number >= operator_first_unserved && number <= operator_last_unserved)
        raise(static_cast<int>(ResultCode::unsupported),
              fmt::format("operation {}: operations inside lists, maps, bits and HyperLogLogs, and "
                          "expressions, are not served yet",
                          number));
    return number;
}

void check_keys(nb::handle operation, int64_t number) {
    Py_ssize_t position = 0;
    PyObject* key = nullptr;
    PyObject* value = nullptr;
    while (PyDict_Next(operation.ptr(), &position, &key, &value)) {
        bool known = false;
        for (const nb::str* name : {&names().op, &names().bin, &names().val})
            known |= PyObject_RichCompareBool(key, name->ptr(), Py_EQ) == 1;
        if (!known)
            raise_param(fmt::format("operation {} has op, bin and val, but no {}", number,
                                    nb::repr(key).c_str()));
    }
}

OperationCode code_of_number(int64_t number) {
    switch (number) {
        case operator_read: return OperationCode::read;
        case operator_write: return OperationCode::write;
        case operator_increment: return OperationCode::increment;
        case operator_append: return OperationCode::append;
        case operator_prepend: return OperationCode::prepend;
        case operator_touch: return OperationCode::touch;
        case operator_delete: return OperationCode::remove;
        default: raise_param(fmt::format("there is no operation {}", number));
    }
}

client::BinOperation operation_of(nb::handle operation, ValueEncoder& encoder,
                                  client::WriteRules& rules) {
    if (!PyDict_Check(operation.ptr()))
        raise_param(fmt::format("an operation is a dict, not {}", type_text(operation)));
    int64_t number = number_of(operation);
    check_keys(operation, number);
    client::BinOperation made{.code = code_of_number(number), .bin = {}, .value = {}};
    nb::handle value = item(operation, names().val);
    if (number == operator_delete) return made;
    if (number == operator_touch) {
        if (given(value)) set_ttl(rules, value, "val, the seconds of a touch");
        return made;
    }
    nb::handle bin = item(operation, names().bin);
    if (!given(bin)) raise_param(fmt::format("operation {} needs a bin", number));
    made.bin = encoder.bin_name(bin);
    if (number == operator_read) return made;
    if (!value.is_valid()) raise_param(fmt::format("operation {} needs a val", number));
    made.value = encoder.encode(nb::borrow(value), bin);
    return made;
}

}  // namespace

Operations operations_of(nb::handle list, ValueEncoder& encoder, client::WriteRules& rules) {
    if (!PyList_Check(list.ptr()) && !PyTuple_Check(list.ptr()))
        raise_param(fmt::format("operations are a list of dicts, not {}", type_text(list)));
    Operations operations;
    for (nb::handle operation : list) operations.push_back(operation_of(operation, encoder, rules));
    if (operations.empty()) raise_param("no operations are given");
    return operations;
}

BinNames bin_names_of(nb::handle bins, ValueEncoder& encoder) {
    if (!PyList_Check(bins.ptr()) && !PyTuple_Check(bins.ptr()))
        raise_param(fmt::format("bins is a list of names, not {}", type_text(bins)));
    BinNames names;
    for (nb::handle name : bins) names.push_back(encoder.bin_name(name));
    return names;
}

client::BinSelection selection_of(nb::handle bins, ValueEncoder& encoder, BinNames& names) {
    if (bins.is_none()) return client::BinSelection::all();
    names = bin_names_of(bins, encoder);
    return names.empty() ? client::BinSelection::none() : client::BinSelection::named(names);
}

bool any_writes(const Operations& operations) {
    return std::any_of(operations.begin(), operations.end(),
                       [](const client::BinOperation& op) { return operation_writes(op.code); });
}

}  // namespace winnow::python
