// The table of commands, and lines parsed by it.

#include "cli/command.h"

#include <gtest/gtest.h>

#include <set>

#include "cli/words.h"

namespace winnow::cli {
namespace {

// The parsed line as text, or the trouble.
std::string parsed(std::string_view text, bool with_server = false) {
    auto words = split_words(text);
    if (!words) return words.error().text;
    auto line = parse_line(*words, with_server);
    if (!line) {
        EXPECT_EQ(line.error().status, status_usage);
        return line.error().text;
    }
    std::string out(line->command == nullptr ? "" : line->command->name);
    for (const std::string& argument : line->arguments) out += " <" + argument + ">";
    for (const auto& [name, value] : line->options)
        out += " " + std::string(name) + (value.empty() ? "" : "=" + value);
    return out;
}

TEST(Words, AreThoseOfAUnixShell) {
    using Words = std::vector<std::string>;
    EXPECT_EQ(*split_words("  a  b\tc\r\n"), (Words{"a", "b", "c"}));
    EXPECT_EQ(*split_words(""), Words{});
    EXPECT_EQ(*split_words("'' \"\""), (Words{"", ""}));
    EXPECT_EQ(*split_words(R"(name='Ada L' '"42"' "a \"b\" \n" a\ b 'c\')"),
              (Words{"name=Ada L", "\"42\"", "a \"b\" \\n", "a b", "c\\"}));
    EXPECT_EQ(split_words("a 'b").error().text, "a quote ' is not closed");
}

TEST(Command, Lines) {
    EXPECT_EQ(parsed("get a -5 -.5 --set s"), "get <a> <-5> <-.5> set=s");
    EXPECT_EQ(parsed("--set=s get a --json"), "get <a> json set=s");
    EXPECT_EQ(parsed("get -- --set"), "get <--set>");
    EXPECT_EQ(parsed("load - --key a,b"), "load <-> key=a,b");
    EXPECT_EQ(parsed("index create delay --set f"), "index create <delay> set=f");
    EXPECT_EQ(parsed("--port 4000 status", true), "status port=4000");
    EXPECT_EQ(parsed("get -h"), "get help");
    EXPECT_EQ(parsed(""), "");
}

TEST(Command, WrongLinesSayWhatIsWrong) {
    EXPECT_EQ(parsed("frob"), "there is no command 'frob': `winnow help` lists them");
    EXPECT_EQ(parsed("index"), "'index' is not complete: index create, index drop, index list");
    EXPECT_EQ(parsed("get"), "'get' needs KEY..., as in: winnow get ada bob --set players");
    EXPECT_EQ(parsed("sets a"), "'sets' takes no argument, not 'a': `winnow help sets` explains");
    EXPECT_EQ(parsed("get a --where b"),
              "'get' has no option --where: `winnow help get` lists them");
    EXPECT_EQ(parsed("get a -x"), "'get' has no option -x: `winnow help get` lists them");
    EXPECT_EQ(parsed("--frob get"),
              "there is no option --frob before a command: `winnow help` lists them");
    EXPECT_EQ(parsed("sets --port 4000"),
              "'sets' has no option --port: `winnow help sets` lists them");
    EXPECT_EQ(parsed("get a --set"), "--set needs a value: S");
    EXPECT_EQ(parsed("get a --json=1"), "--json takes no value");
    EXPECT_EQ(parsed("get a --set s --set t"), "--set is given twice");
}

TEST(Command, ExamplesParseAndNamesDiffer) {
    std::set<std::string_view> names;
    for (const Command& command : command_table()) {
        EXPECT_TRUE(names.insert(command.name).second) << command.name;
        EXPECT_EQ(parsed(command.example).substr(0, command.name.size()), command.name);
        std::set<std::string_view> options;
        for (auto group :
             {command.options, command.more_options, common_options(), server_options()}) {
            for (const Option& option : group)
                EXPECT_TRUE(options.insert(option.name).second)
                    << command.name << " --" << option.name;
        }
    }
}

TEST(Command, Numbers) {
    Session session;
    Call call{session, {}, {{"limit", "10"}, {"threads", "1x"}, {"rate", "0"}}};
    EXPECT_EQ(*call.number("limit", 0, 1), 10u);
    EXPECT_EQ(*call.number("generation", 4, 1), 4u);
    EXPECT_EQ(call.number("threads", 0, 1, 99).error().text,
              "--threads 1x: a number from 1 to 99 is needed");
    EXPECT_FALSE(call.number("rate", 0, 1));
}

}  // namespace
}  // namespace winnow::cli
