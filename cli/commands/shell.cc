// use, help, quit: of the shell itself, no server is asked.

#include <fmt/core.h>

#include "cli/commands/run.h"

namespace winnow::cli {

Answer<> run_use(Call& call) {
    std::string_view place = call.arguments[0];
    size_t dot = place.find('.');
    call.session.ns = place.substr(0, dot);
    call.session.set = dot == std::string_view::npos ? "" : place.substr(dot + 1);
    return {};
}

Answer<> run_help(Call& call) {
    if (call.arguments.empty()) {
        fmt::print("{}", help_of_all());
        return {};
    }
    std::string name = call.arguments[0];
    if (call.arguments.size() == 2) name += " " + call.arguments[1];
    bool found = false;
    for (const Command& command : command_table()) {
        if (command.name != name && !command.name.starts_with(name + " ")) continue;
        fmt::print("{}{}", found ? "\n" : "", help_of(command));
        found = true;
    }
    if (!found) return misused("there is no command '{}': `winnow help` lists them", name);
    return {};
}

Answer<> run_quit(Call& call) {
    call.session.leaving = true;
    return {};
}

}  // namespace winnow::cli
