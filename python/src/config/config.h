#pragma once
// config, the dict that a client is made from, read once. ParamError for a key that does not exist
// (with the nearest that do) and for a value of a wrong type.
//
//   hosts       [(host, port), ...]: the servers to begin with
//   embedded    ":memory:" instead of hosts: a database of its own in this process; or a Database
//   namespaces  with embedded: names, or {name: {'default_ttl': s}}; else test and bar
//   default_ttl with embedded: seconds, of namespaces that have none of their own
//   policies    defaults of the calls, see policies.h
//   lua         {'user_path': ..., 'system_path': ...}
//
// and what else the official client knows; what has no meaning here is accepted (pools, threads,
// shared memory, `tls` unless it is enabled, `user`: servers without users ignore it).

#include <nanobind/nanobind.h>

#include <memory>
#include <string>

#include "client/cluster/cluster.h"
#include "embedded/database.h"
#include "python/src/config/policies.h"
#include "python/src/values/values.h"

namespace winnow::python {

namespace nb = nanobind;

struct Config {
    client::ClusterOptions cluster;
    bool embedded = false;
    embedded::Options database;                                // of one of its own
    std::shared_ptr<embedded::Database> shared_database = {};  // one that was given
    DefaultPolicies policies;
    BoolAs bool_as = BoolAs::boolean;
    std::string lua_user_path;
    std::string lua_system_path;

    static Config of(nb::handle config);
};

}  // namespace winnow::python
