#pragma once
// A command of the shell as a row of one table (command_table.cc), from which parsing, help and
// completion are made, and one call of it.
//
// Rows are constant; a Call lives while its command runs. One thread.

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/session.h"
#include "cli/trouble.h"

namespace winnow::cli {

// What the Tab key offers for an argument or the value of an option. A place is NS or NS.SET.
enum class Completes : uint8_t { nothing, file, command, place, ns, set, bin, index, index_type };

struct Option {
    std::string_view name;   // without its dashes
    std::string_view value;  // how help names its value; empty: it takes none
    std::string_view help;
    Completes completes = Completes::nothing;
};

struct Call;

struct Command {
    std::string_view name;       // of one word or two
    std::string_view arguments;  // how help names them
    size_t arguments_min = 0;
    size_t arguments_max = 0;
    Completes completes = Completes::nothing;  // its arguments
    std::string_view summary;
    std::span<const Option> options;
    std::span<const Option> more_options;  // those it shares with others
    std::string_view example;
    Answer<> (*run)(Call& call);
};

inline constexpr size_t no_limit = SIZE_MAX;

std::span<const Command> command_table();
// Options of every command, and those that say which server: on the command line of the program.
std::span<const Option> common_options();
std::span<const Option> server_options();

// Null: there is no command of that name.
const Command* find_command(std::string_view name);

using OptionValues = std::map<std::string_view, std::string>;  // by the name in the table

// What stands on one line.
struct ParsedLine {
    const Command* command = nullptr;  // null: options alone
    std::vector<std::string> arguments;
    OptionValues options;

    bool has(std::string_view option) const { return options.contains(option); }
};

// `with_server`: options may say which server. Troubles are of usage.
Answer<ParsedLine> parse_line(std::span<const std::string> words, bool with_server);

// Text for people, ending with a line feed.
std::string help_of(const Command& command);
std::string help_of_all();

struct Call {
    Session& session;
    std::vector<std::string> arguments;
    OptionValues options;

    bool has(std::string_view option) const { return options.contains(option); }
    // Its value, or nothing.
    std::optional<std::string> value(std::string_view option) const;
    // Its value as a number of that range; not given: `otherwise`.
    Answer<uint64_t> number(std::string_view option, uint64_t otherwise, uint64_t min,
                            uint64_t max = UINT32_MAX) const;
    // Its value split at commas; not given: nothing.
    std::vector<std::string> list(std::string_view option) const;

    std::string ns() const { return value("namespace").value_or(session.ns); }
    std::string set() const { return value("set").value_or(session.set); }
    bool json() const { return session.json || has("json"); }
};

}  // namespace winnow::cli
