#include "record/value/compare.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/random.h"
#include "record/value/hex_bytes.h"
#include "record/value/msgpack.h"
#include "record/value/random_value.h"

namespace winnow {
namespace {

using test::Hex;

int sign(int order) {
    return (order > 0) - (order < 0);
}

int order(std::string_view a, std::string_view b) {
    Hex left(a), right(b);
    int result = sign(compare_values(left.bytes(), right.bytes()));
    EXPECT_EQ(sign(compare_values(right.bytes(), left.bytes())), -result) << a << " " << b;
    return result;
}

// Each value is below all that follow it.
void expect_ascending(const std::vector<std::string>& values) {
    for (size_t i = 0; i < values.size(); i++)
        for (size_t j = 0; j < values.size(); j++)
            EXPECT_EQ(order(values[i], values[j]), sign(static_cast<int>(i) - static_cast<int>(j)))
                << values[i] << " " << values[j];
}

void expect_equal(const std::vector<std::string>& values) {
    for (const std::string& a : values)
        for (const std::string& b : values) EXPECT_EQ(order(a, b), 0) << a << " " << b;
}

TEST(Compare, RanksKinds) {
    expect_ascending({"c0", "c2", "c3", "d38000000000000000", "cf7fffffffffffffff", "a103",
                      "a303ffff", "90", "92c0c0", "80", "8101c0", "a104", "a304ffff",
                      "cbfff0000000000000", "cb7ff0000000000000", "a117", "a317ffff", "c70001",
                      "d4ff01"});
}

TEST(Compare, OrdersIntegersOfAnyWidth) {
    expect_ascending({"d38000000000000000", "d1ff38", "fb", "ff", "00", "01", "ccff", "cd012c",
                      "cf7fffffffffffffff", "cf8000000000000000", "cfffffffffffffffff"});
    expect_equal({"01", "cc01", "cd0001", "cf0000000000000001", "d001", "d30000000000000001"});
}

TEST(Compare, OrdersDoubles) {
    expect_ascending({"cbfff0000000000000", "cbbff0000000000000", "cb0000000000000000",
                      "cb3ff0000000000000", "ca3fc00000", "cb7e37e43c8800759c",
                      "cb7ff0000000000000"});
    expect_equal({"cb0000000000000000", "cb8000000000000000", "ca00000000", "ca80000000"});
    for (const char* other : {"cb3ff0000000000000", "cb7ff0000000000000", "cb7ff8000000000001"})
        expect_equal({"cb7ff8000000000000", other});
}

TEST(Compare, OrdersStringsByBytes) {
    expect_ascending({"a103", "a20361", "a3036161", "a20362", "a303c3a9"});
    expect_equal({"a20361", "d9020361", "da00020361", "c4020361"});
    expect_ascending({"a117", "a31761ff", "a21762"});
}

// As golden order-00000 to order-00021 sort them: by type, not by content alone.
TEST(Compare, OrdersBlobsByTypeThenBytes) {
    expect_ascending(
        {"a0", "a104", "a20400", "a20461", "a3046162", "a20480", "a20761", "a412000400", "a2637a"});
}

TEST(Compare, OrdersLists) {
    // order-00006
    expect_ascending(
        {"90", "91c0", "9101", "920102", "93010200", "9102", "9190", "91cb3ff0000000000000"});
    expect_equal({"92c7000101", "9101", "dc000101", "92c7001101"});
    EXPECT_EQ(order("92910101", "92910102"), -1);
    EXPECT_EQ(order("9291 05 01", "92 9105 02"), -1);
    EXPECT_EQ(order("92 81 0102 01", "92 82c70001c0 0102 02"), -1);
}

TEST(Compare, OrdersMaps) {
    expect_ascending({"80", "81 01 01", "81 01 02", "81 a20361 01", "81 a20361 02", "81 a20461 00",
                      "82 00 00 01 00", "82 01 00 02 00", "82 01 01 02 00"});
    expect_equal({"80", "81c70001c0", "81c70003c0"});
    expect_equal({"82 a2036101 a2036202", "83 c70001c0 a2036101 a2036202"});
}

TEST(Compare, TheWildcardEqualsEverything) {
    for (const char* other : {"c0", "01", "a20361", "920102", "810102", "d4ff01", "d4ff00"})
        expect_equal({"d4ff00", other});
}

TEST(Compare, AWildcardEndsAListAsEqual) {
    EXPECT_EQ(order("9201d4ff00", "920105"), 0);
    EXPECT_EQ(order("9201d4ff00", "94010505 90"), 0);
    EXPECT_EQ(order("9201d4ff00", "9205d4ff00"), -1);
    EXPECT_EQ(order("9201d4ff00", "9101"), 1);
    EXPECT_EQ(order("91d4ff00", "90"), 1);
    EXPECT_EQ(order("91d4ff00", "91920102"), 0);
    // What follows the list that it ends still counts.
    EXPECT_EQ(order("92 92 01 d4ff00 05", "92 93 01 9102 02 05"), 0);
    EXPECT_EQ(order("92 92 01 d4ff00 05", "92 93 01 9102 02 06"), -1);
    EXPECT_EQ(order("92 93 d4ff00 01 9102 05", "92 90 06"), 1);
    EXPECT_EQ(order("92 93 d4ff00 01 9102 05", "92 91 07 06"), -1);
    EXPECT_EQ(order("81 01 d4ff00", "81 01 920102"), 0);
    EXPECT_EQ(order("82 01 d4ff00 02 03", "82 01 05 02 04"), 0);
    EXPECT_EQ(order("81 d4ff00 01", "81 05 07"), 0);
    EXPECT_EQ(order("82 01 d4ff00 02 03", "81 01 05"), 1);
}

TEST(Compare, InfinityIsAboveWhateverStandsThere) {
    EXPECT_EQ(order("9201d4ff01", "9201a217ff"), 1);
    EXPECT_EQ(order("9201d4ff01", "920181 0101"), 1);
    EXPECT_EQ(order("9201d4ff01", "9102"), -1);
    EXPECT_EQ(order("9201d4ff01", "9201d4ff01"), 0);
}

TEST(Compare, OrdersBins) {
    struct Bin {
        Particle type;
        const char* hex;
    };
    const Bin ascending[] = {
        {Particle::nil, ""},
        {Particle::boolean, "00"},
        {Particle::boolean, "01"},
        {Particle::integer, "8000000000000000"},
        {Particle::integer, "0000000000000005"},
        {Particle::string, ""},
        {Particle::string, "6162"},
        {Particle::string, "62"},
        {Particle::list, "92c7000101"},
        {Particle::list, "920102"},
        {Particle::map, "80"},
        {Particle::map, "82c70001c00102"},
        {Particle::blob, "ff"},
        {Particle::java_blob, "00"},
        {Particle::erlang_blob, "00"},
        {Particle::hll, "00"},
        {Particle::float64, "bff0000000000000"},
        {Particle::float64, "0000000000000000"},
        {Particle::geojson, "000000 7b7d"},
        {Particle::geojson, "000001 ffffffffffffffff 7b7e"},
        {Particle::geojson, "000000 7c"},
    };
    constexpr int count = std::size(ascending);
    for (int i = 0; i < count; i++) {
        for (int j = 0; j < count; j++) {
            Hex a(ascending[i].hex), b(ascending[j].hex);
            EXPECT_EQ(
                sign(compare_bins(ascending[i].type, a.bytes(), ascending[j].type, b.bytes())),
                sign(i - j))
                << i << " " << j;
        }
    }
    Hex cells("000001000000000000000a7b7d"), none("0000007b7d");
    EXPECT_EQ(compare_bins(Particle::geojson, cells.bytes(), Particle::geojson, none.bytes()), 0);
}

TEST(Compare, DoesNotFollowMalformedOrDeepValues) {
    EXPECT_EQ(order("9201", "920102"), -1);
    EXPECT_EQ(order("", ""), 0);
    EXPECT_EQ(order("", "00"), -1);
    std::string deep(1'000'000, '\x91');
    EXPECT_EQ(compare_values(bytes_of(deep), bytes_of(deep)), 0);
}

// The order agrees with a model of it, which shares no code with it.
TEST(Compare, AgreesWithAModelOnRandomValues) {
    Random random(3);
    test::ValueMaker maker(random);
    std::vector<test::Value> values;
    std::vector<Buffer> encoded;
    for (int i = 0; i < 1'500; i++) {
        values.push_back(maker.any());
        encoded.push_back(test::encode(values.back()));
    }
    for (size_t i = 0; i < values.size(); i++)
        for (size_t j = 0; j < values.size(); j++)
            ASSERT_EQ(sign(compare_values(encoded[i].bytes(), encoded[j].bytes())),
                      test::order(values[i], values[j]))
                << test::hex_of(encoded[i].bytes()) << " " << test::hex_of(encoded[j].bytes());
}

TEST(Compare, IsTotalAndTransitive) {
    Random random(4);
    test::ValueMaker maker(random);
    std::vector<Buffer> values;
    for (int i = 0; i < 150; i++) values.push_back(test::encode(maker.any(2)));
    auto order_at = [&](size_t i, size_t j) {
        return sign(compare_values(values[i].bytes(), values[j].bytes()));
    };
    for (size_t i = 0; i < values.size(); i++) {
        ASSERT_EQ(order_at(i, i), 0);
        for (size_t j = 0; j < values.size(); j++) {
            ASSERT_EQ(order_at(i, j), -order_at(j, i));
            for (size_t k = 0; k < values.size(); k++) {
                if (order_at(i, j) <= 0 && order_at(j, k) <= 0) {
                    ASSERT_LE(order_at(i, k), 0);
                    ASSERT_EQ(order_at(i, k) == 0, order_at(i, j) == 0 && order_at(j, k) == 0);
                }
            }
        }
    }
}

}  // namespace
}  // namespace winnow
