#include "server/program/config.h"

#include <fmt/core.h>

#include <toml++/toml.h>
#include <functional>
#include <limits>
#include <map>

namespace winnow {
namespace {

using Failure = tl::unexpected<std::string>;
using Checked = tl::expected<void, std::string>;

// What a key of the file sets, from its value; the error says what the value must be.
using Setter = std::function<Checked(const toml::node&)>;
using Setters = std::map<std::string_view, Setter>;

template <class T>
Setter number(T& target, int64_t low, int64_t high = std::numeric_limits<int64_t>::max()) {
    return [&target, low, high](const toml::node& node) -> Checked {
        auto value = node.value_exact<int64_t>();
        if (!value || *value < low || *value > high)
            return Failure(fmt::format("must be a whole number from {} to {}", low, high));
        target = static_cast<T>(*value);
        return {};
    };
}

Setter text(std::string& target) {
    return [&target](const toml::node& node) -> Checked {
        auto value = node.value_exact<std::string>();
        if (!value) return Failure("must be a text in quotation marks");
        target = *value;
        return {};
    };
}

std::string place(const std::string& file, const toml::node& node) {
    return fmt::format("{}:{}", file, node.source().begin.line);
}

std::string known(const Setters& setters) {
    std::string names;
    for (const auto& [name, setter] : setters) {
        if (!names.empty()) names += ", ";
        names += name;
    }
    return names;
}

Checked read_table(const std::string& file, const toml::table& table, const Setters& setters) {
    for (const auto& [key, node] : table) {
        auto setter = setters.find(key.str());
        if (setter == setters.end())
            return Failure(fmt::format("{}: unknown key '{}'; known here are {}", place(file, node),
                                       key.str(), known(setters)));
        if (auto set = setter->second(node); !set)
            return Failure(fmt::format("{}: '{}' {}", place(file, node), key.str(), set.error()));
    }
    return {};
}

Checked read_namespace(const std::string& file, const toml::table& table, ServerOptions& options) {
    NamespaceOptions ns;
    constexpr int64_t seconds_max = 315'360'000;
    auto read =
        read_table(file, table,
                   {{"name", text(ns.name)},
                    {"default_ttl", number(ns.default_ttl, 0, seconds_max)},
                    {"memory_limit", number(ns.memory_limit, 0)},
                    {"record_size_max", number(ns.record_size_max, 1024, int64_t{127} << 20)},
                    {"expiry_period_seconds", number(ns.expiry_period_seconds, 0, seconds_max)}});
    if (!read) return read;
    options.namespaces.push_back(std::move(ns));
    return {};
}

Setter namespaces(const std::string& file, ServerOptions& options) {
    return [&file, &options](const toml::node& node) -> Checked {
        const toml::array* array = node.as_array();
        if (array == nullptr) return Failure("is written [[namespace]], once for each");
        for (const toml::node& each : *array) {
            const toml::table* table = each.as_table();
            if (table == nullptr) return Failure("is written [[namespace]], once for each");
            if (auto read = read_namespace(file, *table, options); !read) return read;
        }
        return {};
    };
}

}  // namespace

tl::expected<void, std::string> read_config(const std::string& file, ServerOptions& options) {
    toml::table root;
    try {
        root = toml::parse_file(file);
    } catch (const toml::parse_error& error) {
        if (error.source().begin.line == 0)
            return Failure(fmt::format("{}: {}; give --config a readable TOML file", file,
                                       error.description()));
        return Failure(
            fmt::format("{}:{}: {}", file, error.source().begin.line, error.description()));
    }
    auto read =
        read_table(file, root,
                   {{"bind", text(options.bind)},
                    {"port", number(options.port, 0, 65535)},
                    {"threads", number(options.threads, 0, 1024)},
                    {"connections_max", number(options.connections_max, 1, 1'000'000)},
                    {"buffered_bytes_max", number(options.buffered_bytes_max, 0)},
                    {"batch_max_requests", number(options.batch_max_requests, 0, 0xffff'ffff)},
                    {"query_max", number(options.query_max, 1, 0xffff'ffff)},
                    {"cluster_name", text(options.cluster_name)},
                    {"namespace", namespaces(file, options)}});
    // A message from inside a namespace names its own line already.
    if (!read && read.error().find(fmt::format("'namespace' {}:", file)) != std::string::npos)
        return Failure(read.error().substr(read.error().find("'namespace' ") + 12));
    return read;
}

}  // namespace winnow
