#include "record/value/msgpack.h"

#include <gtest/gtest.h>

#include <bit>
#include <limits>

#include "base/random.h"
#include "record/value/hex_bytes.h"
#include "record/value/random_value.h"

namespace winnow {
namespace {

using test::Hex;
using test::hex_of;

template <class Write>
std::string written(Write write) {
    Buffer out;
    MsgpackWriter writer(out);
    write(writer);
    return hex_of(out.bytes());
}

std::string written_integer(int64_t value) {
    return written([&](MsgpackWriter& writer) { writer.integer(value); });
}

TEST(MsgpackWriter, WritesTheShortestIntegers) {
    EXPECT_EQ(written_integer(0), "00");
    EXPECT_EQ(written_integer(127), "7f");
    EXPECT_EQ(written_integer(128), "cc80");
    EXPECT_EQ(written_integer(255), "ccff");
    EXPECT_EQ(written_integer(300), "cd012c");
    EXPECT_EQ(written_integer(65535), "cdffff");
    EXPECT_EQ(written_integer(65536), "ce00010000");
    EXPECT_EQ(written_integer(0x1'0000'0000), "cf0000000100000000");
    EXPECT_EQ(written_integer(std::numeric_limits<int64_t>::max()), "cf7fffffffffffffff");
    EXPECT_EQ(written_integer(-1), "ff");
    EXPECT_EQ(written_integer(-32), "e0");
    EXPECT_EQ(written_integer(-33), "d0df");
    EXPECT_EQ(written_integer(-128), "d080");
    EXPECT_EQ(written_integer(-129), "d1ff7f");
    EXPECT_EQ(written_integer(-32769), "d2ffff7fff");
    EXPECT_EQ(written_integer(-0x8000'0001ll), "d3ffffffff7fffffff");
    EXPECT_EQ(written_integer(std::numeric_limits<int64_t>::min()), "d38000000000000000");
    EXPECT_EQ(written([](auto& w) { w.uinteger(~uint64_t{0}); }), "cfffffffffffffffff");
}

TEST(MsgpackWriter, WritesTheExamplesOfTheReference) {
    EXPECT_EQ(written([](auto& w) { w.string("a"); }), "a20361");
    EXPECT_EQ(written([](auto& w) { w.string(""); }), "a103");
    EXPECT_EQ(written([](auto& w) { w.string(Particle::blob, Hex("0102").bytes()); }), "a3040102");
    EXPECT_EQ(written([](auto& w) { w.string(Particle::geojson, bytes_of("{}")); }), "a3177b7d");
    EXPECT_EQ(written([](auto& w) { w.float64(1.5); }), "cb3ff8000000000000");
    EXPECT_EQ(written([](auto& w) { w.float32(1.5); }), "ca3fc00000");
    EXPECT_EQ(written([](auto& w) { w.array(2, order_sorted); }), "93c70001");
    EXPECT_EQ(written([](auto& w) { w.map(1, 3); }), "82c70003c0");
    EXPECT_EQ(written([](auto& w) { w.map(0); }), "80");
    EXPECT_EQ(written([](auto& w) { w.wildcard(); }), "d4ff00");
    EXPECT_EQ(written([](auto& w) { w.infinity(); }), "d4ff01");
    EXPECT_EQ(written([](auto& w) { w.nil(); }), "c0");
    EXPECT_EQ(written([](auto& w) { w.boolean(false); }), "c2");
    EXPECT_EQ(written([](auto& w) { w.raw({}); }), "a0");
}

TEST(MsgpackWriter, WidensHeads) {
    auto string_head = [](size_t size) {
        std::string content(size, 'x');
        return written([&](auto& w) { w.raw(bytes_of(content)); }).substr(0, 10);
    };
    EXPECT_EQ(string_head(31), "bf78787878");
    EXPECT_EQ(string_head(32), "d920787878");
    EXPECT_EQ(string_head(255), "d9ff787878");
    EXPECT_EQ(string_head(256), "da01007878");
    EXPECT_EQ(string_head(65536), "db00010000");
    EXPECT_EQ(written([](auto& w) { w.array(15); }), "9f");
    EXPECT_EQ(written([](auto& w) { w.array(15, 1); }), "dc0010c70001");
    EXPECT_EQ(written([](auto& w) { w.array(16); }), "dc0010");
    EXPECT_EQ(written([](auto& w) { w.array(65536); }), "dd00010000");
    EXPECT_EQ(written([](auto& w) { w.map(16); }), "de0010");
    EXPECT_EQ(written([](auto& w) { w.map(65536); }), "df00010000");
    auto ext_head = [](size_t size) {
        std::string content(size, 'x');
        return written([&](auto& w) { w.ext(5, bytes_of(content)); }).substr(0, 6);
    };
    EXPECT_EQ(ext_head(1), "d40578");
    EXPECT_EQ(ext_head(16), "d80578");
    EXPECT_EQ(ext_head(3), "c70305");
    EXPECT_EQ(ext_head(256), "c80100");
    EXPECT_EQ(ext_head(65536), "c90001");
}

MsgpackToken read_one(std::string_view hex, bool whole = true) {
    Hex bytes(hex);
    MsgpackReader reader(bytes.bytes());
    MsgpackToken token;
    EXPECT_TRUE(reader.next(token)) << hex;
    EXPECT_EQ(reader.at_end(), whole) << hex;
    token.bytes = {};  // does not outlive this function
    return token;
}

TEST(MsgpackReader, ReadsIntegersOfAnyWidth) {
    struct Case {
        const char* hex;
        int64_t value;
        bool minimal;
    };
    const Case cases[] = {
        {"00", 0, true},
        {"7f", 127, true},
        {"e0", -32, true},
        {"ff", -1, true},
        {"cc7f", 127, false},
        {"cc80", 128, true},
        {"cd00ff", 255, false},
        {"cd0100", 256, true},
        {"ce0000ffff", 65535, false},
        {"ce00010000", 65536, true},
        {"cf00000000ffffffff", 0xffff'ffff, false},
        {"cf0000000100000000", 0x1'0000'0000, true},
        {"d0e0", -32, false},
        {"d0df", -33, true},
        {"d001", 1, false},
        {"d1ff80", -128, false},
        {"d1ff7f", -129, true},
        {"d2ffff8000", -32768, false},
        {"d2ffff7fff", -32769, true},
        {"d200000002", 2, false},
        {"d3ffffffff80000000", -0x8000'0000ll, false},
        {"d3ffffffff7fffffff", -0x8000'0001ll, true},
        {"d30000000100000000", 0x1'0000'0000, false},
    };
    for (const Case& each : cases) {
        MsgpackToken token = read_one(each.hex);
        EXPECT_EQ(token.kind, MsgpackKind::integer) << each.hex;
        EXPECT_EQ(token.integer, each.value) << each.hex;
        EXPECT_EQ(token.minimal, each.minimal) << each.hex;
    }
    MsgpackToken big = read_one("cf8000000000000000");
    EXPECT_EQ(big.kind, MsgpackKind::uinteger);
    EXPECT_EQ(big.uinteger, uint64_t{1} << 63);
}

TEST(MsgpackReader, ReadsEveryKind) {
    EXPECT_EQ(read_one("c0").kind, MsgpackKind::nil);
    EXPECT_FALSE(read_one("c2").boolean);
    EXPECT_TRUE(read_one("c3").boolean);
    EXPECT_EQ(read_one("c3").kind, MsgpackKind::boolean);
    EXPECT_EQ(read_one("ca3fc00000").kind, MsgpackKind::float32);
    EXPECT_EQ(read_one("ca3fc00000").real, 1.5);
    EXPECT_EQ(read_one("cb3ff8000000000000").kind, MsgpackKind::float64);
    EXPECT_EQ(read_one("cb3ff8000000000000").real, 1.5);
    EXPECT_EQ(read_one("d4ff00").kind, MsgpackKind::wildcard);
    EXPECT_EQ(read_one("d4ff01").kind, MsgpackKind::infinity);
    EXPECT_EQ(read_one("c701ff00").kind, MsgpackKind::wildcard);
    EXPECT_EQ(read_one("d4ff02").kind, MsgpackKind::ext);
    EXPECT_EQ(read_one("c70001").kind, MsgpackKind::ext);
    EXPECT_EQ(read_one("c70001").ext_type, 1);
    EXPECT_EQ(read_one("d60a01020304").ext_type, 10);
    EXPECT_EQ(read_one("c8000105ff").ext_type, 5);
    EXPECT_EQ(read_one("c90000000105ff").ext_type, 5);
    EXPECT_EQ(read_one("920102", false).count, 2u);
    EXPECT_EQ(read_one("820102c0c0", false).kind, MsgpackKind::map);
    EXPECT_EQ(read_one("820102c0c0", false).children(), 4u);
    EXPECT_EQ(read_one("dc000101", false).count, 1u);
    EXPECT_FALSE(read_one("dc000101", false).minimal);
    EXPECT_EQ(read_one("dd0000000101", false).count, 1u);
    EXPECT_EQ(read_one("de00010101", false).count, 1u);
    EXPECT_EQ(read_one("df000000010101", false).count, 1u);
}

TEST(MsgpackReader, ReadsStringsOfAnyHead) {
    for (const char* hex : {"a20361", "d9020361", "da00020361", "db000000020361", "c4020361",
                            "c500020361", "c6000000020361"}) {
        Hex bytes(hex);
        MsgpackReader reader(bytes.bytes());
        MsgpackToken token;
        ASSERT_TRUE(reader.next(token)) << hex;
        EXPECT_TRUE(reader.at_end());
        EXPECT_EQ(token.kind, MsgpackKind::string);
        EXPECT_EQ(hex_of(token.bytes), "0361");
        EXPECT_TRUE(token.is_string_of(Particle::string));
        EXPECT_FALSE(token.is_string_of(Particle::blob));
        EXPECT_EQ(text_of(token.content()), "a");
        EXPECT_EQ(token.minimal, std::string_view(hex) == "a20361");
    }
    Hex empty("a0");
    MsgpackReader reader(empty.bytes());
    MsgpackToken token;
    ASSERT_TRUE(reader.next(token));
    EXPECT_TRUE(token.bytes.empty());
    EXPECT_TRUE(token.content().empty());
    EXPECT_FALSE(token.is_string_of(Particle::nil));
}

TEST(MsgpackReader, RefusesWhatIsCut) {
    for (const char* hex : {"",
                            "c1",
                            "cc",
                            "cd00",
                            "ce000000",
                            "cf00000000000000",
                            "d0",
                            "d3",
                            "ca000000",
                            "cb",
                            "a1",
                            "d9",
                            "d901",
                            "da0001",
                            "db00000001",
                            "c401",
                            "c501",
                            "c7",
                            "c700",
                            "c70101",
                            "d4",
                            "d4ff",
                            "c8ffff01",
                            "91",
                            "9201",
                            "81",
                            "8101",
                            "dc",
                            "dc0001",
                            "ddffffffff01",
                            "dfffffffff01"}) {
        Hex bytes(hex);
        MsgpackReader reader(bytes.bytes());
        MsgpackToken token;
        EXPECT_FALSE(reader.next(token)) << hex;
    }
}

TEST(MsgpackReader, SkipsWholeValues) {
    Hex bytes("92 9201 81 a20361 93c70001 01 02 c0 07");
    MsgpackReader reader(bytes.bytes());
    ASSERT_TRUE(reader.skip());
    EXPECT_EQ(reader.left(), 1u);
    ASSERT_TRUE(reader.skip());
    EXPECT_TRUE(reader.at_end());
    EXPECT_FALSE(reader.skip());
    EXPECT_TRUE(reader.skip(0));
    Hex nested("92 92 01 02 92 03");
    EXPECT_FALSE(MsgpackReader(nested.bytes()).skip());
}

TEST(MsgpackReader, SkipsAnyDepth) {
    std::string deep(1'000'000, '\x91');
    EXPECT_FALSE(MsgpackReader(bytes_of(deep)).skip());
    deep += '\1';
    MsgpackReader reader(bytes_of(deep));
    EXPECT_TRUE(reader.skip());
    EXPECT_TRUE(reader.at_end());
}

TEST(MsgpackReader, FindsOrderHeaders) {
    struct Case {
        const char* hex;
        uint8_t flags;
        uint32_t count;
        size_t position;
    };
    const Case cases[] = {
        {"93c700010102", 1, 2, 4},       {"9101", 0, 1, 1},        {"90", 0, 0, 1},
        {"92d4ff0001", 0, 2, 1},         {"91c70011", 0x11, 0, 4}, {"82c70003c00102", 3, 1, 5},
        {"82c702030909c00102", 3, 1, 7}, {"92d4010901", 1, 1, 4},  {"92c7000001", 0, 1, 4},
    };
    for (const Case& each : cases) {
        Hex bytes(each.hex);
        MsgpackReader reader(bytes.bytes());
        MsgpackToken head;
        uint8_t flags;
        ASSERT_TRUE(reader.next(head));
        ASSERT_TRUE(reader.order_header(head, flags)) << each.hex;
        EXPECT_EQ(flags, each.flags) << each.hex;
        EXPECT_EQ(head.count, each.count) << each.hex;
        EXPECT_EQ(reader.position(), each.position) << each.hex;
    }
    Hex without_nil("82c70001010203");
    MsgpackReader reader(without_nil.bytes());
    MsgpackToken head;
    uint8_t flags;
    ASSERT_TRUE(reader.next(head));
    EXPECT_FALSE(reader.order_header(head, flags));
}

TEST(Msgpack, ReadsBackWhatItWrites) {
    Random random(7);
    for (int i = 0; i < 100'000; i++) {
        uint64_t bits = random.next() >> random.below(64);
        Buffer out;
        MsgpackWriter writer(out);
        auto value = static_cast<int64_t>(random.one_in(2) ? bits : ~bits);
        writer.integer(value);
        writer.uinteger(bits);
        writer.float64(std::bit_cast<double>(bits));
        MsgpackReader reader(out.bytes());
        MsgpackToken token;
        ASSERT_TRUE(reader.next(token));
        ASSERT_TRUE(token.minimal);
        ASSERT_EQ(token.integer, value);
        ASSERT_TRUE(reader.next(token));
        ASSERT_TRUE(token.minimal);
        ASSERT_EQ(token.uinteger, bits);
        ASSERT_TRUE(reader.next(token));
        ASSERT_EQ(std::bit_cast<uint64_t>(token.real), bits);
        ASSERT_TRUE(reader.at_end());
    }
}

TEST(Msgpack, SkipsRandomValuesAndNoPrefixOfThem) {
    Random random(8);
    for (int i = 0; i < 2'000; i++) {
        Buffer out = test::encode(test::ValueMaker(random).any());
        MsgpackReader reader(out.bytes());
        ASSERT_TRUE(reader.skip());
        ASSERT_TRUE(reader.at_end());
        for (size_t size = 0; size < out.size(); size++)
            ASSERT_FALSE(MsgpackReader(out.bytes().first(size)).skip());
    }
}

}  // namespace
}  // namespace winnow
