#include "cli/line_editor.h"

#include <histedit.h>
#include <signal.h>

#include <algorithm>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "cli/words.h"

namespace winnow::cli {
namespace {

constexpr int history_size = 1000;

// What all choices begin with.
std::string common_beginning(const std::vector<std::string>& choices) {
    std::string common = choices.front();
    for (const std::string& choice : choices) {
        auto [end, other] = std::ranges::mismatch(common, choice);
        common.erase(end, common.end());
    }
    return common;
}

}  // namespace

struct LineEditor::State {
    EditLine* editor = nullptr;
    History* lines = nullptr;
    std::string file;
    std::string prompt;
    Completer completer;
    bool dropped = false;  // Ctrl-C ended the line

    static State& of(EditLine* editor) {
        void* data = nullptr;
        el_get(editor, EL_CLIENTDATA, &data);
        return *static_cast<State*>(data);
    }
    static char* show_prompt(EditLine* editor) { return of(editor).prompt.data(); }
    static unsigned char on_tab(EditLine* editor, int) { return of(editor).complete(); }

    static unsigned char on_ctrl_c(EditLine* editor, int) {
        of(editor).dropped = true;
        return CC_NEWLINE;
    }

    static unsigned char on_ctrl_z(EditLine* editor, int) {
        el_set(editor, EL_PREP_TERM, 0);
        raise(SIGTSTP);
        el_set(editor, EL_PREP_TERM, 1);
        return CC_REDISPLAY;
    }

    unsigned char complete();
    void remember(const char* line);
};

unsigned char LineEditor::State::complete() {
    const LineInfo* info = el_line(editor);
    std::string_view before(info->buffer, static_cast<size_t>(info->cursor - info->buffer));
    Completion found = completer(before);
    if (found.choices.empty()) return CC_REFRESH_BEEP;
    size_t typed = before.size() - found.begin;
    std::string word = common_beginning(found.choices);
    if (found.choices.size() == 1 && !word.ends_with('/')) word += ' ';
    if (word.size() > typed) {
        el_insertstr(editor, word.c_str() + typed);
        return CC_REFRESH;
    }
    std::fputc('\n', stdout);
    for (const std::string& choice : found.choices) std::fprintf(stdout, "%s  ", choice.c_str());
    std::fputc('\n', stdout);
    return CC_REDISPLAY;
}

void LineEditor::State::remember(const char* line) {
    HistEvent event;
    history(lines, &event, H_ENTER, line);
    if (!file.empty()) history(lines, &event, H_SAVE, file.c_str());
}

LineEditor::LineEditor(std::string history_file, Completer completer)
    : state_(std::make_unique<State>()) {
    State& state = *state_;
    state.file = std::move(history_file);
    state.completer = std::move(completer);
    std::setlocale(LC_CTYPE, "");  // what is typed may be UTF-8
    state.lines = history_init();
    state.editor = el_init("winnow", stdin, stdout, stderr);
    HistEvent event;
    history(state.lines, &event, H_SETSIZE, history_size);
    history(state.lines, &event, H_SETUNIQUE, 1);
    if (!state.file.empty()) history(state.lines, &event, H_LOAD, state.file.c_str());

    EditLine* editor = state.editor;
    el_set(editor, EL_CLIENTDATA, &state);
    el_set(editor, EL_PROMPT, State::show_prompt);
    el_set(editor, EL_EDITOR, "emacs");
    el_set(editor, EL_HIST, history, state.lines);
    el_set(editor, EL_ADDFN, "complete", "offers what could follow", State::on_tab);
    el_set(editor, EL_BIND, "^I", "complete", nullptr);
    // A key while a line is edited, not a signal, which could come between two reads.
    el_set(editor, EL_SETTY, "-d", "-isig", nullptr);
    el_set(editor, EL_ADDFN, "drop", "gives the line up", State::on_ctrl_c);
    el_set(editor, EL_BIND, "^C", "drop", nullptr);
    el_set(editor, EL_ADDFN, "suspend", "stops the shell until fg", State::on_ctrl_z);
    el_set(editor, EL_BIND, "^Z", "suspend", nullptr);
    el_set(editor, EL_BIND, "^R", "em-inc-search-prev", nullptr);
    el_source(editor, nullptr);  // the user's own bindings
}

LineEditor::~LineEditor() {
    el_end(state_->editor);
    history_end(state_->lines);
}

LineEditor::End LineEditor::read(const std::string& prompt, std::string& line) {
    state_->prompt = prompt;
    state_->dropped = false;
    int size = 0;
    const char* text = el_gets(state_->editor, &size);
    if (state_->dropped || text == nullptr || size <= 0) std::fputs("\n", stdout);
    if (state_->dropped) return End::dropped;
    if (text == nullptr || size <= 0) return End::leave;
    line.assign(text, static_cast<size_t>(size));
    while (line.ends_with('\n')) line.pop_back();
    if (!trim(line).empty()) state_->remember(line.c_str());
    return End::line;
}

std::string history_file() {
    if (const char* state = std::getenv("XDG_STATE_HOME"); state != nullptr && *state != '\0') {
        std::filesystem::path folder = std::filesystem::path(state) / "winnow";
        std::error_code error;
        std::filesystem::create_directories(folder, error);
        return (folder / "history").string();
    }
    const char* home = std::getenv("HOME");
    return home == nullptr || *home == '\0' ? "" : std::string(home) + "/.winnow_history";
}

}  // namespace winnow::cli
