#include "cli/load/column_type.h"

#include <gtest/gtest.h>

#include <initializer_list>

namespace winnow::cli {
namespace {

std::string_view guess(std::initializer_list<std::string_view> values) {
    TypeGuess guess;
    for (std::string_view value : values) guess.see(value);
    return type_name(guess.type());
}

TEST(ColumnType, IsToldByAllValues) {
    EXPECT_EQ(guess({"1", "-20", "0"}), "int");
    EXPECT_EQ(guess({"9223372036854775807", "-9223372036854775808"}), "int");
    EXPECT_EQ(guess({"1", "2.5", "1e3", "-.5"}), "float");
    EXPECT_EQ(guess({"10.357019999999999"}), "float");
    EXPECT_EQ(guess({"true", "False", "TRUE"}), "bool");
    EXPECT_EQ(guess({"1", "2", "x"}), "str");
    EXPECT_EQ(guess({"true", "1"}), "str");
    EXPECT_EQ(guess({"1", "true"}), "str");
    EXPECT_EQ(guess({}), "str");
}

TEST(ColumnType, WhatANumberWouldNotGiveBackIsAString) {
    for (std::string_view text :
         {"007", "00", "-01", "+1", "1 ", " 1", "9223372036854775808", "1e400", "nan", "inf",
          "0x10", "1,5", "2013-01-01", "10.0.0.1", "-", ".", "", "1_000", "12345678901234567890"})
        EXPECT_EQ(guess({text}), "str") << text;
}

TEST(ColumnType, Values) {
    auto text = [](std::string_view from, ColumnType type) {
        auto value = value_of_text(from, type);
        return value ? value->text() : "none";
    };
    EXPECT_EQ(text("-5", ColumnType::integer), "-5");
    EXPECT_EQ(text("007", ColumnType::integer), "7");
    EXPECT_EQ(text("5.0", ColumnType::integer), "none");
    EXPECT_EQ(text("", ColumnType::integer), "none");
    EXPECT_EQ(text("5", ColumnType::real), "5.0");
    EXPECT_EQ(text("5 ", ColumnType::real), "none");
    EXPECT_EQ(text("True", ColumnType::boolean), "true");
    EXPECT_EQ(text("1", ColumnType::boolean), "none");
    EXPECT_EQ(text("5", ColumnType::string), "\"5\"");
    EXPECT_EQ(text("[1, \"a\"]", ColumnType::json), "[1, \"a\"]");
    EXPECT_EQ(text("[1", ColumnType::json), "none");
    EXPECT_EQ(text(R"({"type": "Point"})", ColumnType::geo), R"(geo{"type": "Point"})");
}

TEST(ColumnType, Names) {
    for (std::string_view name : {"int", "float", "bool", "str", "json", "geo"}) {
        auto type = type_of_name(name);
        ASSERT_TRUE(type) << name;
        EXPECT_EQ(type_name(*type), name);
    }
    EXPECT_FALSE(type_of_name("integer"));
}

}  // namespace
}  // namespace winnow::cli
