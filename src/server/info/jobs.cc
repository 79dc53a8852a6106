// Queries that run or have run lately: shown and aborted. `scan-...` and `jobs:` are what older
// clients call the same.
//
//   query-show:[trid=T | id=T]    trid=T:module=query:job-type=basic:ns=N:set=S:...;trid=...
//   query-abort:trid=T            ok
//   jobs:[module=scan|query;][cmd=get-job|kill-job;][trid=T]

#include <fmt/format.h>

#include "server/info/answer.h"
#include "server/info/commands.h"

namespace winnow {
namespace {

// The status has to be followed by a colon: some clients search for it.
std::string status_of(const Job& job) {
    if (!job.done) return "active(ok)";
    ResultCode result = job.result;
    if (result == ResultCode::ok) return "done(ok)";
    if (result == ResultCode::scan_aborted || result == ResultCode::query_aborted)
        return "done(user-aborted)";
    return fmt::format("done(abandoned-{})", result_code_name(result));
}

uint64_t ms_between(uint64_t from_ns, uint64_t to_ns) {
    return to_ns > from_ns ? (to_ns - from_ns) / 1'000'000 : 0;
}

void append_job(const Job& job, uint64_t now_ns, Buffer& out) {
    bool done = job.done;
    uint64_t ended_ns = job.ended_ns;
    uint64_t records = job.records;
    InfoPairs pairs(out, ':');
    pairs.add("trid", job.task_id);
    pairs.add("module", job.index.empty() ? "scan" : "query");
    pairs.add("job-type", "basic");
    pairs.add("ns", job.ns);
    pairs.add_name("set", job.set);
    if (!job.index.empty()) pairs.add_name("bin", job.index);
    pairs.add("rps", 0);  // as fast as it goes
    pairs.add("active-threads", done ? 0 : 1);
    pairs.add("status", status_of(job));
    pairs.add("job-progress", fmt::format("{}.00", job.percent.load()));
    pairs.add("run-time", ms_between(job.started_ns, done ? ended_ns : now_ns));
    pairs.add("time-since-done", done ? ms_between(ended_ns, now_ns) : 0);
    pairs.add("recs-throttled", 0);
    pairs.add("recs-filtered-meta", job.filtered_by_metadata.load());
    pairs.add("recs-filtered-bins", job.filtered_by_bins.load());
    pairs.add("recs-succeeded", records);
    pairs.add("recs-failed", 0);
    pairs.add("recs-read", records);  // its name up to 5.x
}

// Which of the jobs `jobs:` is asked for.
enum class Module { any, scan, query };

void append_jobs(const ServerContext& context, Module module, Buffer& out) {
    uint64_t now_ns = context.database.clock().monotonic_ns();
    bool first = true;
    for (const auto& job : context.database.jobs().all()) {
        Module own = job->index.empty() ? Module::scan : Module::query;
        if (module != Module::any && module != own) continue;
        if (!first) out.append_byte(';');
        first = false;
        append_job(*job, now_ns, out);
    }
}

Result<uint64_t> task_id(const InfoCommand& command) {
    auto text = take(
        command, {"trid", "id", ResultCode::parameter, "missing 'trid'", "missing 'trid' value"});
    if (!text) return fail(text.error());
    auto id = parse_number(*text);
    if (!id || *id == 0) return fail(ResultCode::parameter, "bad trid");
    return *id;
}

Result<> show_one(const ServerContext& context, const InfoCommand& command, Buffer& out) {
    auto id = task_id(command);
    if (!id) return fail(id.error());
    auto job = context.database.jobs().find(*id);
    if (!job) return fail(ResultCode::not_found, "job not found");
    append_job(*job, context.database.clock().monotonic_ns(), out);
    return {};
}

}  // namespace

Result<> info_query_show(ServerContext& context, const InfoCommand& command, Buffer& out) {
    if (command.parameter("trid", "id")) return show_one(context, command, out);
    append_jobs(context, Module::any, out);
    return {};
}

Result<> info_query_abort(ServerContext& context, const InfoCommand& command, Buffer& out) {
    auto id = task_id(command);
    if (!id) return fail(id.error());
    if (!context.database.jobs().abort(*id)) return fail(ResultCode::not_found, "trid not active");
    out.append("ok");
    return {};
}

Result<> info_query_abort_all(ServerContext& context, const InfoCommand&, Buffer& out) {
    out.append("number-of-queries-killed:");
    append_number(out, context.database.jobs().abort_all());
    return {};
}

Result<> info_scan_abort_all(ServerContext& context, const InfoCommand&, Buffer& out) {
    out.append("OK - number of scans killed: ");
    append_number(out, context.database.jobs().abort_all());
    return {};
}

Result<> info_jobs(ServerContext& context, const InfoCommand& command, Buffer& out) {
    Module module = Module::any;
    if (auto text = command.parameter("module")) {
        if (*text != "scan" && *text != "query") return fail(ResultCode::parameter, "bad module");
        module = *text == "scan" ? Module::scan : Module::query;
    }
    auto what = command.parameter("cmd");
    if (!what) {
        append_jobs(context, module, out);
        return {};
    }
    if (*what == "get-job") return show_one(context, command, out);
    if (*what == "kill-job") return info_query_abort(context, command, out);
    return fail(ResultCode::parameter, "bad cmd");
}

}  // namespace winnow
