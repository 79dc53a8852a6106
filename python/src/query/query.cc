// winnow.Query and Client.query.

#include <fmt/core.h>
#include <nanobind/stl/string.h>

#include <limits>

#include "python/src/errors.h"
#include "python/src/query/query_bind.h"

namespace winnow::python {
namespace {

class Query : public QueryRun {
public:
    Query(nb::handle client, nb::handle ns, nb::handle set) : QueryRun("query", client, ns, set) {}

    void where(nb::handle predicate, nb::handle context);
    void where_with_expression(nb::handle expression, nb::handle predicate);
    void where_with_index_name(nb::handle name, nb::handle predicate);

    nb::object results(nb::handle policy, nb::handle options) {
        return collect(run_options(policy, options));
    }
    void foreach (nb::handle callback, nb::handle policy, nb::handle options) {
        each(callback, run_options(policy, options));
    }
    std::string repr() const { return fmt::format("<winnow.Query of {}>", describe()); }

    uint64_t max_records() const { return max_records_; }
    void set_max_records(nb::handle value) {
        max_records_ = whole(value, "max_records", std::numeric_limits<uint64_t>::max());
    }
    uint32_t records_per_second() const { return records_per_second_; }
    void set_records_per_second(nb::handle value) {
        records_per_second_ = static_cast<uint32_t>(
            whole(value, "records_per_second", std::numeric_limits<uint32_t>::max()));
    }

private:
    void set_where(Where where, std::string unserved);
    RunOptions run_options(nb::handle policy, nb::handle options) const;
    static uint64_t whole(nb::handle value, std::string_view name, uint64_t most);

    uint32_t records_per_second_ = 0;
};

void Query::set_where(Where where, std::string unserved) {
    if (where_)
        raise_param(
            fmt::format("Failed to add predicate: a query has one, and this one has \"{}\" "
                        "already; filter further by the policy `expressions`, or make a "
                        "new query",
                        where_->text));
    where_ = std::move(where);
    where_unserved_ = std::move(unserved);
}

void Query::where(nb::handle predicate, nb::handle context) {
    Where where = where_of(predicate, false);
    std::string unserved;
    if (!context.is_none()) {
        if (!PyList_Check(context.ptr()))
            raise_param(
                fmt::format("Failed to add predicate: ctx is a list of cdt_ctx_... steps, "
                            "not {}",
                            python::type_text(context)));
        for (nb::handle step : nb::borrow<nb::list>(context)) {
            if (!nb::hasattr(step, "id") || !nb::hasattr(step, "value"))
                raise_param(
                    fmt::format("Failed to add predicate: a step of ctx is made by the "
                                "functions of cdt_ctx, not {}",
                                python::type_text(step)));
            unserved = "indexes on parts of a list or map (ctx of where()) are not served yet";
        }
    }
    set_where(std::move(where), std::move(unserved));
}

void Query::where_with_expression(nb::handle expression, nb::handle predicate) {
    bool compiled = PyList_Check(expression.ptr()) && PyList_GET_SIZE(expression.ptr()) > 0;
    if (!compiled && !PyUnicode_Check(expression.ptr()))
        raise_param(
            fmt::format("Failed to add predicate: the expression is a compiled one, or its "
                        "base64 text, not {}",
                        python::type_text(expression)));
    set_where(where_of(predicate, true),
              "indexes on expressions (where_with_expr()) are not served yet");
}

void Query::where_with_index_name(nb::handle name, nb::handle predicate) {
    if (!PyUnicode_Check(name.ptr()) || PyUnicode_GET_LENGTH(name.ptr()) == 0)
        raise_param(
            fmt::format("Failed to add predicate: the name of an index is a str that is "
                        "not empty, not {}",
                        nb::repr(name).c_str()));
    set_where(where_of(predicate, true),
              "queries by the name of an index (where_with_index_name()) are not served yet: use "
              "where(), the bin tells the index");
}

RunOptions Query::run_options(nb::handle policy, nb::handle options) const {
    static constexpr std::string_view known[] = {"nobins"};
    RunOptions run{query_settings(policy, client().policies().query)};
    if (records_per_second_ != 0) run.policy.records_per_second = records_per_second_;
    run.no_bins = no_bins_option(options, "query", known);
    return run;
}

uint64_t Query::whole(nb::handle value, std::string_view name, uint64_t most) {
    if (!PyLong_Check(value.ptr()))
        raise_param(fmt::format("{} is an int, not {}", name, python::type_text(value)));
    uint64_t number = PyLong_AsUnsignedLongLong(value.ptr());
    bool failed = PyErr_Occurred() != nullptr;
    PyErr_Clear();
    if (failed || number > most)
        raise_param(
            fmt::format("{} is an int from 0 to {}, not {}", name, most, nb::repr(value).c_str()));
    return number;
}

}  // namespace

void bind_query(nb::module_& module, ClientClass& client) {
    nb::class_<Query> type(module, "Query", nb::type_slots(collector_slots<Query>),
                           "Reads the records of a set or a namespace; made by Client.query().");
    bind_run(type);
    type.def(
            "where",
            [](nb::handle_t<Query> self, nb::handle predicate, nb::handle context) {
                nb::cast<Query&>(self).where(predicate, context);
                return nb::borrow(self);
            },
            nb::arg("predicate").none(), nb::arg("ctx") = nb::none(),
            "Only records that fit, found by a secondary index: see winnow.predicates.")
        .def(
            "where_with_expr",
            [](nb::handle_t<Query> self, nb::handle expression, nb::handle predicate) {
                nb::cast<Query&>(self).where_with_expression(expression, predicate);
                return nb::borrow(self);
            },
            nb::arg("expr").none(), nb::arg("predicate").none(),
            "where() by an index on a compiled expression.")
        .def(
            "where_with_index_name",
            [](nb::handle_t<Query> self, nb::handle name, nb::handle predicate) {
                nb::cast<Query&>(self).where_with_index_name(name, predicate);
                return nb::borrow(self);
            },
            nb::arg("index_name").none(), nb::arg("predicate").none(),
            "where() by the index of that name.")
        .def("results", &Query::results, nb::arg("policy") = nb::none(),
             nb::arg("options") = nb::none(), "[(key, meta, bins), ...] in no order.")
        .def("foreach", &Query::foreach, nb::arg("callback").none(), nb::arg("policy") = nb::none(),
             nb::arg("options") = nb::none(),
             "Calls callback((key, meta, bins)) for each record as it comes; with a\n"
             "partition_filter callback(partition, (key, meta, bins)). False ends the query.")
        .def_prop_rw("max_records", &Query::max_records, &Query::set_max_records,
                     nb::for_setter(nb::arg("value").none()),
                     "At most so many records in a run; 0: all.")
        .def_prop_rw("records_per_second", &Query::records_per_second,
                     &Query::set_records_per_second, nb::for_setter(nb::arg("value").none()),
                     "For each node; 0: as fast as it can.")
        .def("__repr__", &Query::repr);
    client.def(
        "query",
        [](nb::handle_t<Client> self, nb::handle ns, nb::handle set) {
            return new Query(self, ns, set);
        },
        nb::arg("namespace") = nb::none(), nb::arg("set") = nb::none(),
        "A query of a set; None: of the whole namespace. Nothing is sent before it runs.");
}

}  // namespace winnow::python
