#include "engine/operate/operate.h"
#include "server/handlers/command_statistics.h"
#include "server/handlers/decode_command.h"
#include "server/handlers/handlers.h"
#include "server/handlers/message_sink.h"

namespace winnow {

void reply_error(Buffer& out, ResultCode code) {
    append_header_reply(out, {.result = code});
}

void handle_record(ServerContext& context, const Request& request, Buffer& out) {
    auto found = decode_namespace(context.database, request.fields);
    if (!found) return reply_error(out, found.error().code);
    Namespace& ns = ***found;
    DecodedCommand decoded;
    if (auto ok = decode_command(request, decoded); !ok) {
        count_result(ns, decoded.command, CommandSource::client, ok.error().code);
        return reply_error(out, ok.error().code);
    }
    const uint64_t started_ns = context.database.clock().monotonic_ns();
    MessageWriter writer(out);
    MessageSink sink(writer);
    writer.begin_frame();
    writer.begin_message({});
    auto outcome = operate(ns, decoded.command, sink);
    if (outcome) {
        writer.set_header({.generation = outcome->generation, .void_time = outcome->void_time});
        writer.end_message();
    } else {
        writer.drop_message();
        writer.add_header({.result = outcome.error().code,
                           .generation = sink.generation(),
                           .void_time = sink.void_time()});
    }
    writer.end_frame(request.may_compress_reply());
    context.latencies.record(ns, decoded.command.writes ? LatencyKind::write : LatencyKind::read,
                             context.database.clock().monotonic_ns() - started_ns);
    count_result(ns, decoded.command, CommandSource::client,
                 outcome ? ResultCode::ok : outcome.error().code);
}

}  // namespace winnow
