#include "python/src/config/policies.h"

#include <fmt/core.h>

#include <algorithm>
#include <span>
#include <vector>

#include "python/src/arguments.h"
#include "python/src/config/suggestion.h"
#include "python/src/errors.h"

namespace winnow::python {
namespace {

// ---- fields --------------------------------------------------------------------------------

template <class S>
struct Field {
    std::string_view name;
    void (*set)(S&, nb::handle value, std::string_view name);
};

template <class S>
void ignore(S&, nb::handle, std::string_view) {}

template <class S, auto member>
void milliseconds(S& settings, nb::handle value, std::string_view name) {
    settings.*member = static_cast<uint32_t>(integer_between(value, name, 0, UINT32_MAX));
}

template <class S, auto member>
void number(S& settings, nb::handle value, std::string_view name) {
    using T = std::remove_reference_t<decltype(settings.*member)>;
    settings.*member = static_cast<T>(integer_between(value, name, 0, UINT32_MAX));
}

template <class S, auto member>
void flag(S& settings, nb::handle value, std::string_view name) {
    settings.*member = bool_of(value, name);
}

template <class S>
void expressions(S& settings, nb::handle value, std::string_view name) {
    if (value.is_none()) {
        settings.filter = {};
        settings.filter_owner.reset();
        return;
    }
    if (!PyBytes_Check(value.ptr()))
        raise_param(
            fmt::format("{}: filters other than encoded ones (bytes) are not served yet", name));
    settings.filter_owner = nb::borrow(value);
    settings.filter = {reinterpret_cast<const uint8_t*>(PyBytes_AS_STRING(value.ptr())),
                       static_cast<size_t>(PyBytes_GET_SIZE(value.ptr()))};
}

template <class S>
void transaction(S&, nb::handle value, std::string_view name) {
    if (!value.is_none())
        raise(static_cast<int>(ResultCode::unsupported),
              fmt::format("{}: transactions of several records are not served", name));
}

// POLICY_REPLICA_MASTER, _ANY, _SEQUENCE, _PREFER_RACK, _RANDOM. There are no racks.
constexpr client::ReplicaChoice replica_by_number[] = {
    client::ReplicaChoice::master, client::ReplicaChoice::any, client::ReplicaChoice::sequence,
    client::ReplicaChoice::sequence, client::ReplicaChoice::any};

template <class S>
void replica(S& settings, nb::handle value, std::string_view name) {
    settings.replica = replica_by_number[integer_between(value, name, 0, 4)];
}

template <class S>
void touch_percent(S& settings, nb::handle value, std::string_view name) {
    settings.read_touch_ttl_percent = static_cast<int32_t>(integer_between(value, name, -1, 100));
}

template <class S>
void send_key(S& settings, nb::handle value, std::string_view name) {
    settings.send_key = integer_between(value, name, 0, 1) == 1;
}

template <class S>
void commit_level(S& settings, nb::handle value, std::string_view name) {
    settings.commit_master = integer_between(value, name, 0, 1) == 1;
}

// POLICY_EXISTS_IGNORE, _CREATE, _UPDATE, _REPLACE, _CREATE_OR_REPLACE
constexpr client::RecordExists exists_by_number[] = {
    client::RecordExists::update, client::RecordExists::create_only,
    client::RecordExists::update_only, client::RecordExists::replace_only,
    client::RecordExists::replace};

template <class S>
void exists(S& settings, nb::handle value, std::string_view name) {
    settings.exists = exists_by_number[integer_between(value, name, 0, 4)];
}

template <class S>
void generation_check(S& settings, nb::handle value, std::string_view name) {
    settings.generation_check =
        static_cast<client::GenerationCheck>(integer_between(value, name, 0, 2));
}

template <class S>
void generation(S& settings, nb::handle value, std::string_view name) {
    settings.generation = static_cast<uint32_t>(integer_between(value, name, 0, UINT16_MAX));
}

template <class S>
void ttl(S& settings, nb::handle value, std::string_view name) {
    set_ttl(settings, value, name);
}

void scan_ttl(QuerySettings& settings, nb::handle value, std::string_view name) {
    set_ttl(settings.write_rules, value, name);
}

void scan_durable_delete(QuerySettings& settings, nb::handle value, std::string_view name) {
    settings.write_rules.durable_delete = bool_of(value, name);
}

void partition_filter(QuerySettings& settings, nb::handle value, std::string_view name) {
    if (value.is_none()) return settings.partition_filter.reset();
    if (!PyDict_Check(value.ptr()))
        raise_param(fmt::format("{} is a dict, not {}", name, type_text(value)));
    settings.partition_filter = nb::borrow(value);
}

// QUERY_DURATION_LONG, _SHORT, _LONG_RELAX_AP
void expected_duration(QuerySettings& settings, nb::handle value, std::string_view name) {
    settings.short_query = integer_between(value, name, 0, 2) == 1;
}

// ---- tables --------------------------------------------------------------------------------

// Of every call that goes to records.
template <class S>
constexpr Field<S> common_fields[] = {
    {"total_timeout", milliseconds<S, &S::total_timeout_ms>},
    {"socket_timeout", milliseconds<S, &S::socket_timeout_ms>},
    {"max_retries", number<S, &S::max_retries>},
    {"sleep_between_retries", milliseconds<S, &S::sleep_between_retries_ms>},
    {"compress", flag<S, &S::compress>},
    {"expressions", expressions<S>},
    {"txn", transaction<S>},
    {"connect_timeout", ignore<S>},
    {"timeout_delay", ignore<S>},
    {"error_detail_verbosity", ignore<S>},
};

template <class S>
constexpr Field<S> read_mode_fields[] = {
    {"read_mode_ap", ignore<S>},
    {"read_mode_sc", ignore<S>},
    {"read_touch_ttl_percent", touch_percent<S>},
};

template <class S>
constexpr Field<S> write_rule_fields[] = {
    {"key", send_key<S>},
    {"commit_level", commit_level<S>},
    {"durable_delete", flag<S, &S::durable_delete>},
    {"on_locking_only", ignore<S>},
};

template <class S>
constexpr Field<S> change_fields[] = {
    {"gen", generation_check<S>},
    {"exists", exists<S>},
    {"ttl", ttl<S>},
};

constexpr Field<ReadSettings> read_fields[] = {
    {"deserialize", flag<ReadSettings, &ReadSettings::deserialize>},
    {"replica", replica<ReadSettings>},
    {"key", ignore<ReadSettings>},
};

constexpr Field<WriteSettings> write_fields[] = {
    {"replica", replica<WriteSettings>},
    {"compression_threshold", ignore<WriteSettings>},
};

constexpr Field<WriteSettings> operate_fields[] = {
    {"deserialize", flag<WriteSettings, &WriteSettings::deserialize>},
};

constexpr Field<WriteSettings> remove_fields[] = {
    {"gen", generation_check<WriteSettings>},
    // Release 7.1.1 has the number itself in the policy; so has the batch form of today.
    {"generation", generation<WriteSettings>},
};

constexpr Field<WriteSettings> apply_fields[] = {{"ttl", ttl<WriteSettings>}};

constexpr Field<BatchSettings> batch_fields[] = {
    {"allow_inline", flag<BatchSettings, &BatchSettings::allow_inline>},
    {"allow_inline_ssd", ignore<BatchSettings>},
    {"respond_all_keys", flag<BatchSettings, &BatchSettings::respond_all_rows>},
    {"deserialize", flag<BatchSettings, &BatchSettings::deserialize>},
    {"replica", replica<BatchSettings>},
    // Release 7.1.1.
    {"concurrent", ignore<BatchSettings>},
    {"send_set_name", ignore<BatchSettings>},
};

constexpr Field<RowSettings> row_fields[] = {
    {"expressions", expressions<RowSettings>},
    {"generation", generation<RowSettings>},
};

constexpr Field<QuerySettings> query_fields[] = {
    {"deserialize", flag<QuerySettings, &QuerySettings::deserialize>},
    {"short_query", flag<QuerySettings, &QuerySettings::short_query>},
    {"expected_duration", expected_duration},
    {"partition_filter", partition_filter},
    {"replica", replica<QuerySettings>},
    {"fail_on_cluster_change", ignore<QuerySettings>},
};

constexpr Field<QuerySettings> scan_fields[] = {
    {"deserialize", flag<QuerySettings, &QuerySettings::deserialize>},
    {"partition_filter", partition_filter},
    {"max_records", number<QuerySettings, &QuerySettings::max_records>},
    {"records_per_second", number<QuerySettings, &QuerySettings::records_per_second>},
    {"ttl", scan_ttl},
    {"durable_delete", scan_durable_delete},
    {"replica", replica<QuerySettings>},
    {"fail_on_cluster_change", ignore<QuerySettings>},
    {"concurrent", ignore<QuerySettings>},
    {"percent", ignore<QuerySettings>},
};

constexpr Field<InfoSettings> info_fields[] = {
    {"timeout", milliseconds<InfoSettings, &InfoSettings::timeout_ms>},
    {"send_as_is", ignore<InfoSettings>},
    {"check_bounds", ignore<InfoSettings>},
};

constexpr Field<InfoSettings> index_fields[] = {
    {"wait", flag<InfoSettings, &InfoSettings::wait>},
};

// ---- parsing -------------------------------------------------------------------------------

std::string_view key_text(nb::handle key, std::string_view of) {
    Py_ssize_t size = 0;
    const char* at =
        PyUnicode_Check(key.ptr()) ? PyUnicode_AsUTF8AndSize(key.ptr(), &size) : nullptr;
    if (at == nullptr) {
        PyErr_Clear();
        raise_param(fmt::format("{}: the names are str, not {}", of, type_text(key)));
    }
    return {at, static_cast<size_t>(size)};
}

template <class S>
using Tables = std::span<const std::span<const Field<S>>>;

template <class S>
const Field<S>* find(std::string_view name, Tables<S> tables) {
    for (std::span<const Field<S>> table : tables) {
        for (const Field<S>& field : table) {
            if (field.name == name) return &field;
        }
    }
    return nullptr;
}

template <class S>
[[noreturn]] void unknown(std::string_view name, std::string_view of, Tables<S> tables) {
    std::vector<std::string_view> known;
    for (std::span<const Field<S>> table : tables) {
        for (const Field<S>& field : table) known.push_back(field.name);
    }
    raise_param(fmt::format("{} has no '{}'{}", of, name, suggestion(name, known)));
}

// `policy` over `settings`.
template <class S, class... Table>
void parse(S& settings, nb::handle policy, std::string_view of, const Table&... table) {
    if (!policy.is_valid() || policy.is_none()) return;
    if (!PyDict_Check(policy.ptr()))
        raise_param(fmt::format("{} is a dict, not {}", of, type_text(policy)));
    const std::span<const Field<S>> tables[] = {std::span<const Field<S>>(table)...};
    Py_ssize_t position = 0;
    PyObject* key = nullptr;
    PyObject* value = nullptr;
    while (PyDict_Next(policy.ptr(), &position, &key, &value)) {
        std::string_view name = key_text(key, of);
        const Field<S>* field = find<S>(name, tables);
        if (field == nullptr) unknown<S>(name, of, tables);
        field->set(settings, value, name);
    }
}

void parse_read(ReadSettings& s, nb::handle policy, std::string_view of) {
    parse(s, policy, of, common_fields<ReadSettings>, read_mode_fields<ReadSettings>, read_fields);
}
void parse_write(WriteSettings& s, nb::handle policy, std::string_view of) {
    parse(s, policy, of, common_fields<WriteSettings>, write_rule_fields<WriteSettings>,
          change_fields<WriteSettings>, write_fields);
}
void parse_operate(WriteSettings& s, nb::handle policy, std::string_view of) {
    parse(s, policy, of, common_fields<WriteSettings>, write_rule_fields<WriteSettings>,
          change_fields<WriteSettings>, write_fields, read_mode_fields<WriteSettings>,
          operate_fields);
}
void parse_remove(WriteSettings& s, nb::handle policy, std::string_view of) {
    parse(s, policy, of, common_fields<WriteSettings>, write_rule_fields<WriteSettings>,
          write_fields, remove_fields);
}
void parse_apply(WriteSettings& s, nb::handle policy, std::string_view of) {
    parse(s, policy, of, common_fields<WriteSettings>, write_rule_fields<WriteSettings>,
          write_fields, apply_fields);
}
void parse_batch(BatchSettings& s, nb::handle policy, std::string_view of) {
    parse(s, policy, of, common_fields<BatchSettings>, read_mode_fields<BatchSettings>,
          batch_fields);
}
void parse_row(RowSettings& s, nb::handle policy, std::string_view of) {
    parse(s, policy, of, write_rule_fields<RowSettings>, change_fields<RowSettings>,
          read_mode_fields<RowSettings>, row_fields);
}
void parse_query(QuerySettings& s, nb::handle policy, std::string_view of) {
    parse(s, policy, of, common_fields<QuerySettings>, query_fields);
}
void parse_scan(QuerySettings& s, nb::handle policy, std::string_view of) {
    parse(s, policy, of, common_fields<QuerySettings>, scan_fields);
}
void parse_info(InfoSettings& s, nb::handle policy, std::string_view of) {
    parse(s, policy, of, info_fields);
}
void parse_index(InfoSettings& s, nb::handle policy, std::string_view of) {
    parse(s, policy, of, info_fields, index_fields);
}

// ---- defaults of a client ------------------------------------------------------------------

template <auto member, auto parse_member>
void group(DefaultPolicies& defaults, nb::handle policy, std::string_view name) {
    parse_member(defaults.*member, policy, fmt::format("config policies['{}']", name));
}

// One value for every group that has it.
template <void (*set)(client::Policy&, nb::handle, std::string_view)>
void everywhere(DefaultPolicies& d, nb::handle value, std::string_view name) {
    client::Policy* const all[] = {
        &d.read,  &d.write, &d.operate, &d.remove, &d.apply, &d.batch, &d.batch_parent_write,
        &d.query, &d.scan};
    for (client::Policy* policy : all) set(*policy, value, name);
}

template <void (*set)(client::WriteRules&, nb::handle, std::string_view)>
void for_writes(DefaultPolicies& d, nb::handle value, std::string_view name) {
    client::WriteRules* const all[] = {&d.write,       &d.operate,      &d.remove,     &d.apply,
                                       &d.batch_write, &d.batch_remove, &d.batch_apply};
    for (client::WriteRules* rules : all) set(*rules, value, name);
}

void replica_everywhere(DefaultPolicies& d, nb::handle value, std::string_view name) {
    replica(d.read, value, name);
    for (WriteSettings* settings : {&d.write, &d.operate, &d.remove, &d.apply})
        replica(*settings, value, name);
    for (BatchSettings* settings : {&d.batch, &d.batch_parent_write})
        replica(*settings, value, name);
    for (QuerySettings* settings : {&d.query, &d.scan}) replica(*settings, value, name);
}

constexpr Field<DefaultPolicies> default_fields[] = {
    {"read", group<&DefaultPolicies::read, parse_read>},
    {"write", group<&DefaultPolicies::write, parse_write>},
    {"operate", group<&DefaultPolicies::operate, parse_operate>},
    {"remove", group<&DefaultPolicies::remove, parse_remove>},
    {"apply", group<&DefaultPolicies::apply, parse_apply>},
    {"batch", group<&DefaultPolicies::batch, parse_batch>},
    {"batch_parent_write", group<&DefaultPolicies::batch_parent_write, parse_batch>},
    {"batch_write", group<&DefaultPolicies::batch_write, parse_row>},
    {"batch_remove", group<&DefaultPolicies::batch_remove, parse_row>},
    {"batch_apply", group<&DefaultPolicies::batch_apply, parse_row>},
    {"query", group<&DefaultPolicies::query, parse_query>},
    {"scan", group<&DefaultPolicies::scan, parse_scan>},
    {"info", group<&DefaultPolicies::info, parse_info>},
};

using P = client::Policy;
using W = client::WriteRules;
constexpr Field<DefaultPolicies> global_fields[] = {
    {"total_timeout", everywhere<milliseconds<P, &P::total_timeout_ms>>},
    {"socket_timeout", everywhere<milliseconds<P, &P::socket_timeout_ms>>},
    {"max_retries", everywhere<number<P, &P::max_retries>>},
    {"key", for_writes<send_key<W>>},
    {"exists", for_writes<exists<W>>},
    {"gen", for_writes<generation_check<W>>},
    {"commit_level", for_writes<commit_level<W>>},
    {"replica", replica_everywhere},
    {"admin", ignore<DefaultPolicies>},
    {"txn_verify", ignore<DefaultPolicies>},
    {"txn_roll", ignore<DefaultPolicies>},
    {"metrics", ignore<DefaultPolicies>},
    {"auth_mode", ignore<DefaultPolicies>},
    {"login_timeout_ms", ignore<DefaultPolicies>},
    {"read_mode_ap", ignore<DefaultPolicies>},
    {"read_mode_sc", ignore<DefaultPolicies>},
    {"max_threads", ignore<DefaultPolicies>},
    {"thread_pool_size", ignore<DefaultPolicies>},
};

template <class S>
S over(const S& defaults, nb::handle policy, void (*parser)(S&, nb::handle, std::string_view)) {
    S settings = defaults;
    parser(settings, policy, "policy");
    return settings;
}

constexpr Field<client::WriteRules> meta_fields[] = {
    {"ttl",
     [](client::WriteRules& rules, nb::handle value, std::string_view name) {
         if (!value.is_none()) set_ttl(rules, value, name);
     }},
    {"gen",
     [](client::WriteRules& rules, nb::handle value, std::string_view name) {
         if (!value.is_none()) generation(rules, value, name);
     }},
};

}  // namespace

DefaultPolicies DefaultPolicies::of(nb::handle policies) {
    constexpr std::string_view name = "config policies";
    DefaultPolicies defaults;
    if (!policies.is_valid() || policies.is_none()) return defaults;
    // What is said of all groups first, so that a group of its own has the last word.
    nb::dict general;
    nb::dict groups;
    if (!PyDict_Check(policies.ptr()))
        raise_param(fmt::format("{} is a dict, not {}", name, type_text(policies)));
    for (auto [key, value] : nb::borrow<nb::dict>(policies))
        (PyDict_Check(value.ptr()) ? groups : general)[key] = value;
    parse(defaults, general, name, global_fields, default_fields);
    parse(defaults, groups, name, global_fields, default_fields);
    return defaults;
}

ReadSettings read_settings(nb::handle policy, const ReadSettings& defaults) {
    return over(defaults, policy, parse_read);
}
WriteSettings write_settings(nb::handle policy, const WriteSettings& defaults) {
    return over(defaults, policy, parse_write);
}
WriteSettings operate_settings(nb::handle policy, const WriteSettings& defaults) {
    return over(defaults, policy, parse_operate);
}
WriteSettings remove_settings(nb::handle policy, const WriteSettings& defaults) {
    return over(defaults, policy, parse_remove);
}
WriteSettings apply_settings(nb::handle policy, const WriteSettings& defaults) {
    return over(defaults, policy, parse_apply);
}
BatchSettings batch_settings(nb::handle policy, const BatchSettings& defaults) {
    return over(defaults, policy, parse_batch);
}
RowSettings row_settings(nb::handle policy, const RowSettings& defaults) {
    return over(defaults, policy, parse_row);
}
QuerySettings query_settings(nb::handle policy, const QuerySettings& defaults) {
    return over(defaults, policy, parse_query);
}
QuerySettings scan_settings(nb::handle policy, const QuerySettings& defaults) {
    return over(defaults, policy, parse_scan);
}
InfoSettings info_settings(nb::handle policy, const InfoSettings& defaults) {
    return over(defaults, policy, parse_info);
}
InfoSettings index_settings(nb::handle policy, const InfoSettings& defaults) {
    return over(defaults, policy, parse_index);
}

void apply_meta(nb::handle meta, client::WriteRules& rules) {
    parse(rules, meta, "meta", meta_fields);
}

int replica_number(client::ReplicaChoice choice) {
    return static_cast<int>(
        std::find(std::begin(replica_by_number), std::end(replica_by_number), choice) -
        std::begin(replica_by_number));
}

int exists_number(client::RecordExists exists) {
    return static_cast<int>(
        std::find(std::begin(exists_by_number), std::end(exists_by_number), exists) -
        std::begin(exists_by_number));
}

uint32_t ttl_of(nb::handle value, std::string_view what) {
    // -1 never, -2 unchanged, -3 that of the client: the same bits as the unsigned constants.
    return static_cast<uint32_t>(integer_between(value, what, -3, UINT32_MAX));
}

void set_ttl(client::WriteRules& rules, nb::handle value, std::string_view what) {
    constexpr uint32_t client_default = 0xfffffffd;
    uint32_t ttl_seconds = ttl_of(value, what);
    if (ttl_seconds != client_default) rules.ttl_seconds = ttl_seconds;
}

}  // namespace winnow::python
