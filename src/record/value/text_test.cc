#include "record/value/text.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "record/value/canonical.h"
#include "record/value/hex_bytes.h"
#include "record/value/msgpack.h"
#include "record/value/random_value.h"

namespace winnow {
namespace {

using test::Hex;
using test::hex_of;

std::string text_of_bin(Particle type, std::string_view hex) {
    return value_text(type, Hex(hex).bytes());
}

TEST(Text, PrintsBins) {
    EXPECT_EQ(text_of_bin(Particle::nil, ""), "null");
    EXPECT_EQ(text_of_bin(Particle::integer, "fffffffffffffffe"), "-2");
    EXPECT_EQ(text_of_bin(Particle::float64, "3ff0000000000000"), "1.0");
    EXPECT_EQ(text_of_bin(Particle::float64, "8000000000000000"), "-0.0");
    EXPECT_EQ(text_of_bin(Particle::float64, "7e37e43c8800759c"), "1e+300");
    EXPECT_EQ(text_of_bin(Particle::float64, "7ff0000000000000"), "inf");
    EXPECT_EQ(text_of_bin(Particle::float64, "fff0000000000000"), "-inf");
    EXPECT_EQ(text_of_bin(Particle::float64, "fff8000000000000"), "nan");
    EXPECT_EQ(text_of_bin(Particle::boolean, "01"), "true");
    EXPECT_EQ(text_of_bin(Particle::string, "61c3a9"), "\"aé\"");
    EXPECT_EQ(text_of_bin(Particle::blob, "0a0b"), "bytes\"0a0b\"");
    EXPECT_EQ(text_of_bin(Particle::python_blob, "7079"), "python\"7079\"");
    EXPECT_EQ(text_of_bin(Particle::hll, ""), "hll\"\"");
    EXPECT_EQ(text_of_bin(Particle::geojson, "000000 7b2261223a317d"), "geo{\"a\":1}");
    EXPECT_EQ(text_of_bin(Particle::list, "93c700010102"), "ordered[1, 2]");
    EXPECT_EQ(text_of_bin(Particle::list, "90"), "[]");
    EXPECT_EQ(text_of_bin(Particle::map, "82a20361019101c0"), "{\"a\": 1, [1]: null}");
    EXPECT_EQ(text_of_bin(Particle::map, "82c70001c00102"), "ordered{1: 2}");
    EXPECT_EQ(text_of_bin(Particle::map, "81c70003c0"), "ordered:3{}");
    EXPECT_EQ(text_of_bin(static_cast<Particle>(99), "78"), "raw\"6378\"");
}

TEST(Text, PrintsElements) {
    EXPECT_EQ(
        element_text(
            Hex("98 c3 cfffffffffffffffff ca3fc00000 a263ff a0 d40501 d4ff00 d4ff01").bytes()),
        "[true, 18446744073709551615, 1.5, raw\"63ff\", raw\"\", ext\"0501\", wildcard, "
        "infinity]");
}

TEST(Text, EscapesWhatWouldHarmATerminal) {
    EXPECT_EQ(text_of_bin(Particle::string, "22 5c 0a 09 07 7f 1b"),
              "\"\\\"\\\\\\n\\t\\x07\\x7f\\x1b\"");
    // Cut, overlong, surrogate, beyond Unicode, stray and control characters of two bytes.
    EXPECT_EQ(text_of_bin(Particle::string, "c3"), "\"\\xc3\"");
    EXPECT_EQ(text_of_bin(Particle::string, "c0af"), "\"\\xc0\\xaf\"");
    EXPECT_EQ(text_of_bin(Particle::string, "e08080"), "\"\\xe0\\x80\\x80\"");
    EXPECT_EQ(text_of_bin(Particle::string, "eda080"), "\"\\xed\\xa0\\x80\"");
    EXPECT_EQ(text_of_bin(Particle::string, "f4908080"), "\"\\xf4\\x90\\x80\\x80\"");
    EXPECT_EQ(text_of_bin(Particle::string, "80"), "\"\\x80\"");
    EXPECT_EQ(text_of_bin(Particle::string, "c285"), "\"\\xc2\\x85\"");
    EXPECT_EQ(text_of_bin(Particle::string, "f09f9880e697a5"), "\"😀日\"");
    EXPECT_EQ(text_of_bin(Particle::geojson, "000000 7b1b7d"), "geo\"{\\x1b}\"");
    EXPECT_EQ(text_of_bin(Particle::geojson, "000000 7b7d7d"), "geo\"{}}\"");
    EXPECT_EQ(text_of_bin(Particle::geojson, "000000 7b227d227d"), "geo{\"}\"}");
}

TEST(Text, IsCutForLogs) {
    std::string long_text(1'000'000, 'x');
    EXPECT_EQ(value_text(Particle::string, bytes_of(long_text), 5), "\"xxxxx...");
    EXPECT_LT(value_text(Particle::blob, bytes_of(long_text), 100).size(), 120u);
    std::string list = "\xdd" + std::string("\0\1\0\0", 4) + std::string(65536, '\1');
    EXPECT_EQ(value_text(Particle::list, bytes_of(list), 6), "[1, 1, ...");
    std::string geo = std::string(3, '\0') + "{" + long_text + "}";
    EXPECT_LT(value_text(Particle::geojson, bytes_of(geo), 100).size(), 120u);
}

TEST(Text, PrintsMalformedValuesAsFarAsTheyGo) {
    EXPECT_EQ(text_of_bin(Particle::list, "9201"), "<malformed>");
    EXPECT_EQ(text_of_bin(Particle::list, "9301a361"), "[1, <malformed>");
    EXPECT_EQ(text_of_bin(Particle::list, "9201a3"), "[1, <malformed>");
    EXPECT_EQ(text_of_bin(Particle::list, "93a20361a3ffff"), "[\"a\", <malformed>");
    EXPECT_EQ(text_of_bin(Particle::list, "910101"), "[1]<malformed>");
    EXPECT_EQ(text_of_bin(Particle::list, ""), "<malformed>");
    EXPECT_EQ(text_of_bin(Particle::float64, "00"), "<malformed>");
    std::string deep(100'000, '\x91');
    EXPECT_LT(value_text(Particle::list, bytes_of(deep)).size(), 1000u);
}

// "integer 0000000000000001", or "refused: " and why.
std::string parsed(std::string_view text) {
    Buffer out;
    out.append("before");
    auto type = parse_value(text, out);
    if (!type) {
        EXPECT_EQ(text_of(out.bytes()), "before") << text;
        EXPECT_EQ(type.error().code, ResultCode::parameter) << text;
        return std::string("refused: ") + type.error().text;
    }
    auto name = std::string(particle_text(static_cast<uint8_t>(*type)));
    return name + " " + hex_of(out.bytes().subspan(6));
}

TEST(ParseValue, ReadsScalars) {
    EXPECT_EQ(parsed("null"), "nil ");
    EXPECT_EQ(parsed(" true\n"), "bool 01");
    EXPECT_EQ(parsed("1"), "integer 0000000000000001");
    EXPECT_EQ(parsed("-9223372036854775808"), "integer 8000000000000000");
    EXPECT_EQ(parsed("1.5"), "double 3ff8000000000000");
    EXPECT_EQ(parsed("-1e0"), "double bff0000000000000");
    EXPECT_EQ(parsed("inf"), "double 7ff0000000000000");
    EXPECT_EQ(parsed("-inf"), "double fff0000000000000");
    EXPECT_EQ(parsed("nan"), "double 7ff8000000000000");
    EXPECT_EQ(parsed("\"a\""), "string 61");
    EXPECT_EQ(parsed("bytes\"0a0B\""), "bytes 0a0b");
    EXPECT_EQ(parsed("java\"\""), "java ");
    EXPECT_EQ(parsed("geo{\"type\": \"}\"}"), "geo 0000007b2274797065223a20227d227d");
    EXPECT_EQ(parsed("geo\"x\""), "geo 00000078");
}

TEST(ParseValue, ReadsEscapes) {
    EXPECT_EQ(parsed(R"("\"\\\/\b\f\n\r\t")"), "string 225c2f080c0a0d09");
    EXPECT_EQ(parsed(R"("\u0041\u00e9\u65e5\ud83d\ude00\xff")"), "string 41c3a9e697a5f09f9880ff");
}

TEST(ParseValue, ReadsCollectionsIntoTheirStoredForm) {
    EXPECT_EQ(parsed("[1, \"a\", [], {}, 18446744073709551615]"),
              "list 9501a203619080cfffffffffffffffff");
    EXPECT_EQ(parsed("ordered[1,2]"), "list 93c700010102");
    EXPECT_EQ(parsed("{\"b\": 1, \"a\": 2, 3: bytes\"\"}"), "map 8303a104a2036102a2036201");
    EXPECT_EQ(parsed("ordered{1: 2}"), "map 82c70001c00102");
    EXPECT_EQ(parsed("ordered:3{1: 2}"), "map 82c70003c00102");
    EXPECT_EQ(parsed("ordered:17[]"), "list 91c70001");
    EXPECT_EQ(parsed("[raw\"63ff\", ext\"0501\", hll\"00\"]"), "list 93a263ffd40501a21200");
}

TEST(ParseValue, Refuses) {
    for (const char* text : {"",
                             " ",
                             "nul",
                             "truex",
                             "1 2",
                             "-",
                             "1-",
                             "1.2.3",
                             "1e999",
                             "9223372036854775808",
                             "99999999999999999999",
                             "-9223372036854775809",
                             "\"a",
                             "\"\\q\"",
                             "\"\\u12\"",
                             "\"\\ud800\"",
                             "\"\\ud800\\u0041\"",
                             "\"\\udc00\"",
                             "\"\\xg0\"",
                             "\"\n\"",
                             "bytes\"0\"",
                             "bytes\"0g\"",
                             "bytes\"00",
                             "string\"00\"",
                             "nil\"\"",
                             "blob\"00\"",
                             "hll\"00\"",
                             "raw\"63\"",
                             "raw\"\"",
                             "ext\"01\"",
                             "[ext\"\"]",
                             "geo",
                             "geo{",
                             "geo{\"}",
                             "geo{\"\\",
                             "geo[]",
                             "[",
                             "]",
                             "[1",
                             "[1,]",
                             "[,1]",
                             "[1 2]",
                             "{",
                             "{1}",
                             "{1:}",
                             "{1:2",
                             "{1:2,}",
                             "{null: 1}",
                             "{1: 1, 1: 2}",
                             "{1.0: 1}",
                             "ordered",
                             "ordered 1",
                             "ordered[2, 1]",
                             "ordered{2: 1, 1: 1}",
                             "ordered:x[]",
                             "ordered:256[]",
                             "ordered:",
                             "wildcard",
                             "infinity",
                             "[wildcard]",
                             "[ext\"ff00\", 1]",
                             "[1, ext\"ff00\"]"})
        EXPECT_TRUE(parsed(text).starts_with("refused: ")) << text << ": " << parsed(text);
}

TEST(ParseValue, LimitsDepth) {
    auto nested = [](size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    EXPECT_TRUE(parsed(nested(value_depth_max)).starts_with("list "));
    EXPECT_TRUE(parsed(nested(value_depth_max + 1)).starts_with("refused: "));
    EXPECT_TRUE(parsed(std::string(1'000'000, '[')).starts_with("refused: "));
}

// float32 is printed as the double it equals, everything else comes back byte by byte.
void widen(test::Value& value) {
    value.narrow = false;
    for (test::Value& item : value.items) widen(item);
}

TEST(Text, ReadsBackWhatItPrints) {
    Random random(5);
    test::ValueMaker maker(random);
    for (int i = 0; i < 10'000; i++) {
        test::Value value = maker.of(random.one_in(2) ? test::Value::list : test::Value::map);
        widen(value);
        auto type = value.kind == test::Value::list ? Particle::list : Particle::map;
        Buffer bytes = test::encode(value), out;
        std::string text = value_text(type, bytes.bytes());
        auto read = parse_value(text, out);
        ASSERT_TRUE(read) << text << ": " << read.error().text;
        ASSERT_EQ(*read, type);
        ASSERT_EQ(hex_of(out.bytes()), hex_of(bytes.bytes())) << text;
    }
}

TEST(Text, ReadsBackStringsOfAnyBytes) {
    Random random(6);
    for (int i = 0; i < 20'000; i++) {
        std::string content;
        for (uint64_t size = random.below(12); size > 0; size--)
            content += static_cast<char>(random.one_in(2) ? random.below(256) : 0xe0);
        for (std::string_view head : {"", "{"}) {
            std::string bytes = std::string(head) + content;
            Buffer out;
            auto read = parse_value(value_text(Particle::string, bytes_of(bytes)), out);
            ASSERT_TRUE(read && *read == Particle::string);
            ASSERT_EQ(hex_of(out.bytes()), hex_of(bytes_of(bytes)));
            std::string geo = std::string(3, '\0') + bytes;
            out.clear();
            read = parse_value(value_text(Particle::geojson, bytes_of(geo)), out);
            ASSERT_TRUE(read && *read == Particle::geojson);
            ASSERT_EQ(hex_of(out.bytes()), hex_of(bytes_of(geo)));
        }
    }
}

}  // namespace
}  // namespace winnow
