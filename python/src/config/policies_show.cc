// Policies as dicts again, for Client.get_policies(): what a call without a policy of its own uses.

#include "python/src/config/policies.h"

namespace winnow::python {
namespace {

nb::object bytes_or_none(Bytes filter) {
    if (filter.empty()) return nb::none();
    return nb::bytes(filter.data(), filter.size());
}

nb::dict common(const client::Policy& policy) {
    nb::dict made;
    made["total_timeout"] = policy.total_timeout_ms;
    made["socket_timeout"] = policy.socket_timeout_ms;
    made["max_retries"] = policy.max_retries;
    made["sleep_between_retries"] = policy.sleep_between_retries_ms;
    made["compress"] = policy.compress;
    made["expressions"] = bytes_or_none(policy.filter);
    return made;
}

void add_rules(nb::dict& made, const client::WriteRules& rules) {
    made["key"] = int{rules.send_key};
    made["commit_level"] = int{rules.commit_master};
    made["durable_delete"] = rules.durable_delete;
    made["gen"] = static_cast<int>(rules.generation_check);
}

void add_changes(nb::dict& made, const client::WriteRules& rules) {
    made["exists"] = exists_number(rules.exists);
    made["ttl"] = rules.ttl_seconds;
}

nb::dict shown(const ReadSettings& settings) {
    nb::dict made = common(settings);
    made["deserialize"] = settings.deserialize;
    made["replica"] = replica_number(settings.replica);
    made["read_touch_ttl_percent"] = settings.read_touch_ttl_percent;
    return made;
}

enum class Has : uint8_t { rules, changes, changes_and_reads };

nb::dict shown(const WriteSettings& settings, Has has) {
    nb::dict made = common(settings);
    made["replica"] = replica_number(settings.replica);
    add_rules(made, settings);
    if (has != Has::rules) add_changes(made, settings);
    if (has == Has::changes_and_reads) {
        made["deserialize"] = settings.deserialize;
        made["read_touch_ttl_percent"] = settings.read_touch_ttl_percent;
    }
    return made;
}

nb::dict shown(const BatchSettings& settings) {
    nb::dict made = common(settings);
    made["replica"] = replica_number(settings.replica);
    made["deserialize"] = settings.deserialize;
    made["allow_inline"] = settings.allow_inline;
    made["respond_all_keys"] = settings.respond_all_rows;
    made["read_touch_ttl_percent"] = settings.read_touch_ttl_percent;
    return made;
}

nb::dict shown(const RowSettings& settings) {
    nb::dict made;
    add_rules(made, settings);
    add_changes(made, settings);
    made["expressions"] = bytes_or_none(settings.filter);
    return made;
}

nb::dict shown_query(const QuerySettings& settings) {
    nb::dict made = common(settings);
    made["replica"] = replica_number(settings.replica);
    made["deserialize"] = settings.deserialize;
    made["expected_duration"] = int{settings.short_query};
    return made;
}

nb::dict shown_scan(const QuerySettings& settings) {
    nb::dict made = common(settings);
    made["replica"] = replica_number(settings.replica);
    made["deserialize"] = settings.deserialize;
    made["max_records"] = settings.max_records;
    made["records_per_second"] = settings.records_per_second;
    made["ttl"] = settings.write_rules.ttl_seconds;
    made["durable_delete"] = settings.write_rules.durable_delete;
    return made;
}

}  // namespace

nb::dict DefaultPolicies::as_dict() const {
    nb::dict made;
    made["read"] = shown(read);
    made["write"] = shown(write, Has::changes);
    made["operate"] = shown(operate, Has::changes_and_reads);
    made["remove"] = shown(remove, Has::rules);
    nb::dict of_apply = shown(apply, Has::rules);
    PyDict_DelItemString(of_apply.ptr(), "gen");
    of_apply["ttl"] = apply.ttl_seconds;
    made["apply"] = of_apply;
    made["batch"] = shown(batch);
    made["batch_parent_write"] = shown(batch_parent_write);
    made["batch_write"] = shown(batch_write);
    made["batch_remove"] = shown(batch_remove);
    made["batch_apply"] = shown(batch_apply);
    made["query"] = shown_query(query);
    made["scan"] = shown_scan(scan);
    nb::dict of_info;
    of_info["timeout"] = info.timeout_ms;
    made["info"] = of_info;
    return made;
}

}  // namespace winnow::python
