// bench_load: the load generator. One workload against one target for some seconds, in a closed
// loop: each thread has one connection and sends its next request when the last is answered.
//
//   bench_load --workload get --port 3000 --threads 8 --seconds 5 --server-pid 4711
//
// Prints operations, latencies and the server's CPU time, as a line of text or as JSON. A wrong
// answer ends the run with status 1: what is fast but wrong is no result. bench/run calls it for
// every row of its table.

#include <fmt/core.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "bench/latency.h"
#include "bench/session.h"

namespace winnow::bench {
namespace {

using Clock = std::chrono::steady_clock;

struct Arguments {
    std::string kind = "winnow";
    std::string workload = "get";
    Target target;
    double seconds = 5;
    double warm_up_seconds = 0.3;
    int server_pid = 0;
    bool json = false;
};

struct Measured {
    uint64_t items = 0;
    double seconds = 0;
    double server_cpu_seconds = 0;
    double own_cpu_seconds = 0;
    LatencyCounts latencies;
    std::string failure;
};

// CPU time of a process with all its threads, from /proc/PID/stat: utime and stime are the 12th and
// 13th word behind the name, which stands in parentheses and may hold anything.
double cpu_seconds(int pid) {
    if (pid == 0) return 0;
    std::ifstream file(fmt::format("/proc/{}/stat", pid));
    std::string line;
    std::getline(file, line);
    size_t at = line.rfind(')');
    if (at == std::string::npos) return 0;
    unsigned long user = 0, system = 0;
    if (std::sscanf(line.c_str() + at + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
                    &user, &system) != 2)
        return 0;
    return static_cast<double>(user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

uint64_t ns_since(Clock::time_point start, Clock::time_point end) {
    return static_cast<uint64_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(end - start).count());
}

// All sessions for some time, each in its thread; an operation that has begun is finished.
Measured run_phase(const std::vector<std::unique_ptr<Session>>& sessions, double seconds,
                   int server_pid) {
    std::vector<LatencyCounts> latencies(sessions.size());
    std::vector<uint64_t> items(sessions.size());
    std::vector<std::thread> threads;
    std::atomic<bool> go{false};
    Clock::time_point end;  // written before `go`
    for (size_t i = 0; i < sessions.size(); i++) {
        threads.emplace_back([&, i] {
            go.wait(false);
            LatencyCounts mine;
            uint64_t my_items = 0;
            Clock::time_point at = Clock::now();
            while (at < end) {
                if (!sessions[i]->step(my_items)) break;
                Clock::time_point now = Clock::now();
                mine.add(ns_since(at, now));
                at = now;
            }
            latencies[i] = mine;
            items[i] = my_items;
        });
    }
    Measured measured;
    double own_before = cpu_seconds(getpid());
    double server_before = cpu_seconds(server_pid);
    Clock::time_point start = Clock::now();
    end = start + std::chrono::nanoseconds(static_cast<int64_t>(seconds * 1e9));
    go.store(true);
    go.notify_all();
    for (std::thread& thread : threads) thread.join();
    measured.seconds = static_cast<double>(ns_since(start, Clock::now())) / 1e9;
    measured.server_cpu_seconds = cpu_seconds(server_pid) - server_before;
    measured.own_cpu_seconds = cpu_seconds(getpid()) - own_before;
    for (size_t i = 0; i < sessions.size(); i++) {
        measured.latencies.merge(latencies[i]);
        measured.items += items[i];
        if (measured.failure.empty()) measured.failure = sessions[i]->failure();
    }
    return measured;
}

double per(double count, double of) {
    return of > 0 ? count / of : 0;
}

void print(const Arguments& arguments, const Measured& measured) {
    const LatencyCounts& latencies = measured.latencies;
    auto ops = static_cast<double>(latencies.total());
    auto items = static_cast<double>(measured.items);
    auto us = [&](double share) {
        return static_cast<double>(latencies.percentile_ns(share)) / 1000;
    };
    double max_us = static_cast<double>(latencies.max_ns()) / 1000;
    double cpu_s = measured.server_cpu_seconds;
    if (arguments.json) {
        fmt::print(
            "{{\"target\": \"{}\", \"workload\": \"{}\", \"threads\": {}, \"seconds\": {:.3f}, "
            "\"ops\": {:.0f}, \"items\": {:.0f}, \"ops_per_s\": {:.1f}, \"items_per_s\": {:.1f}, "
            "\"p50_us\": {:.2f}, \"p99_us\": {:.2f}, \"p999_us\": {:.2f}, \"max_us\": {:.2f}, "
            "\"server_cpu_s\": {:.2f}, \"ops_per_cpu_s\": {:.1f}, \"items_per_cpu_s\": {:.1f}, "
            "\"cpu_s_per_million_ops\": {:.3f}, \"client_cpu_s\": {:.2f}}}\n",
            arguments.kind, arguments.workload, arguments.target.threads, measured.seconds, ops,
            items, ops / measured.seconds, items / measured.seconds, us(0.5), us(0.99), us(0.999),
            max_us, cpu_s, per(ops, cpu_s), per(items, cpu_s), per(cpu_s * 1e6, ops),
            measured.own_cpu_seconds);
        return;
    }
    fmt::print("{} {}: {:.0f} ops/s, {:.0f} records/s over {:.2f} s, {} connections\n",
               arguments.kind, arguments.workload, ops / measured.seconds, items / measured.seconds,
               measured.seconds, arguments.target.threads);
    fmt::print("  latency us: p50 {:.1f}, p99 {:.1f}, p99.9 {:.1f}, max {:.1f}\n", us(0.5),
               us(0.99), us(0.999), max_us);
    if (cpu_s > 0)
        fmt::print("  server CPU: {:.2f} s, {:.3f} s per million ops, {:.0f} records per CPU s\n",
                   cpu_s, per(cpu_s * 1e6, ops), per(items, cpu_s));
    fmt::print("  own CPU: {:.3f} us per op, {:.3f} us per record\n",
               per(measured.own_cpu_seconds * 1e6, ops),
               per(measured.own_cpu_seconds * 1e6, items));
}

SessionMaker sessions_of(const Arguments& arguments) {
    if (arguments.kind == "embedded")
        return embedded_sessions(arguments.workload, arguments.target);
    if (arguments.kind == "redis") return redis_sessions(arguments.workload, arguments.target);
    if (arguments.kind == "echo") return echo_sessions(arguments.workload, arguments.target);
    return winnow_sessions(arguments.workload, arguments.target);
}

int run(Arguments& arguments) {
    bool once = arguments.workload == "load" || arguments.workload == "index";
    if (arguments.workload == "index") arguments.target.threads = 1;
    if (arguments.kind != "embedded" && arguments.target.port == 0) {
        fmt::print(stderr, "bench_load: --port is missing\n");
        return 2;
    }
    SessionMaker make = sessions_of(arguments);
    if (make == nullptr) {
        fmt::print(stderr, "bench_load: {} has no workload {}\n", arguments.kind,
                   arguments.workload);
        return 2;
    }
    std::vector<std::unique_ptr<Session>> sessions;
    for (uint32_t i = 0; i < arguments.target.threads; i++) {
        std::string why;
        sessions.push_back(make(i, why));
        if (sessions.back() == nullptr) {
            fmt::print(stderr, "bench_load: {}\n", why);
            return 1;
        }
    }
    Measured measured;
    if (!once && arguments.warm_up_seconds > 0)
        measured = run_phase(sessions, arguments.warm_up_seconds, 0);
    if (measured.failure.empty())
        measured = run_phase(sessions, once ? 3600 : arguments.seconds, arguments.server_pid);
    if (!measured.failure.empty()) {
        fmt::print(stderr, "bench_load: {}\n", measured.failure);
        return 1;
    }
    print(arguments, measured);
    return 0;
}

int main(int count, char** values) {
    Arguments arguments;
    CLI::App app("Drives a server in a closed loop and measures it");
    app.add_option("--target", arguments.kind, "winnow, embedded, redis or echo [winnow]")
        ->check(CLI::IsMember({"winnow", "embedded", "redis", "echo"}));
    app.add_option("--workload", arguments.workload,
                   "load get put mixed batch scan scan_nobins index point range_100 range_10000");
    app.add_option("--host", arguments.target.host, "[127.0.0.1]");
    app.add_option("--port", arguments.target.port, "of the server; embedded has none");
    app.add_option("--records", arguments.target.records, "in the set [1000000]")
        ->check(CLI::Range(uint64_t{10'000}, uint64_t{100'000'000}));
    app.add_option("--threads", arguments.target.threads, "connections [8]")
        ->check(CLI::Range(1, 1024));
    app.add_option("--seconds", arguments.seconds, "[5]")->check(CLI::Range(0.1, 3600.0));
    app.add_option("--warm-up", arguments.warm_up_seconds, "[0.3]")->check(CLI::Range(0.0, 60.0));
    app.add_option("--server-pid", arguments.server_pid, "whose CPU time to report");
    app.add_option("--reply-bytes", arguments.target.reply_bytes, "what the echo server sends");
    app.add_flag("--json", arguments.json);
    CLI11_PARSE(app, count, values);
    return run(arguments);
}

}  // namespace
}  // namespace winnow::bench

int main(int count, char** values) {
    return winnow::bench::main(count, values);
}
