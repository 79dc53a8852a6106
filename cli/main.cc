// winnow: the shell. Reads its options, runs one command, or many from a terminal or standard
// input.

#include <fmt/core.h>

#include "base/log.h"
#include "cli/interactive.h"
#include "cli/output/terminal.h"

namespace winnow::cli {
namespace {

Answer<> take_options(const ParsedLine& line, Session& session) {
    Call call{session, {}, line.options};
    session.embedded = call.has("embedded");
    if (session.embedded && (call.has("host") || call.has("port")))
        return misused("--embedded asks no server: leave out --host and --port");
    session.host = call.value("host").value_or(session.host);
    Answer<uint64_t> port = call.number("port", session.port, 1, 65535);
    if (!port) return fail(port.error());
    session.port = static_cast<uint16_t>(*port);
    session.ns = call.ns();
    session.set = call.set();
    session.json = call.json();
    return {};
}

int fail_with(const Trouble& trouble) {
    print_trouble(trouble);
    return trouble.status;
}

int run(std::span<const std::string> words) {
    Answer<ParsedLine> line = parse_line(words, true);
    if (!line) return fail_with(line.error());
    if (line->has("version")) {
        fmt::print("winnow {}\n", WINNOW_VERSION);
        return 0;
    }
    Session session;
    if (Answer<> taken = take_options(*line, session); !taken) return fail_with(taken.error());
    // What the cluster has to say while it is tended would stand in the middle of the output.
    set_log_level(LogLevel::error);
    catch_interrupts();
    if (line->command == nullptr && !line->has("help"))
        return input_is_terminal() && output_is_terminal() ? run_terminal(session)
                                                           : run_script(session);
    Answer<> done = run_line(session, *line);
    return done ? 0 : fail_with(done.error());
}

}  // namespace
}  // namespace winnow::cli

int main(int argc, char** argv) {
    std::vector<std::string> words(argv + 1, argv + argc);
    return winnow::cli::run(words);
}
