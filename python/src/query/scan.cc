// winnow.Scan and Client.scan: what queries were before they were one with scans.

#include <fmt/core.h>
#include <nanobind/stl/string.h>

#include "python/src/arguments.h"
#include "python/src/errors.h"
#include "python/src/query/query_bind.h"

namespace winnow::python {
namespace {

class Scan : public QueryRun {
public:
    Scan(nb::handle client, nb::handle ns, nb::handle set) : QueryRun("scan", client, ns, set) {}

    nb::object results(nb::handle policy, nb::handle node) {
        return collect(run_options(policy, nb::none(), node));
    }
    void foreach (nb::handle callback, nb::handle policy, nb::handle options, nb::handle node) {
        each(callback, run_options(policy, options, node));
    }
    std::string repr() const { return fmt::format("<winnow.Scan of {}>", describe()); }

private:
    RunOptions run_options(nb::handle policy, nb::handle options, nb::handle node) const;
};

// `concurrent` has no meaning: nodes always answer at the same time.
RunOptions Scan::run_options(nb::handle policy, nb::handle options, nb::handle node) const {
    static constexpr std::string_view known[] = {"nobins", "concurrent"};
    RunOptions run{scan_settings(policy, client().policies().scan)};
    run.no_bins = no_bins_option(options, "scan", known);
    if (node.is_none()) return run;
    if (!PyUnicode_Check(node.ptr()))
        raise_param(fmt::format("nodename must be a string, not {}", python::type_text(node)));
    run.node = shown(node);
    return run;
}

}  // namespace

void bind_scan(nb::module_& module, ClientClass& client) {
    nb::class_<Scan> type(module, "Scan", nb::type_slots(collector_slots<Scan>),
                          "Reads all records of a set or a namespace; made by Client.scan().\n"
                          "Query does the same and more.");
    bind_run(type);
    type.def("results", &Scan::results, nb::arg("policy") = nb::none(),
             nb::arg("nodename") = nb::none(),
             "[(key, meta, bins), ...] in no order. nodename: of one node.")
        .def("foreach", &Scan::foreach, nb::arg("callback").none(), nb::arg("policy") = nb::none(),
             nb::arg("options") = nb::none(), nb::arg("nodename") = nb::none(), "Query.foreach().")
        .def("__repr__", &Scan::repr);
    client.def(
        "scan",
        [](nb::handle_t<Client> self, nb::handle ns, nb::handle set) {
            return new Scan(self, ns, set);
        },
        nb::arg("namespace") = nb::none(), nb::arg("set") = nb::none(),
        "A scan of a set; None: of the whole namespace. Query does the same and more.");
}

}  // namespace winnow::python
