#include "record/collection/read.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "record/value/canonical.h"
#include "record/value/particle.h"
#include "record/value/text.h"

namespace winnow {
namespace {

// The msgpack of a value as text: lists and maps as they are, others as elements.
std::string element(std::string_view text) {
    Buffer out;
    CHECK(parse_value("[" + std::string(text) + "]", out).has_value());
    return std::string(text_of(out.bytes().subspan(1)));
}

// What an operation answers, as text.
std::string answer(std::string_view collection, uint8_t code,
                   const std::vector<std::string>& arguments) {
    std::string stored = element(collection);
    std::vector<std::string> encoded;
    for (const std::string& argument : arguments) encoded.push_back(element(argument));
    std::vector<Bytes> views;
    for (const std::string& argument : encoded) views.push_back(bytes_of(argument));
    Arena memory;
    auto result = read_collection(bytes_of(stored), code, views, memory);
    if (!result) return std::string(result_code_name(result.error().code));
    return element_text(*result);
}

TEST(ReadCollection, SizesAndSingleElements) {
    EXPECT_EQ(answer("[3, 1, 2]", 16, {}), "3");
    EXPECT_EQ(answer("[3, 1, 2]", 17, {"-1"}), "2");
    EXPECT_EQ(answer("[3, 1, 2]", 17, {"3"}), "not_applicable");
    EXPECT_EQ(answer("[3, 1, 2]", 19, {"7", "0"}), "3");
    EXPECT_EQ(answer("[3, 1, 2]", 19, {"3", "0"}), "2");
    EXPECT_EQ(answer("[3, 1, 2]", 21, {"7", "0"}), "1");
    EXPECT_EQ(answer("[3, 1, 2]", 21, {"1", "-1"}), "0");
    EXPECT_EQ(answer("{\"a\": 1, \"b\": 2}", 96, {}), "2");
    EXPECT_EQ(answer("{\"a\": 1, \"b\": 2}", 97, {"7", "\"b\""}), "2");
    EXPECT_EQ(answer("{\"a\": 1, \"b\": 2}", 97, {"6", "\"b\""}), "\"b\"");
    EXPECT_EQ(answer("{\"a\": 1, \"b\": 2}", 97, {"1", "\"zz\""}), "-1");
    EXPECT_EQ(answer("{\"a\": 1, \"b\": 2}", 97, {"13", "\"zz\""}), "false");
}

TEST(ReadCollection, Ranges) {
    const std::string list = "[0, 4, 5, 9, 11, 15]";
    EXPECT_EQ(answer(list, 18, {"1", "2"}), "[4, 5]");
    EXPECT_EQ(answer(list, 24, {"7", "-2"}), "[11, 15]");
    EXPECT_EQ(answer(list, 24, {"65543", "1", "4"}), "[0, 15]");
    EXPECT_EQ(answer(list, 25, {"7", "4", "10"}), "[4, 5, 9]");
    EXPECT_EQ(answer(list, 25, {"5", "4"}), "5");
    EXPECT_EQ(answer("[3, 1, 2]", 26, {"7", "0"}), "[3, 2, 1]");
    EXPECT_EQ(answer("[3, 1, 2]", 26, {"3", "0", "2"}), "[0, 1]");
    EXPECT_EQ(answer("[3, 1, 2, 1]", 22, {"1", "1"}), "[1, 3]");
    EXPECT_EQ(answer("[3, 1, 2, 1]", 23, {"7", "[1, 3]"}), "[3, 1, 1]");
}

// The tables of the values reference for relative ranks and indexes.
TEST(ReadCollection, RelativeRanges) {
    const std::string list = "[0, 4, 5, 9, 11, 15]";
    EXPECT_EQ(answer(list, 27, {"5", "5", "-1", "2"}), "2");
    EXPECT_EQ(answer(list, 27, {"1", "5", "1", "1"}), "[3]");
    EXPECT_EQ(answer(list, 27, {"5", "3", "-3", "2"}), "0");
    EXPECT_EQ(answer(list, 27, {"5", "3", "3", "7"}), "2");
    const std::string map = "{0: 17, 4: 2, 5: 15, 9: 10}";
    EXPECT_EQ(answer(map, 109, {"6", "5", "-1", "1"}), "[4]");
    EXPECT_EQ(answer(map, 109, {"6", "3", "-2", "2"}), "[0]");
    EXPECT_EQ(answer(map, 110, {"6", "11", "-1"}), "[9, 5, 0]");
}

TEST(ReadCollection, RefusesWhatDoesNotBelong) {
    EXPECT_EQ(answer("[1]", 96, {}), "bin_type");
    EXPECT_EQ(answer("{1: 1}", 16, {}), "bin_type");
    EXPECT_EQ(answer("[1]", 19, {"6", "0"}), "not_applicable");
    EXPECT_EQ(answer("[1]", 19, {"65543", "0"}), "not_applicable");
    EXPECT_EQ(answer("[1]", 19, {"7", "\"x\""}), "parameter");
    EXPECT_EQ(answer("[1]", 23, {"7", "1"}), "parameter");
    EXPECT_EQ(answer("[1]", 1, {"7"}), "parameter");
}

TEST(ReadCollection, FollowsAContext) {
    std::string map = element("{\"a\": [1, [2, 3]], \"b\": 5}");
    auto follow = [&](std::string_view context) -> std::string {
        Arena memory;
        std::string steps = element(context);
        auto found = follow_context(bytes_of(map), bytes_of(steps), memory);
        if (!found) return std::string(result_code_name(found.error().code));
        return element_text(*found);
    };
    EXPECT_EQ(follow("[34, \"a\", 16, 1]"), "[2, 3]");
    EXPECT_EQ(follow("[34, \"a\", 16, -1, 16, 0]"), "2");
    EXPECT_EQ(follow("[33, 0]"), "5");
    EXPECT_EQ(follow("[34, \"zz\"]"), "not_applicable");
    EXPECT_EQ(follow("[16, 0]"), "not_applicable");
    EXPECT_EQ(follow("[34, \"b\", 16, 0]"), "not_applicable");
    EXPECT_EQ(follow("[34]"), "parameter");
}

}  // namespace
}  // namespace winnow
