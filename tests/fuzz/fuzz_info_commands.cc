// Info commands over a small database: whatever is asked, every line gets one answer, and an answer
// is one value.

#include "base/executor.h"
#include "base/log.h"
#include "engine/operate/operate.h"
#include "protocol/frame.h"
#include "record/value/particle.h"
#include "server/info/info.h"
#include "touch.h"

using namespace winnow;
using winnow::fuzz::require;

namespace {

class NoResults : public ReplySink {
    void all_bins(const Version&) override {}
    void bin(uint8_t, Bytes) override {}
    void result(const Operation&, uint8_t, Bytes) override {}
};

void put(Namespace& ns, std::string_view set, std::string_view key) {
    const uint8_t value[8] = {0, 0, 0, 0, 0, 0, 0, 7};
    Operation operation{.code = OperationCode::write,
                        .particle = static_cast<uint8_t>(Particle::integer),
                        .name = "n",
                        .value = value};
    Command command;
    command.digest = digest_of(set, key);
    command.set = set;
    command.writes = true;
    command.operations = {&operation, 1};
    NoResults sink;
    require(operate(ns, command, sink).has_value());
}

std::shared_ptr<Job> some_job() {
    auto job = std::make_shared<Job>();
    job->task_id = 1;
    job->set = "a\tb;c";
    return job;
}

// `line TAB value LF` for each line of the request, in order, and nothing else.
void check_reply(Bytes request, Bytes frame) {
    auto header = decode_frame_header(frame);
    require(header && header->type == FrameType::info);
    require(header->size == frame.size() - frame_header_size);
    std::string_view body = text_of(frame.subspan(frame_header_size));
    InfoLines lines(request);
    bool any = false;
    while (auto line = lines.next()) {
        any = true;
        require(body.starts_with(*line));
        body.remove_prefix(line->size());
        require(!body.empty() && body[0] == '\t');
        body.remove_prefix(1);
        size_t end = body.find_first_of("\t\n");
        require(end != std::string_view::npos && body[end] == '\n');
        body.remove_prefix(end + 1);
    }
    require(body == (any ? "" : "\n"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    set_log_level(LogLevel::error);
    ManualClock clock;
    LocalExecutor executor;
    Database database({.namespaces = {{.name = "test"}}}, clock, executor);
    ServerContext context{database, executor, {}, {}, {}, {}};
    put(**database.find("test"), "s", "1");
    put(**database.find("test"), "a\tb;c", "2");
    database.jobs().start(some_job());

    Buffer out;
    handle_info(context, {data, size}, out);
    check_reply({data, size}, out.bytes());
    return 0;
}
