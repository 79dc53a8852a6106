// Latencies, and histograms over the records of a namespace.
//
//   latencies:[hist=H]      H:msec,<per second>,<% that took 1 ms or more>,...2 ms...,...65536
//   ms;H:;
//
// H is {N}-read, {N}-write and so on, or batch-index. Nothing recorded lately: nothing behind its
// colon. How long "lately" is stands in server/latency.h.

#include <fmt/format.h>

#include <iterator>

#include "server/info/answer.h"
#include "server/info/commands.h"

namespace winnow {
namespace {

constexpr size_t threshold_count = 17;

// What `latencies` shows of one histogram.
class LatencyLines {
public:
    LatencyLines(std::string_view wanted, uint64_t now_ns, Buffer& out)
        : wanted_(wanted), now_ns_(now_ns), out_(out) {}

    void add(const std::string& name, LatencyHistogram& histogram) {
        if (!wanted_.empty() && wanted_ != name) return;
        if (found_) out_.append_byte(';');
        found_ = true;
        out_.append(name);
        out_.append_byte(':');
        LatencyHistogram::Recent recent = histogram.recent(now_ns_);
        if (recent.total > 0 && recent.seconds > 0) add_numbers(recent);
    }
    bool found() const { return found_; }

private:
    void add_numbers(const LatencyHistogram::Recent& recent) {
        auto total = static_cast<double>(recent.total);
        std::string text = fmt::format("msec,{:.1f}", total / recent.seconds);
        for (size_t i = 0; i < threshold_count; i++) {
            uint64_t slower = 0;
            for (size_t bucket = LatencyHistogram::bucket_of_ms(i);
                 bucket < LatencyHistogram::bucket_count; bucket++)
                slower += recent.counts[bucket];
            fmt::format_to(std::back_inserter(text), ",{:.2f}",
                           static_cast<double>(slower) * 100 / total);
        }
        out_.append(text);
    }

    std::string_view wanted_;
    uint64_t now_ns_;
    Buffer& out_;
    bool found_ = false;
};

}  // namespace

Result<> info_latencies(ServerContext& context, const InfoCommand& command, Buffer& out) {
    std::string_view wanted = command.parameter("hist").value_or(std::string_view());
    LatencyLines lines(wanted, context.database.clock().monotonic_ns(), out);
    lines.add("batch-index", context.latencies.batch());
    for (const auto& ns : context.database.namespaces())
        for (size_t i = 0; i < latency_kind_count; i++) {
            auto kind = static_cast<LatencyKind>(i);
            if (LatencyHistogram* histogram = context.latencies.find(*ns, kind))
                lines.add(fmt::format("{{{}}}-{}", ns->name(), latency_kind_text(kind)),
                          *histogram);
        }
    if (!lines.found()) return fail(ResultCode::parameter, "bad hist name");
    return {};
}

// Histograms of ttl and size would take a walk over all records; none is kept, and an answer
// without one is empty.
Result<> info_histogram(ServerContext& context, const InfoCommand& command, Buffer&) {
    auto ns = take_namespace(context, command, "namespace");
    if (!ns) return fail(ns.error());
    auto type = take(
        command, {"type", "type", ResultCode::parameter, "missing 'type'", "missing 'type' value"});
    if (!type) return fail(type.error());
    if (*type != "ttl" && *type != "object-size" && *type != "object-size-linear")
        return fail(ResultCode::parameter, "bad type");
    return {};
}

}  // namespace winnow
