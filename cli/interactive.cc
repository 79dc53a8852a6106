#include "cli/interactive.h"

#include <fmt/core.h>
#include <unistd.h>

#include <cstdio>

#include "cli/completion.h"
#include "cli/line_editor.h"
#include "cli/output/terminal.h"
#include "cli/words.h"

namespace winnow::cli {
namespace {

// One line of a terminal or script: nothing for one without a command.
Answer<> run_text(Session& session, std::string_view text) {
    text = trim(text);
    if (text.empty() || text[0] == '#') return {};
    Answer<std::vector<std::string>> words = split_words(text);
    if (!words) return fail(words.error());
    Answer<ParsedLine> line = parse_line(*words, false);
    if (!line) return fail(line.error());
    return run_line(session, *line);
}

}  // namespace

Answer<> run_line(Session& session, const ParsedLine& line) {
    if (line.has("help")) {
        fmt::print("{}", line.command == nullptr ? help_of_all() : help_of(*line.command));
        return {};
    }
    if (line.command == nullptr) return misused("a command is missing: `help` lists them");
    Call call{session, line.arguments, line.options};
    if (call.set().size() > set_length_max)
        return misused("--set {}: the name of a set has at most {} bytes", call.set(),
                       set_length_max);
    WINNOW_TRY(line.command->run(call));
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
        return failed("the output could not be written");
    return {};
}

void print_trouble(const Trouble& trouble) {
    std::fflush(stdout);
    fmt::print(stderr, "winnow: {}\n", trouble.text);
}

int run_terminal(Session& session) {
    Answer<client::Client*> client = session.client();
    if (!client) {
        print_trouble(client.error());
        return client.error().status;
    }
    fmt::print("Connected to {}. `help` lists the commands, Tab completes, Ctrl-D leaves.\n",
               session.server_name());
    LineEditor editor(history_file(),
                      [&](std::string_view line) { return complete(session, line); });
    std::string line;
    while (!session.leaving) {
        std::string place = session.set.empty() ? session.ns : session.ns + "." + session.set;
        LineEditor::End end = editor.read(place + "> ", line);
        if (end == LineEditor::End::leave) break;
        if (end == LineEditor::End::dropped) continue;
        if (Answer<> done = run_text(session, line); !done) print_trouble(done.error());
        forget_interrupt();
    }
    return 0;
}

int run_script(Session& session) {
    std::string line;
    for (size_t number = 1; !session.leaving && read_line(line); number++) {
        if (Answer<> done = run_text(session, line); !done) {
            print_trouble({fmt::format("line {}: {}", number, done.error().text)});
            return done.error().status;
        }
    }
    return interrupted() ? status_failed : 0;
}

}  // namespace winnow::cli
