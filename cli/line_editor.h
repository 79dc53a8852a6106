#pragma once
// Reads lines from a terminal, with editing, history and completion.
//
// libedit stands behind it, in line_editor.cc alone. One thread.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "cli/completion.h"

namespace winnow::cli {

class LineEditor {
public:
    using Completer = std::function<Completion(std::string_view line)>;

    // `history_file` is read now and grows with each line; empty: none is kept.
    LineEditor(std::string history_file, Completer completer);
    ~LineEditor();

    enum class End { line, dropped, leave };
    // A line without its end. Ctrl-C drops it, Ctrl-D on an empty one leaves.
    End read(const std::string& prompt, std::string& line);

private:
    struct State;
    std::unique_ptr<State> state_;
};

// $XDG_STATE_HOME/winnow/history, else ~/.winnow_history; empty: there is no home.
std::string history_file();

}  // namespace winnow::cli
