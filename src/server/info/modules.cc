// Lua modules (UDFs). They are not served yet, so none can be registered and none is there.

#include "server/info/answer.h"
#include "server/info/commands.h"

namespace winnow {
namespace {

// These errors have a form of their own, which clients look for.
Result<> no_module(const InfoCommand& command, std::string_view absent, Buffer& out) {
    bool named = command.parameter("filename").has_value();
    out.append(named ? absent : std::string_view("error=invalid_filename"));
    return {};
}

}  // namespace

Result<> info_udf_put(ServerContext&, const InfoCommand&, Buffer&) {
    return fail(ResultCode::unsupported, "Lua modules are not served yet");
}

Result<> info_udf_get(ServerContext&, const InfoCommand& command, Buffer& out) {
    return no_module(command, "error=not_found", out);
}

// Removing what is not there succeeds.
Result<> info_udf_remove(ServerContext&, const InfoCommand& command, Buffer& out) {
    return no_module(command, "ok", out);
}

}  // namespace winnow
