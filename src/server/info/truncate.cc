// Truncates: the removal of all records of a set or namespace that were last updated before a time.
//
//   truncate:namespace=N;set=S[;lut=T]      truncate-namespace:namespace=N[;lut=T]
//
// T is in ns since 1970; without it, now. An unknown namespace or set has no records: `ok`.

#include <algorithm>

#include "server/info/answer.h"
#include "server/info/commands.h"

namespace winnow {
namespace {

constexpr uint64_t ns_per_ms = 1'000'000;
// The wall clock that is read here may be some ms behind that of a client which sends its "now".
constexpr uint64_t clock_slack_ms = 10;

bool is_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(),
                                        [](char each) { return each >= '0' && each <= '9'; });
}

// The last update, in ms, of the youngest records that go.
Result<uint64_t> last_update_of(const InfoCommand& command, uint64_t now_ms) {
    auto text = command.parameter("lut");
    if (!text) return now_ms;
    if (!is_digits(*text)) return fail(ResultCode::parameter, "bad lut");
    auto lut_ns = parse_number(*text);
    uint64_t lut_ms = lut_ns ? *lut_ns / ns_per_ms : UINT64_MAX;
    if (lut_ms > now_ms + clock_slack_ms)
        return fail(ResultCode::parameter, "would truncate in the future");
    if (lut_ms <= record_epoch_seconds * 1000)
        return fail(ResultCode::parameter, "would truncate to 0");
    // Records of that very millisecond may be younger than T: they stay.
    return std::min(lut_ms, now_ms + 1) - 1;
}

Result<std::string_view> namespace_name(const InfoCommand& command) {
    return take(command, {"namespace", "namespace", ResultCode::namespace_not_found,
                          "missing 'namespace'", "missing 'namespace' value"});
}

Result<> truncate(ServerContext& context, const InfoCommand& command, std::string_view ns_name,
                  std::string_view set, Buffer& out) {
    auto last_update = last_update_of(command, context.database.clock().now_ms());
    if (!last_update) return fail(last_update.error());
    if (const auto* ns = context.database.find(ns_name))
        WINNOW_TRY(context.database.truncate(*ns, set, *last_update));
    out.append("ok");
    return {};
}

}  // namespace

Result<> info_truncate(ServerContext& context, const InfoCommand& command, Buffer& out) {
    auto ns = namespace_name(command);
    if (!ns) return fail(ns.error());
    auto set = take(command,
                    {"set", "set", ResultCode::parameter, "missing 'set'", "missing 'set' value"});
    if (!set) return fail(set.error());
    return truncate(context, command, *ns, *set, out);
}

Result<> info_truncate_namespace(ServerContext& context, const InfoCommand& command, Buffer& out) {
    auto ns = namespace_name(command);
    if (!ns) return fail(ns.error());
    return truncate(context, command, *ns, {}, out);
}

// A truncate takes effect at once, so there never is one left to undo.
Result<> info_truncate_undo(ServerContext&, const InfoCommand& command, Buffer& out) {
    auto ns = namespace_name(command);
    if (!ns) return fail(ns.error());
    out.append("ok");
    return {};
}

}  // namespace winnow
