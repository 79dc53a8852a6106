#include "server/options.h"

#include <fmt/core.h>

#include "base/cores.h"

namespace winnow {
namespace {

using Failure = tl::unexpected<std::string>;

constexpr uint32_t seconds_max = 315'360'000;  // ten years
constexpr size_t record_size_least = 1024;
constexpr size_t record_size_most = size_t{127} << 20;

tl::expected<void, std::string> check(const NamespaceOptions& ns) {
    auto wrong = [&](std::string_view what) {
        return Failure(fmt::format("namespace '{}': {}", ns.name, what));
    };
    if (ns.name.empty() || ns.name.size() > 31) return wrong("a name has 1 to 31 bytes");
    if (ns.name.find_first_of(":;,=/\t\n") != std::string::npos)
        return wrong("a name holds none of : ; , = / and white space");
    if (ns.default_ttl > seconds_max)
        return wrong("default_ttl is at most 315,360,000 seconds (ten years)");
    if (ns.expiry_period_seconds > seconds_max)
        return wrong("expiry_period_seconds is at most 315,360,000 (ten years)");
    if (ns.record_size_max < record_size_least || ns.record_size_max > record_size_most)
        return wrong("record_size_max is from 1024 bytes to 127 MiB");
    return {};
}

}  // namespace

tl::expected<void, std::string> complete(ServerOptions& options) {
    if (options.namespaces.empty()) {
        for (const char* name : {"test", "bar"}) {
            NamespaceOptions ns;
            ns.name = name;
            options.namespaces.push_back(ns);
        }
    }
    for (size_t i = 0; i < options.namespaces.size(); i++) {
        const std::string& name = options.namespaces[i].name;
        if (auto checked = check(options.namespaces[i]); !checked) return checked;
        for (size_t j = 0; j < i; j++)
            if (options.namespaces[j].name == name)
                return Failure(fmt::format("namespace '{}' is given twice", name));
    }
    return {};
}

size_t thread_count(const ServerOptions& options) {
    return options.threads != 0 ? options.threads : usable_cores();
}

}  // namespace winnow
