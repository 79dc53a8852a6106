#include "python/src/config/config.h"

#include <fmt/core.h>

#include <algorithm>

#include "python/src/arguments.h"
#include "python/src/client/database.h"
#include "python/src/config/suggestion.h"
#include "python/src/errors.h"

namespace winnow::python {
namespace {

// What config says beside its fields of plain values: they belong together.
struct Reading {
    Config config;
    nb::object embedded = nb::none();
    nb::object namespaces = nb::none();
    nb::object default_ttl = nb::none();
    bool hosts = false;
};

using Setter = void (*)(Reading&, nb::handle value, std::string_view name);

client::NodeAddress host_of(nb::handle host) {
    constexpr std::string_view shape = "config: a host is a tuple (address, port)";
    if (!PyTuple_Check(host.ptr()) && !PyList_Check(host.ptr()))
        raise_param(fmt::format("{}, not {}", shape, type_text(host)));
    nb::object parts = nb::steal(PySequence_Tuple(host.ptr()));
    size_t size = nb::len(parts);
    // The third is a name for TLS.
    if (size != 2 && size != 3)
        raise_param(fmt::format("{}; this one has {} elements", shape, size));
    client::NodeAddress address;
    address.host = string_of(parts[0], "config: the address of a host");
    address.port = static_cast<uint16_t>(
        integer_between(parts[1], "config: the port of a host", 1, UINT16_MAX));
    return address;
}

void hosts(Reading& reading, nb::handle value, std::string_view) {
    if (!PyList_Check(value.ptr()) && !PyTuple_Check(value.ptr()))
        raise_param(
            fmt::format("config: hosts is a list of (address, port), not {}", type_text(value)));
    reading.hosts = true;
    for (nb::handle host : value) reading.config.cluster.seeds.push_back(host_of(host));
    if (reading.config.cluster.seeds.empty()) raise_param("config: hosts is empty");
}

void tls(Reading&, nb::handle value, std::string_view name) {
    if (value.is_none()) return;
    check_dict(value, name);
    nb::object enable = nb::borrow<nb::dict>(value).get("enable", nb::bool_(false));
    if (PyObject_IsTrue(enable.ptr()) == 1)
        raise(static_cast<int>(ResultCode::unsupported),
              "config: tls: encrypted connections are not served; leave 'enable' out");
}

void lua(Reading& reading, nb::handle value, std::string_view name) {
    constexpr std::string_view known[] = {"user_path", "system_path"};
    if (value.is_none()) return;
    check_dict(value, name);
    for (auto [key, path] : nb::borrow<nb::dict>(value)) {
        std::string setting = string_of(key, "config: the name of a setting of lua");
        std::string what = fmt::format("config: lua['{}']", setting);
        if (setting == known[0])
            reading.config.lua_user_path = string_of(path, what);
        else if (setting == known[1])
            reading.config.lua_system_path = string_of(path, what);
        else
            raise_param(
                fmt::format("config: lua has no '{}'{}", setting, suggestion(setting, known)));
    }
}

void policies(Reading& reading, nb::handle value, std::string_view) {
    reading.config.policies = DefaultPolicies::of(value);
}

void connect_timeout(Reading& reading, nb::handle value, std::string_view name) {
    reading.config.cluster.connect_timeout_ms =
        static_cast<uint32_t>(integer_between(value, name, 0, UINT32_MAX));
}

void tend_interval(Reading& reading, nb::handle value, std::string_view name) {
    // More often than that only keeps servers busy; the official client has the same limit.
    constexpr int64_t interval_min_ms = 250;
    reading.config.cluster.tend_interval_ms =
        static_cast<uint32_t>(integer_between(value, name, interval_min_ms, UINT32_MAX));
}

void connections_max(Reading& reading, nb::handle value, std::string_view name) {
    reading.config.cluster.idle_channels_max =
        static_cast<size_t>(integer_between(value, name, 1, UINT32_MAX));
}

void cluster_name(Reading& reading, nb::handle value, std::string_view name) {
    if (!value.is_none()) reading.config.cluster.cluster_name = string_of(value, name);
}

void send_bool_as(Reading& reading, nb::handle value, std::string_view name) {
    reading.config.bool_as = static_cast<BoolAs>(integer_between(value, name, 0, 1));
}

template <nb::object Reading::*member>
void keep(Reading& reading, nb::handle value, std::string_view) {
    reading.*member = nb::borrow(value);
}

void ignore(Reading&, nb::handle, std::string_view) {}

constexpr std::pair<std::string_view, Setter> fields[] = {
    {"hosts", hosts},
    {"embedded", keep<&Reading::embedded>},
    {"namespaces", keep<&Reading::namespaces>},
    {"default_ttl", keep<&Reading::default_ttl>},
    {"policies", policies},
    {"lua", lua},
    {"tls", tls},
    {"cluster_name", cluster_name},
    {"connect_timeout", connect_timeout},
    {"tend_interval", tend_interval},
    {"max_conns_per_node", connections_max},
    {"send_bool_as", send_bool_as},
    // Of the official client, and without a meaning here.
    {"user", ignore},
    {"password", ignore},
    {"shm", ignore},
    {"serialization", ignore},
    {"strict_types", ignore},
    {"validate_keys", ignore},
    {"compression_threshold", ignore},
    {"thread_pool_size", ignore},
    {"max_threads", ignore},
    {"max_socket_idle", ignore},
    {"min_conns_per_node", ignore},
    {"max_error_rate", ignore},
    {"error_rate_window", ignore},
    {"rack_aware", ignore},
    {"rack_id", ignore},
    {"rack_ids", ignore},
    {"use_services_alternate", ignore},
    {"use_shared_connection", ignore},
    {"force_single_node", ignore},
    {"fail_if_not_connected", ignore},
    {"app_id", ignore},
    {"config_provider", ignore},
};

[[noreturn]] void unknown(std::string_view name) {
    std::string_view known[std::size(fields)];
    for (size_t i = 0; i < std::size(fields); i++) known[i] = fields[i].first;
    raise_param(fmt::format("config has no '{}'{}", name, suggestion(name, known)));
}

void take_embedded(Reading& reading) {
    Config& config = reading.config;
    config.embedded = true;
    if (reading.hosts) raise_param("config: either hosts or embedded, not both");
    if (nb::isinstance<Database>(reading.embedded)) {
        config.shared_database = nb::cast<const Database&>(reading.embedded).shared();
        if (!reading.namespaces.is_none() || !reading.default_ttl.is_none())
            raise_param(
                "config: namespaces and default_ttl are those of the Database that is "
                "given as embedded");
        return;
    }
    config.database = database_options(reading.embedded, reading.namespaces, reading.default_ttl);
}

}  // namespace

Config Config::of(nb::handle given) {
    if (!PyDict_Check(given.ptr()))
        raise_param(fmt::format("config is a dict, not {}", type_text(given)));
    Reading reading;
    for (auto [key, value] : nb::borrow<nb::dict>(given)) {
        std::string name = string_of(key, "config: a name");
        const auto* field = std::find_if(std::begin(fields), std::end(fields),
                                         [&](const auto& known) { return known.first == name; });
        if (field == std::end(fields)) unknown(name);
        field->second(reading, value, fmt::format("config: {}", name));
    }
    if (!reading.embedded.is_none())
        take_embedded(reading);
    else if (!reading.hosts)
        raise_param("config needs hosts, a list of (address, port), or embedded: ':memory:'");
    else if (!reading.namespaces.is_none() || !reading.default_ttl.is_none())
        raise_param("config: namespaces and default_ttl are for embedded; a server has its own");
    return reading.config;
}

}  // namespace winnow::python
