#include "cli/command.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "cli/words.h"

namespace winnow::cli {
namespace {

const Option* find_option(std::span<const Option> options, std::string_view name) {
    auto found = std::ranges::find(options, name, &Option::name);
    return found == options.end() ? nullptr : &*found;
}

const Option* find_option(const Command* command, std::string_view name, bool with_server) {
    const Option* found = find_option(common_options(), name);
    if (found == nullptr && with_server) found = find_option(server_options(), name);
    if (found == nullptr && command != nullptr) {
        found = find_option(command->options, name);
        if (found == nullptr) found = find_option(command->more_options, name);
    }
    return found;
}

// "-5" is a number, "-" standard input; everything else that begins so is an option.
bool is_option(std::string_view word) {
    return word.size() > 1 && word[0] == '-' && (word[1] < '0' || word[1] > '9') && word[1] != '.';
}

class LineParser {
public:
    LineParser(std::span<const std::string> words, bool with_server)
        : words_(words), with_server_(with_server) {}

    Answer<ParsedLine> parse() {
        bool options_end = false;
        while (at_ < words_.size()) {
            std::string_view word = words_[at_];
            if (!options_end && word == "--") {
                options_end = true;
                at_++;
            } else if (!options_end && is_option(word)) {
                WINNOW_TRY(take_option());
            } else if (line_.command == nullptr) {
                WINNOW_TRY(take_command());
            } else {
                line_.arguments.push_back(words_[at_++]);
            }
        }
        if (line_.command != nullptr && !line_.has("help")) WINNOW_TRY(check_arguments());
        return std::move(line_);
    }

private:
    Answer<> take_command() {
        if (at_ + 1 < words_.size()) {
            line_.command = find_command(words_[at_] + " " + words_[at_ + 1]);
            if (line_.command != nullptr) {
                at_ += 2;
                return {};
            }
        }
        line_.command = find_command(words_[at_]);
        if (line_.command == nullptr) return unknown_command();
        at_++;
        return {};
    }

    tl::unexpected<Trouble> unknown_command() const {
        const std::string& word = words_[at_];
        std::string seconds;
        for (const Command& command : command_table()) {
            if (command.name.starts_with(word + " "))
                seconds += fmt::format("{}{}", seconds.empty() ? "" : ", ", command.name);
        }
        if (!seconds.empty()) return misused("'{}' is not complete: {}", word, seconds);
        return misused("there is no command '{}': `winnow help` lists them", word);
    }

    Answer<> take_option() {
        const std::string& word = words_[at_++];
        size_t equals = word.find('=');
        std::string_view name = std::string_view(word).substr(0, equals);
        name = name == "-h" ? "help" : name.starts_with("--") ? name.substr(2) : "";
        const Option* option = find_option(line_.command, name, with_server_);
        if (option == nullptr) return unknown_option(word.substr(0, equals));

        std::string value;
        if (equals != std::string::npos) {
            if (option->value.empty()) return misused("--{} takes no value", name);
            value = word.substr(equals + 1);
        } else if (!option->value.empty()) {
            if (at_ == words_.size()) return misused("--{} needs a value: {}", name, option->value);
            value = words_[at_++];
        }
        if (!line_.options.emplace(option->name, std::move(value)).second)
            return misused("--{} is given twice", name);
        return {};
    }

    tl::unexpected<Trouble> unknown_option(std::string_view word) const {
        if (line_.command == nullptr)
            return misused("there is no option {} before a command: `winnow help` lists them",
                           word);
        return misused("'{}' has no option {}: `winnow help {}` lists them", line_.command->name,
                       word, line_.command->name);
    }

    Answer<> check_arguments() const {
        const Command& command = *line_.command;
        if (line_.arguments.size() < command.arguments_min)
            return misused("'{}' needs {}, as in: winnow {}", command.name, command.arguments,
                           command.example);
        if (line_.arguments.size() > command.arguments_max)
            return misused("'{}' takes {}, not '{}': `winnow help {}` explains", command.name,
                           command.arguments.empty() ? "no argument" : command.arguments,
                           line_.arguments[command.arguments_max], command.name);
        return {};
    }

    std::span<const std::string> words_;
    bool with_server_;
    size_t at_ = 0;
    ParsedLine line_;
};

void append_options(std::string& text, std::span<const Option> options) {
    for (const Option& option : options) {
        std::string left =
            fmt::format("--{}{}{}", option.name, option.value.empty() ? "" : " ", option.value);
        text += fmt::format("  {:<24} {}\n", left, option.help);
    }
}

}  // namespace

const Command* find_command(std::string_view name) {
    std::span<const Command> table = command_table();
    auto found = std::ranges::find(table, name, &Command::name);
    return found == table.end() ? nullptr : &*found;
}

Answer<ParsedLine> parse_line(std::span<const std::string> words, bool with_server) {
    return LineParser(words, with_server).parse();
}

std::string help_of(const Command& command) {
    std::string text =
        fmt::format("{}\n\nusage: winnow {}{}{} [option]...\n\n", command.summary, command.name,
                    command.arguments.empty() ? "" : " ", command.arguments);
    append_options(text, command.options);
    append_options(text, command.more_options);
    append_options(text, common_options());
    return text + fmt::format("\nexample: winnow {}\n", command.example);
}

std::string help_of_all() {
    std::string text =
        "The shell of Winnow: loads, reads, queries and administers.\n\n"
        "usage: winnow [option]... COMMAND [option]...\n"
        "       winnow [option]...      commands from the keyboard, or from standard input\n\n";
    for (const Command& command : command_table())
        text += fmt::format("  {:<14} {}\n", command.name, command.summary);
    text += "\n";
    append_options(text, server_options());
    append_options(text, common_options());
    return text +
           "\n`winnow help COMMAND` tells more of one. Exit status: 0 done, 1 failed, "
           "2 wrong usage.\n";
}

std::optional<std::string> Call::value(std::string_view option) const {
    auto found = options.find(option);
    if (found == options.end()) return {};
    return found->second;
}

Answer<uint64_t> Call::number(std::string_view option, uint64_t otherwise, uint64_t min,
                              uint64_t max) const {
    std::optional<std::string> text = value(option);
    if (!text) return otherwise;
    uint64_t number = 0;
    const char* end = text->data() + text->size();
    auto [stop, error] = std::from_chars(text->data(), end, number);
    if (error != std::errc{} || stop != end || number < min || number > max)
        return misused("--{} {}: a number from {} to {} is needed", option, *text, min, max);
    return number;
}

std::vector<std::string> Call::list(std::string_view option) const {
    std::optional<std::string> text = value(option);
    if (!text) return {};
    return split_at(*text, ',');
}

}  // namespace winnow::cli
