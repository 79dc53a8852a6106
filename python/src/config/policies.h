#pragma once
// Policies: dicts of Python as the plain structs of the client, and the defaults of a client from
// its config.
//
// A key that does not exist is a ParamError that names it and the nearest that do; so is a value
// of a wrong type. Keys that have a meaning in the official client but none here are accepted.
// The structs hold Python objects (a filter's bytes), so they are made, copied and dropped with the
// GIL; to be read they need none.

#include <nanobind/nanobind.h>

#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "client/policies.h"

namespace winnow::python {

namespace nb = nanobind;

// What the policy's `filter` points at.
struct FilterOwner {
    nb::object filter_owner = {};
};

struct ReadSettings : client::ReadPolicy, FilterOwner {
    bool deserialize = true;
};

// put, remove, touch, append, prepend, increment, operate, background jobs.
struct WriteSettings : client::WritePolicy, FilterOwner {
    bool deserialize = true;             // of operate
    int32_t read_touch_ttl_percent = 0;  // of operate
};

struct BatchSettings : client::BatchPolicy, FilterOwner {
    bool deserialize = true;
    int32_t read_touch_ttl_percent = 0;
};

// A row of a batch.
struct RowSettings : client::WriteRules, FilterOwner {
    Bytes filter = {};  // encoded; empty: none
    int32_t read_touch_ttl_percent = 0;
};

// Queries and scans.
struct QuerySettings : client::QueryPolicy, FilterOwner {
    bool deserialize = true;
    nb::object partition_filter = {};     // a dict; null: none
    uint64_t max_records = 0;             // of a scan's policy; 0: none
    client::WriteRules write_rules = {};  // of the background jobs of a scan
};

struct InfoSettings : client::AdminPolicy {};

// The policies of calls that give none.
struct DefaultPolicies {
    ReadSettings read;
    WriteSettings write;
    WriteSettings operate;
    WriteSettings remove;
    WriteSettings apply;
    BatchSettings batch;
    BatchSettings batch_parent_write;
    RowSettings batch_write;
    RowSettings batch_remove;
    RowSettings batch_apply;
    QuerySettings query;
    QuerySettings scan;
    InfoSettings info;

    // config['policies']; None: the defaults.
    static DefaultPolicies of(nb::handle policies);
    // As config['policies'] could have them.
    nb::dict as_dict() const;
};

// `policy` over `defaults`; None or null: the defaults. ParamError: see above.
ReadSettings read_settings(nb::handle policy, const ReadSettings& defaults);
WriteSettings write_settings(nb::handle policy, const WriteSettings& defaults);
WriteSettings operate_settings(nb::handle policy, const WriteSettings& defaults);
WriteSettings remove_settings(nb::handle policy, const WriteSettings& defaults);
WriteSettings apply_settings(nb::handle policy, const WriteSettings& defaults);
BatchSettings batch_settings(nb::handle policy, const BatchSettings& defaults);
RowSettings row_settings(nb::handle policy, const RowSettings& defaults);
QuerySettings query_settings(nb::handle policy, const QuerySettings& defaults);
QuerySettings scan_settings(nb::handle policy, const QuerySettings& defaults);
InfoSettings info_settings(nb::handle policy, const InfoSettings& defaults);
// Of creating indexes and putting modules: info, and 'wait' (a bool).
InfoSettings index_settings(nb::handle policy, const InfoSettings& defaults);

// POLICY_EXISTS_*, POLICY_REPLICA_*
int exists_number(client::RecordExists exists);
int replica_number(client::ReplicaChoice choice);

// meta {'ttl': s, 'gen': n} of a write; None: nothing.
void apply_meta(nb::handle meta, client::WriteRules& rules);

// -1, -2, -3 and numbers of 32 bits as the wire has them; ParamError otherwise. `what` names it.
uint32_t ttl_of(nb::handle value, std::string_view what);
// The same into `rules`; TTL_CLIENT_DEFAULT leaves there what a policy has said.
void set_ttl(client::WriteRules& rules, nb::handle value, std::string_view what);

}  // namespace winnow::python
