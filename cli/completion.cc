#include "cli/completion.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "cli/commands/info_text.h"
#include "cli/words.h"

namespace winnow::cli {
namespace {

using Names = std::vector<std::string>;

// The words before the one at the end of the line, and what of that is typed.
struct Typed {
    Names words;
    std::string last;
    size_t last_begin = 0;
};

// Nothing inside a quote, where no word ends.
std::optional<Typed> typed_of(std::string_view line) {
    Typed typed;
    size_t begin = line.find_last_of(" \t");
    typed.last_begin = begin == std::string_view::npos ? 0 : begin + 1;
    std::string_view before = line.substr(0, typed.last_begin);
    if (typed.last_begin < line.size() &&
        (line[typed.last_begin] == '\'' || line[typed.last_begin] == '"'))
        typed.last_begin++;
    typed.last = line.substr(typed.last_begin);
    auto words = split_words(before);
    if (!words) return {};
    typed.words = *std::move(words);
    return typed;
}

Names files_of(std::string_view typed) {
    namespace fs = std::filesystem;
    size_t slash = typed.rfind('/');
    std::string folder(slash == std::string_view::npos ? "" : typed.substr(0, slash + 1));
    Names names;
    std::error_code error;
    fs::directory_iterator files(folder.empty() ? "." : folder, error);
    for (; !error && files != fs::directory_iterator(); files.increment(error)) {
        bool is_folder = files->is_directory(error);
        names.push_back(folder + files->path().filename().string() + (is_folder ? "/" : ""));
    }
    return names;
}

Names command_names(std::string_view before) {
    std::set<std::string> names;
    for (const Command& command : command_table()) {
        if (!command.name.starts_with(before)) continue;
        std::string_view rest = command.name.substr(before.size());
        names.emplace(rest.substr(0, rest.find(' ')));
    }
    return Names(names.begin(), names.end());
}

// The options of a command that are not given yet.
Names option_names(const Command& command, const OptionValues& given) {
    Names names;
    for (auto options : {command.options, command.more_options, common_options()}) {
        for (const Option& option : options) {
            if (!given.contains(option.name)) names.push_back(fmt::format("--{}", option.name));
        }
    }
    return names;
}

Names names_of(Session& session, const Call& call, Completes what, std::string_view typed) {
    if (what == Completes::nothing) return {};
    if (what == Completes::command) return command_names("");
    if (what == Completes::file) return files_of(typed);
    if (what == Completes::index_type) return {"blob", "geo", "int", "str"};
    Answer<client::Client*> client = session.client();
    if (!client) return {};
    if (what == Completes::place && typed.find('.') != std::string_view::npos) {
        std::string ns(typed.substr(0, typed.find('.')));
        Names places = sets_of(**client, ns).value_or(Names{});
        for (std::string& place : places) place.insert(0, ns + ".");
        return places;
    }
    bool namespaces = what == Completes::ns || what == Completes::place;
    Answer<Names> names = namespaces               ? namespaces_of(**client)
                          : what == Completes::set ? sets_of(**client, call.ns())
                          : what == Completes::bin ? bins_of(**client, call.ns(), call.set())
                                                   : indexes_of(**client, call.ns());
    return names.value_or(Names{});
}

const Option* option_of(const Command& command, std::string_view word) {
    if (!word.starts_with("--")) return nullptr;
    for (auto options : {command.options, command.more_options, common_options()}) {
        auto found = std::ranges::find(options, word.substr(2), &Option::name);
        if (found != options.end()) return &*found;
    }
    return nullptr;
}

// The command that the words begin with, if it is whole.
const Command* command_of(std::span<const std::string> words) {
    const Command* command = words.size() > 1 ? find_command(words[0] + " " + words[1]) : nullptr;
    return command == nullptr && !words.empty() ? find_command(words[0]) : command;
}

Names choices(Session& session, const Typed& typed) {
    const Command* command = command_of(typed.words);
    if (command == nullptr) {
        if (typed.words.size() > 1) return {};
        return command_names(typed.words.empty() ? "" : typed.words[0] + " ");
    }
    // Options so far: the set that is named decides which bins there are.
    Call call{session, {}, {}};
    const Option* open = nullptr;  // the option whose value is typed
    for (const std::string& word : typed.words) {
        if (open != nullptr) {
            call.options[open->name] = word;
            open = nullptr;
        } else if (const Option* option = option_of(*command, word)) {
            call.options[option->name];
            if (!option->value.empty()) open = option;
        }
    }
    if (open != nullptr) return names_of(session, call, open->completes, typed.last);
    if (typed.last.starts_with('-')) return option_names(*command, call.options);
    return names_of(session, call, command->completes, typed.last);
}

}  // namespace

Completion complete(Session& session, std::string_view line) {
    std::optional<Typed> typed = typed_of(line);
    if (!typed) return {};
    Completion completion{.begin = typed->last_begin, .choices = {}};
    for (std::string& choice : choices(session, *typed)) {
        if (choice.starts_with(typed->last)) completion.choices.push_back(std::move(choice));
    }
    std::ranges::sort(completion.choices);
    return completion;
}

}  // namespace winnow::cli
