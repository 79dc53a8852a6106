// Settings: shown by get-config and namespace/N, changed by set-config.
//
//   get-config:[context=service|network|namespace|security|xdr;][namespace=N]
//   set-config:context=service|namespace;[namespace=N;]key=value[;key=value]
//
// A change holds until the server ends. Sizes take a suffix (K M G T), times too (s m h d).

#include "server/info/config.h"

#include <cctype>
#include <limits>
#include <span>

#include "base/log.h"
#include "server/info/commands.h"

namespace winnow {
namespace {

enum class Unit { none, bytes, seconds };

// A setting that can be changed while the server runs.
template <class Settings>
struct Setting {
    std::string_view name;
    Unit unit;
    uint64_t low, high;
    uint64_t (*get)(const Settings&);
    void (*set)(Settings&, uint64_t);
    bool shown = true;  // false: another name of one that is shown
};

#define WINNOW_SETTING(Settings, field)                                           \
    [](const Settings& settings) -> uint64_t { return settings.field.load(); },   \
        [](Settings& settings, uint64_t value) {                                  \
            settings.field = static_cast<decltype(settings.field.load())>(value); \
        }

constexpr uint64_t u32_max = std::numeric_limits<uint32_t>::max();
constexpr uint64_t seconds_max = 315'360'000;  // ten years
constexpr uint64_t memory_min = uint64_t{1} << 20;
constexpr uint64_t memory_max = uint64_t{1} << 50;

constexpr Setting<ServerSettings> service_settings[] = {
    {"batch-max-requests", Unit::none, 0, u32_max,
     WINNOW_SETTING(ServerSettings, batch_max_requests)},
    {"proto-fd-max", Unit::none, 1, 1'000'000, WINNOW_SETTING(ServerSettings, proto_fd_max)},
    {"query-max", Unit::none, 1, 1'000'000, WINNOW_SETTING(ServerSettings, query_max)},
};

constexpr Setting<NamespaceSettings> namespace_settings[] = {
    {"default-ttl", Unit::seconds, 0, seconds_max, WINNOW_SETTING(NamespaceSettings, default_ttl)},
    {"max-record-size", Unit::bytes, 1024, uint64_t{127} << 20,
     WINNOW_SETTING(NamespaceSettings, record_size_max)},
    {"nsup-period", Unit::seconds, 0, seconds_max,
     WINNOW_SETTING(NamespaceSettings, expiry_period_seconds)},
    // What records and indexes together may take: memory-size up to 6.x, data-size since.
    {"memory-size", Unit::bytes, memory_min, memory_max,
     WINNOW_SETTING(NamespaceSettings, memory_limit)},
    {"data-size", Unit::bytes, memory_min, memory_max,
     WINNOW_SETTING(NamespaceSettings, memory_limit), false},
};

#undef WINNOW_SETTING

// What one unit with this suffix is worth; 0: no such suffix.
uint64_t worth(char suffix, Unit unit) {
    int lower = std::tolower(static_cast<unsigned char>(suffix));
    if (unit == Unit::bytes) {
        switch (lower) {
            case 'k': return uint64_t{1} << 10;
            case 'm': return uint64_t{1} << 20;
            case 'g': return uint64_t{1} << 30;
            case 't': return uint64_t{1} << 40;
        }
    } else if (unit == Unit::seconds) {
        switch (lower) {
            case 's': return 1;
            case 'm': return 60;
            case 'h': return 3600;
            case 'd': return 86400;
        }
    }
    return 0;
}

std::optional<uint64_t> parse_scaled(std::string_view text, Unit unit) {
    uint64_t factor = 1;
    if (!text.empty() && (text.back() < '0' || text.back() > '9')) {
        factor = worth(text.back(), unit);
        text.remove_suffix(1);
    }
    auto number = parse_number(text);
    if (!number || factor == 0 || *number > std::numeric_limits<uint64_t>::max() / factor)
        return std::nullopt;
    return *number * factor;
}

template <class Settings>
void append_settings(InfoPairs& pairs, std::span<const Setting<Settings>> table,
                     const Settings& settings) {
    for (const auto& each : table)
        if (each.shown) pairs.add(each.name, each.get(settings));
}

// Says where a setting is meant, which is none itself.
bool is_address(std::string_view key) {
    return key == "context" || key == "namespace" || key == "id";
}

// Changes all settings that a command names, or, if one of them is wrong, none.
template <class Settings>
Result<> change(const InfoCommand& command, std::span<const Setting<Settings>> table,
                Settings& settings, std::string_view owner) {
    auto each_setting = [&](auto visit) {
        size_t good = 0;
        bool all = true;
        command.each_parameter([&](std::string_view key, std::string_view text) {
            if (is_address(key)) return true;
            for (const auto& each : table) {
                if (each.name != key) continue;
                auto value = parse_scaled(text, each.unit);
                all = value && *value >= each.low && *value <= each.high;
                if (all) visit(each, *value);
                good += all;
                return all;
            }
            return all = false;
        });
        return all && good > 0;
    };
    if (!each_setting([](const auto&, uint64_t) {}))
        return fail(ResultCode::parameter, "invalid set-config parameter");
    each_setting([&](const Setting<Settings>& setting, uint64_t value) {
        setting.set(settings, value);
        log_info("{}: {} is now {}", owner, setting.name, value);
    });
    return {};
}

void append_service_config(InfoPairs& pairs, const ServerContext& context) {
    append_settings<ServerSettings>(pairs, service_settings, context.settings);
    pairs.add("query-max-done", JobTable::ended_kept);
    pairs.add("proto-fd-idle-ms", 0);
    pairs.add_name("cluster-name", context.identity.cluster_name);
    pairs.add("node-id", context.identity.node_id);
}

void append_network_config(InfoPairs& pairs, const ServerContext& context) {
    pairs.add("service.port", context.identity.port);
    for (const std::string& address : context.identity.service_addresses)
        pairs.add("service.access-address",
                  std::string_view(address).substr(0, address.rfind(':')));
}

Result<std::string_view> context_name(const InfoCommand& command) {
    return take(command, {"context", "context", ResultCode::parameter, "missing 'context'",
                          "missing 'context' value"});
}

}  // namespace

void append_namespace_config(InfoPairs& pairs, Namespace& ns) {
    append_settings<NamespaceSettings>(pairs, namespace_settings, ns.settings());
    pairs.add("replication-factor", 1);
    pairs.add("storage-engine", ns.store().kind());
    pairs.add("storage-engine.data-size", ns.settings().memory_limit.load());
    pairs.add("strong-consistency", false);
    pairs.add("conflict-resolution-policy", "generation");
    pairs.add("allow-ttl-without-nsup", true);
    pairs.add("default-read-touch-ttl-pct", 0);
    pairs.add("disallow-null-setname", false);
    pairs.add("prefer-uniform-balance", false);
    pairs.add("rack-id", 0);
    pairs.add("single-bin", false);
    pairs.add("data-in-index", false);
}

Result<> info_get_config(ServerContext& context, const InfoCommand& command, Buffer& out) {
    InfoPairs pairs(out);
    if (!command.parameter("context")) {
        append_service_config(pairs, context);
        append_network_config(pairs, context);
        return {};
    }
    auto name = context_name(command);
    if (!name) return fail(name.error());
    if (*name == "service") {
        append_service_config(pairs, context);
    } else if (*name == "network") {
        append_network_config(pairs, context);
    } else if (*name == "namespace") {
        auto ns = take_namespace(context, command, "id");
        if (!ns) return fail(ns.error());
        append_namespace_config(pairs, **ns);
    } else if (*name == "security") {
        pairs.add("enable-security", false);
    } else if (*name == "xdr") {
        pairs.add("dcs", "");
    } else {
        return fail(ResultCode::parameter, "invalid context");
    }
    return {};
}

Result<> info_set_config(ServerContext& context, const InfoCommand& command, Buffer& out) {
    auto name = context_name(command);
    if (!name) return fail(name.error());
    Result<> changed;
    if (*name == "service") {
        changed = change<ServerSettings>(command, service_settings, context.settings, "service");
    } else if (*name == "namespace") {
        auto ns = take_namespace(context, command, "id");
        if (!ns) return fail(ns.error());
        changed = change<NamespaceSettings>(command, namespace_settings, (*ns)->settings(),
                                            (*ns)->name());
    } else if (*name == "network" || *name == "security" || *name == "xdr") {
        changed = fail(ResultCode::parameter, "invalid set-config parameter");
    } else {
        changed = fail(ResultCode::parameter, "invalid context");
    }
    if (changed) out.append("ok");
    return changed;
}

}  // namespace winnow
