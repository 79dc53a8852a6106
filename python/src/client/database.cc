#include "python/src/client/database.h"

#include <fmt/core.h>

#include "python/src/arguments.h"
#include "python/src/config/policies.h"
#include "python/src/config/suggestion.h"
#include "python/src/errors.h"
#include "python/src/gil.h"

namespace winnow::python {
namespace {

constexpr std::string_view in_memory = ":memory:";

NamespaceOptions namespace_of(nb::handle name, nb::handle settings, uint32_t default_ttl) {
    constexpr std::string_view known[] = {"default_ttl"};
    NamespaceOptions options{.name = string_of(name, "the name of a namespace"),
                             .default_ttl = default_ttl};
    if (!given(settings)) return options;
    std::string what = fmt::format("namespaces['{}']", options.name);
    if (!PyDict_Check(settings.ptr()))
        raise_param(fmt::format("{} is a dict, not {}", what, type_text(settings)));
    for (auto [key, value] : nb::borrow<nb::dict>(settings)) {
        std::string setting = string_of(key, "the name of a setting");
        if (setting != known[0])
            raise_param(fmt::format("{} has no '{}'{}", what, setting, suggestion(setting, known)));
        options.default_ttl = ttl_of(value, setting);
    }
    return options;
}

}  // namespace

embedded::Options database_options(nb::handle path, nb::handle namespaces, nb::handle default_ttl) {
    embedded::Options options;
    std::string where = string_of(path, "embedded");
    if (where != in_memory) options.path = where;
    if (where.empty()) raise_param("embedded: the path is empty; ':memory:' needs none");
    uint32_t ttl = given(default_ttl) ? ttl_of(default_ttl, "default_ttl") : 0;
    if (!given(namespaces)) {
        if (ttl != 0)
            options.namespaces = {{.name = "test", .default_ttl = ttl},
                                  {.name = "bar", .default_ttl = ttl}};
    } else if (PyDict_Check(namespaces.ptr())) {
        for (auto [name, settings] : nb::borrow<nb::dict>(namespaces))
            options.namespaces.push_back(namespace_of(name, settings, ttl));
    } else if (PyList_Check(namespaces.ptr()) || PyTuple_Check(namespaces.ptr())) {
        for (nb::handle name : namespaces)
            options.namespaces.push_back(namespace_of(name, {}, ttl));
    } else {
        raise_param(
            fmt::format("namespaces is a list of names or a dict, not {}", type_text(namespaces)));
    }
    return options;
}

std::shared_ptr<embedded::Database> open_database(embedded::Options options) {
    auto opened = without_gil([&] { return embedded::Database::open(std::move(options)); });
    return take(std::move(opened));
}

Database::Database(nb::handle path, nb::handle namespaces, nb::handle default_ttl)
    : database_(open_database(database_options(path, namespaces, default_ttl))) {}

void bind_database(nb::module_& module) {
    nb::class_<Database>(module, "Database",
                         "A database in this process, for clients of the config "
                         "{'embedded': database}.")
        .def(nb::init<nb::handle, nb::handle, nb::handle>(),
             nb::arg("path") = ":memory:", optional("namespaces"), optional("default_ttl"))
        .def("__repr__", [](nb::handle) { return "Database(':memory:')"; });
}

}  // namespace winnow::python
