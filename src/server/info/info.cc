#include "server/info/info.h"

#include "server/info/answer.h"

namespace winnow {
namespace {

void answer_line(ServerContext& context, std::string_view line, Buffer& out) {
    InfoCommand command(line);
    size_t start = out.size();
    const InfoEntry* entry = find_info(command.name());
    Result<> answered = entry != nullptr
                            ? entry->function(context, command, out)
                            : Result<>(fail(ResultCode::parameter, "unrecognized command"));
    if (answered) return;
    out.truncate(start);
    append_error(out, answered.error());
}

}  // namespace

const InfoEntry* find_info(std::string_view name) {
    for (const InfoEntry& entry : info_table())
        if (entry.name == name) return &entry;
    return nullptr;
}

void handle_info(ServerContext& context, Bytes body, Buffer& out) {
    InfoReplyWriter reply(out);
    InfoLines lines(body);
    while (auto line = lines.next()) {
        reply.begin_line(*line);
        answer_line(context, *line, out);
        reply.end_line();
    }
    reply.end();
    context.counters.info_complete.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace winnow
