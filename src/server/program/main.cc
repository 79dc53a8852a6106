// winnowd: the server program. Reads its options, serves until it is told to end.

#include <fmt/core.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <string>

#include "base/log.h"
#include "server/program/config.h"
#include "server/server.h"

namespace winnow {
namespace {

struct Arguments {
    std::string config;
    std::string bind;
    int port = -1;
    int threads = -1;
    std::vector<std::string> namespaces;
    std::string data;
    bool memory = false;
    std::string log_level = "info";
};

void declare(CLI::App& app, Arguments& arguments) {
    app.set_version_flag(
        "--version", fmt::format("winnowd {} (protocol of {})", winnow_version, protocol_build));
    app.add_option("--config", arguments.config, "TOML file of settings, see docs/configuration.md")
        ->type_name("FILE");
    app.add_option("--bind", arguments.bind, "address to listen on [127.0.0.1]")->type_name("ADDR");
    app.add_option("--port", arguments.port, "port to listen on, 0 = any free one [3000]")
        ->check(CLI::Range(0, 65535));
    app.add_option("--threads", arguments.threads, "threads for connections, 0 = one a core [0]")
        ->check(CLI::Range(0, 1024));
    app.add_option("--namespace", arguments.namespaces, "a namespace, may be repeated [test, bar]")
        ->type_name("NAME");
    auto* data = app.add_option("--data", arguments.data, "folder to keep data in (not served yet)")
                     ->type_name("DIR");
    app.add_flag("--memory", arguments.memory, "keep nothing on disk")->excludes(data);
    app.add_option("--log-level", arguments.log_level, "debug, info, warning or error [info]")
        ->check(CLI::IsMember({"debug", "info", "warning", "error"}));
}

// The command line over the file over the defaults.
tl::expected<ServerOptions, std::string> options_of(const Arguments& arguments) {
    if (!arguments.data.empty())
        return tl::unexpected<std::string>(
            "--data: this version keeps data in memory only; start with --memory instead");
    ServerOptions options;
    if (!arguments.config.empty()) {
        if (auto read = read_config(arguments.config, options); !read)
            return tl::unexpected(read.error());
    }
    if (!arguments.bind.empty()) options.bind = arguments.bind;
    if (arguments.port >= 0) options.port = static_cast<uint16_t>(arguments.port);
    if (arguments.threads >= 0) options.threads = static_cast<size_t>(arguments.threads);
    if (!arguments.namespaces.empty()) {
        options.namespaces.clear();
        for (const std::string& name : arguments.namespaces) {
            NamespaceOptions ns;
            ns.name = name;
            options.namespaces.push_back(ns);
        }
    }
    if (auto checked = complete(options); !checked) return tl::unexpected(checked.error());
    return options;
}

LogLevel log_level_of(const std::string& name) {
    if (name == "debug") return LogLevel::debug;
    if (name == "warning") return LogLevel::warning;
    if (name == "error") return LogLevel::error;
    return LogLevel::info;
}

void print_banner(const ServerOptions& options, uint16_t port) {
    std::string names;
    for (const NamespaceOptions& ns : options.namespaces)
        names += (names.empty() ? "" : ", ") + ns.name;
    bool any = options.bind.empty() || options.bind == "0.0.0.0" || options.bind == "::";
    std::string host = any ? "127.0.0.1" : options.bind;
    fmt::print(
        "\n  Winnow {} is ready.\n\n"
        "  address      {}:{}\n"
        "  namespaces   {}\n"
        "  data         in memory: nothing is written to disk, all is gone when the server ends\n\n"
        "  try it       python3 -c \"import aerospike; c = aerospike.client({{'hosts': "
        "[('{}', {})]}}).connect(); c.put(('{}', 'demo', 1), {{'hello': 'world'}}); "
        "print(c.get(('{}', 'demo', 1)))\"\n"
        "  end it       Ctrl-C\n\n",
        winnow_version, any ? "*" : options.bind, port, names, host, port,
        options.namespaces[0].name, options.namespaces[0].name);
    std::fflush(stdout);
}

// A connection is a file descriptor; the usual limit of 1,024 would be met long before ours.
void raise_descriptor_limit(size_t connections_max) {
    constexpr rlim_t others = 256;
    rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    const rlim_t wanted = connections_max + others;
    if (limit.rlim_cur >= wanted) return;
    limit.rlim_cur = std::min(wanted, limit.rlim_max);
    setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur < wanted)
        log_warning(
            "the system allows {} open files: at most about {} connections; raise it with "
            "ulimit -n {}",
            limit.rlim_cur, limit.rlim_cur > others ? limit.rlim_cur - others : 0, wanted);
}

int run(const Arguments& arguments) {
    set_log_level(log_level_of(arguments.log_level));
    auto options = options_of(arguments);
    if (!options) {
        fmt::print(stderr, "winnowd: {}\n", options.error());
        return 1;
    }
    raise_descriptor_limit(options->connections_max);
    // Blocked before any thread starts, so that only this one takes them.
    sigset_t ending;
    sigemptyset(&ending);
    sigaddset(&ending, SIGTERM);
    sigaddset(&ending, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ending, nullptr);
    signal(SIGPIPE, SIG_IGN);

    Server server(*options);
    if (auto started = server.start(); !started) {
        fmt::print(stderr, "winnowd: {}\n", started.error());
        return 1;
    }
    print_banner(*options, server.port());
    int received = 0;
    sigwait(&ending, &received);
    log_info("{} received: ending", received == SIGINT ? "Ctrl-C" : "SIGTERM");
    server.stop();
    return 0;
}

}  // namespace
}  // namespace winnow

int main(int argc, char** argv) {
    CLI::App app("Winnow: a record database that speaks the Aerospike wire protocol.");
    winnow::Arguments arguments;
    winnow::declare(app, arguments);
    CLI11_PARSE(app, argc, argv);
    return winnow::run(arguments);
}
