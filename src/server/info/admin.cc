// Small commands of admin programs: about things that one node without replication has in only one
// state, or not at all.

#include <algorithm>

#include "base/log.h"
#include "server/info/answer.h"
#include "server/info/commands.h"

namespace winnow {
namespace {

std::string_view log_level_text() {
    if (log_enabled(LogLevel::debug)) return "DEBUG";
    if (log_enabled(LogLevel::info)) return "INFO";
    return log_enabled(LogLevel::warning) ? "WARNING" : "CRITICAL";
}

bool is_base64(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char each) {
        return (each >= 'A' && each <= 'Z') || (each >= 'a' && each <= 'z') ||
               (each >= '0' && each <= '9') || each == '+' || each == '/' || each == '=';
    });
}

}  // namespace

// A list in which there is nothing.
Result<> info_empty(ServerContext&, const InfoCommand&, Buffer&) {
    return {};
}

// A command that leaves nothing to do.
Result<> info_ok(ServerContext&, const InfoCommand&, Buffer& out) {
    out.append("ok");
    return {};
}

// What client is at the other end. Taken, but not kept.
Result<> info_user_agent_set(ServerContext&, const InfoCommand& command, Buffer& out) {
    auto value = take(command, {"value", "value", ResultCode::parameter, "missing 'value'",
                                "missing 'value' value"});
    if (!value) return fail(value.error());
    if (!is_base64(*value)) return fail(ResultCode::parameter, "bad 'value' - must be base64");
    out.append("ok");
    return {};
}

Result<> info_best_practices(ServerContext&, const InfoCommand&, Buffer& out) {
    out.append("failed_best_practices=none");
    return {};
}

// The log has one sink, number 0, and one level for everything.
Result<> info_logs(ServerContext&, const InfoCommand&, Buffer& out) {
    out.append("0:stderr");
    return {};
}

Result<> info_log(ServerContext&, const InfoCommand& command, Buffer& out) {
    if (command.part(0) != "0") return fail(ResultCode::parameter, "bad log id");
    out.append("any:");
    out.append(log_level_text());
    return {};
}

// Statistics of replication to other data centers, its only context.
Result<> info_get_stats(ServerContext&, const InfoCommand& command, Buffer&) {
    auto name = take(command, {"context", "context", ResultCode::parameter, "missing 'context'",
                               "missing 'context' value"});
    if (!name) return fail(name.error());
    if (*name != "xdr") return fail(ResultCode::parameter, "invalid context");
    return fail(ResultCode::enterprise_only, "enterprise only");
}

}  // namespace winnow
