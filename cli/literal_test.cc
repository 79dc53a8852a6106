#include "cli/literal.h"

#include <gtest/gtest.h>

#include "cli/output/json.h"

namespace winnow::cli {
namespace {

std::string value_text(std::string_view word) {
    auto value = value_of_word(word);
    return value ? value->text() : "trouble";
}

TEST(Literal, Values) {
    EXPECT_EQ(value_text("42"), "42");
    EXPECT_EQ(value_text("1.5"), "1.5");
    EXPECT_EQ(value_text("true"), "true");
    EXPECT_EQ(value_text("null"), "null");
    EXPECT_EQ(value_text("\"42\""), "\"42\"");
    EXPECT_EQ(value_text("Honolulu"), "\"Honolulu\"");
    EXPECT_EQ(value_text(""), "\"\"");
    EXPECT_EQ(value_text("2013-01-01"), "\"2013-01-01\"");
    EXPECT_EQ(value_text("[1, {\"a\": null}]"), "[1, {\"a\": null}]");
    EXPECT_EQ(value_text("bytes\"0aff\""), "bytes\"0aff\"");
    for (std::string_view word : {"[1", "{", "\"a", "bytes\"0", "geo{"})
        EXPECT_EQ(value_text(word), "trouble") << word;
}

TEST(Literal, Keys) {
    auto same = [](std::string_view word, const client::Key& key) {
        auto typed = key_of_word("test", "s", word);
        return typed && typed->digest == key.digest;
    };
    EXPECT_TRUE(same("42", client::Key::of("test", "s", 42)));
    EXPECT_TRUE(same("\"42\"", client::Key::of("test", "s", "42")));
    EXPECT_TRUE(same("ada", client::Key::of("test", "s", "ada")));
    EXPECT_TRUE(same("true", client::Key::of("test", "s", "true")));
    EXPECT_TRUE(same("null", client::Key::of("test", "s", "null")));
    EXPECT_FALSE(key_of_word("test", "s", ""));
}

TEST(Literal, Digests) {
    auto digest = digest_of_word("00112233445566778899AABBccddeeff01020304");
    ASSERT_TRUE(digest);
    EXPECT_EQ(hex_text(digest->bytes), "00112233445566778899aabbccddeeff01020304");
    EXPECT_FALSE(digest_of_word("00"));
    EXPECT_FALSE(digest_of_word("zz112233445566778899aabbccddeeff01020304"));
    EXPECT_FALSE(digest_of_word("-1112233445566778899aabbccddeeff01020304"));
}

TEST(Literal, Assignments) {
    auto assignment = assignment_of_word("a=b=c");
    ASSERT_TRUE(assignment);
    EXPECT_EQ(assignment->name, "a");
    EXPECT_EQ(assignment->value.text(), "\"b=c\"");
    EXPECT_FALSE(assignment_of_word("a"));
    EXPECT_FALSE(assignment_of_word("=1"));
    EXPECT_FALSE(assignment_of_word("sixteen_bytes_ab=1"));
}

// Bin and bounds, or the trouble.
std::string condition(std::string_view text) {
    auto where = condition_of_text(text);
    if (!where) return where.error().text;
    auto bound = [&](const std::string& bytes) {
        return client::ValueView(where->particle, bytes_of(bytes)).text();
    };
    return where->bin + " " + bound(where->first) + " " + bound(where->last);
}

TEST(Literal, Conditions) {
    EXPECT_EQ(condition("delay between 60 and 120"), "delay 60 120");
    EXPECT_EQ(condition("  delay  between -5 and  5 "), "delay -5 5");
    EXPECT_EQ(condition("delay >= 600"), "delay 600 9223372036854775807");
    EXPECT_EQ(condition("delay>600"), "delay 601 9223372036854775807");
    EXPECT_EQ(condition("delay <= 5"), "delay -9223372036854775808 5");
    EXPECT_EQ(condition("delay<5"), "delay -9223372036854775808 4");
    EXPECT_EQ(condition("delay = 5"), "delay 5 5");
    EXPECT_EQ(condition("delay == 5"), "delay 5 5");
    EXPECT_EQ(condition("dest = \"HNL\""), "dest \"HNL\" \"HNL\"");
    EXPECT_EQ(condition("dest=HNL"), "dest \"HNL\" \"HNL\"");
    EXPECT_EQ(condition("city = \"between 1 and 2\""),
              "city \"between 1 and 2\" \"between 1 and 2\"");
}

TEST(Literal, WrongConditions) {
    for (std::string_view text :
         {"", "delay", "delay ?", "delay =", "delay between 5", "= 5", "delay between 5 and",
          "delay > x", "delay between a and b", "delay between 5 and 1", "sixteen_bytes_ab = 1",
          "a = 1.5", "a = [1]", "a > 9223372036854775807"})
        EXPECT_FALSE(condition_of_text(text)) << text;
    EXPECT_EQ(condition("delay between 5 and 1"), "between 5 and 1: the smaller one comes first");
}

}  // namespace
}  // namespace winnow::cli
