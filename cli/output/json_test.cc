#include "cli/output/json.h"

#include <gtest/gtest.h>

namespace winnow::cli {
namespace {

std::string json(std::string_view text) {
    auto value = client::Value::parse(text);
    if (!value) return "no value";
    std::string out;
    append_json(out, value->view());
    return out;
}

TEST(Json, Values) {
    EXPECT_EQ(json("null"), "null");
    EXPECT_EQ(json("-5"), "-5");
    EXPECT_EQ(json("1.0"), "1.0");
    EXPECT_EQ(json("true"), "true");
    EXPECT_EQ(json("nan"), R"({"$number": "nan"})");
    EXPECT_EQ(json("-inf"), R"({"$number": "-inf"})");
    EXPECT_EQ(json(R"("a\"\\\n€")"), R"("a\"\\\u000a€")");
    EXPECT_EQ(json(R"("\xff")"), R"("\udcff")");
    EXPECT_EQ(json(R"(bytes"0aff")"), R"({"$bytes": "0aff"})");
    EXPECT_EQ(json(R"(geo{"a": 1})"), R"({"$geo": "{\"a\": 1}"})");
    EXPECT_EQ(json(R"([1, ["a", bytes"00"], null])"), R"([1, ["a", {"$bytes": "00"}], null])");
    EXPECT_EQ(json(R"({"a": {"b": 1.5}, "c": false})"), R"({"a": {"b": 1.5}, "c": false})");
    EXPECT_EQ(json(R"({1: "a", "b": 2})"), R"({"$map": [[1, "a"], ["b", 2]]})");
    EXPECT_EQ(json(R"(ordered{"a": 1})"), R"({"a": 1})");
}

TEST(Json, BytesThatAreNoValue) {
    std::string out;
    append_json(out, client::ValueView(Particle::list, bytes_of("\x92\x01")));
    EXPECT_EQ(out, R"({"$value": "<malformed>"})");
}

}  // namespace
}  // namespace winnow::cli
