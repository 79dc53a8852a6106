#include "record/value/canonical.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <chrono>
#include <string>

#include "base/random.h"
#include "record/value/hex_bytes.h"
#include "record/value/msgpack.h"
#include "record/value/random_value.h"

namespace winnow {
namespace {

using test::Hex;
using test::hex_of;

// The stored form in hexadecimal, or "refused: " and why. Checks along the way that both functions
// agree: what one calls canonical the other does not change, what is refused is never canonical.
std::string stored(Particle type, Bytes value) {
    auto canonical = check_canonical(type, value);
    Buffer out;
    out.append("before");
    auto rewritten = canonicalize(type, value, out);
    if (!rewritten) {
        EXPECT_EQ(text_of(out.bytes()), "before");
        EXPECT_EQ(rewritten.error().code, ResultCode::server_error);
        EXPECT_FALSE(canonical && *canonical) << hex_of(value);
        return std::string("refused: ") + rewritten.error().text;
    }
    EXPECT_TRUE(canonical) << hex_of(value);
    Bytes result = out.bytes().subspan(6);
    if (canonical) {
        EXPECT_EQ(*canonical, same_bytes(result, value)) << hex_of(value);
    }
    auto again = check_canonical(type, result);
    EXPECT_TRUE(again && *again) << hex_of(result);
    return hex_of(result);
}
std::string stored_list(std::string_view hex) {
    return stored(Particle::list, Hex(hex).bytes());
}
std::string stored_map(std::string_view hex) {
    return stored(Particle::map, Hex(hex).bytes());
}

void expect_refused(const std::string& result, std::string_view why) {
    EXPECT_TRUE(result.starts_with("refused: ") && result.find(why) != std::string::npos) << result;
}

TEST(Canonical, KeepsWhatIsCanonical) {
    // kv-00070 ff, list-00001 ff, map-00051 ff and values reference §11.1.
    for (const char* hex :
         {"90", "9101", "93c70001 01 02", "91c70001",
          "9801a20361a20478cb3ff8000000000000c0c3910181a2036b01", "91a0", "91a463616263",
          "91ca3fc00000", "91cfffffffffffffffff", "9291c7000101", "91a161",
          "9593030102920492050683c70001c0a2036a82c70001c0a203789109a2036b92070894c700010103050a",
          "92b812000400000000000000000000100800000200000200100005", "9201c70001"}) {
        Hex bytes(hex);
        EXPECT_EQ(stored_list(hex), hex_of(bytes.bytes()));
    }
    for (const char* hex :
         {"80", "81a2036101", "81a2047801", "820102a203789101", "81c70001c0",
          "83c70001c0a2036101a2036202", "83c70002c0a2036101a2036202", "83c70003c0a2036102a2036201",
          "81a20361c70001", "85c70001c0ff0105a20369a10300a20373a20373"}) {
        Hex bytes(hex);
        EXPECT_EQ(stored_map(hex), hex_of(bytes.bytes()));
    }
}

TEST(Canonical, ShortensListsAndWhatIsInThem) {
    EXPECT_EQ(stored_list("93d10001d200000002d30000000000000003"), "93010203");  // list-01149
    EXPECT_EQ(stored_list("92cf8000000000000000cfffffffffffffffff"),
              "92cf8000000000000000cfffffffffffffffff");               // list-01152
    EXPECT_EQ(stored_list("92d9020361da00020362"), "92a20361a20362");  // list-01164
    EXPECT_EQ(stored_list("dc000101"), "9101");                        // list-01170
    EXPECT_EQ(stored_list("dd0000000101"), "9101");                    // list-01175
    EXPECT_EQ(stored_list("92c40103c4020461"), "92a103a20461");        // list-01160
    EXPECT_EQ(stored_list("91c402047a"), "91a2047a");                  // kv-00193
    EXPECT_EQ(stored_list("91c400"), "91a0");
    EXPECT_EQ(stored_list("91cc01"), "9101");  // kv-00188
    EXPECT_EQ(stored_list("91d0ff"), "91ff");
    EXPECT_EQ(stored_list("9191d10001"), "919101");
    EXPECT_EQ(stored_list("91de00010102"), "91810102");
}

TEST(Canonical, KeepsOfOrderHeadersWhatCounts) {
    EXPECT_EQ(stored_list("92c7001101"), "92c7000101");      // list-01182
    EXPECT_EQ(stored_list("9192c7001101"), "9192c7000101");  // list-01184
    EXPECT_EQ(stored_list("92c7000201"), "9101");            // list-01185
    EXPECT_EQ(stored_list("92c7000501"), "92c7000101");      // kv-00211
    EXPECT_EQ(stored_list("91c70002"), "90");
    EXPECT_EQ(stored_list("92c7000001"), "9101");
    EXPECT_EQ(stored_list("92c702010909 01"), "92c7000101");
    EXPECT_EQ(stored_list("92d4011001"), "92c7000101");
    EXPECT_EQ(stored_map("82c70005c00101"), "82c70001c00101");  // kv-00213
    EXPECT_EQ(stored_map("83c70011c0a2036101a2036202"), "83c70001c0a2036101a2036202");
    EXPECT_EQ(stored_map("83c70010c0a2036201a2036102"), "82a2036102a2036201");  // map-02281
    EXPECT_EQ(stored_map("83c70008c0a2036201a2036102"), "82a2036102a2036201");
    EXPECT_EQ(stored_map("83c70002c0a2036201a2036102"), "83c70002c0a2036102a2036201");
    EXPECT_EQ(stored_map("81c70010c0"), "80");
    // A list of 15 elements and a header has the wide head, until the header goes.
    EXPECT_EQ(stored_list("dc0010c70002010101010101010101010101010101"),
              "9f010101010101010101010101010101");
}

TEST(Canonical, SortsUnorderedMaps) {
    EXPECT_EQ(stored_map("82a2036201a2036102"), "82a2036102a2036201");  // kv-00083
    EXPECT_EQ(stored_map("de0001a2036101"), "81a2036101");              // map-02301
    EXPECT_EQ(stored_map("82d1000501cd000602"), "8205010602");          // map-02289
    EXPECT_EQ(stored_map("85a20373a2037305a20369a20401a20362a10300ff01"),
              "85ff0105a20369a10300a20373a20373a20401a20362");  // map-00202
    EXPECT_EQ(stored_map("820182c70001c00282c70001c00101009193c700010203"),
              "82009193c7000102030182c70001c00282c70001c00101");  // map-02357
    EXPECT_EQ(stored_map("83a2037a93030201a2037981a203719105a2037801"),
              "83a2037801a2037981a203719105a2037a93030201");  // list-01286
    // The same map in another order, inside values that move.
    EXPECT_EQ(stored_map("82 02 82 0402 0381 0201 01 82 02810202 0181 0301"),
              "82018201810301028102020282038102010402");
    EXPECT_EQ(stored_list("92 82020a010b 82 02820401030201 00"), "9282010b020a820100028203020401");
}

TEST(Canonical, RefusesWhatIsNotMsgpack) {
    for (const char* hex : {"", "91", "9201", "91c1", "c1", "91cc", "91a20361c0", "9191",
                            "ddffffffff01", "92c70001", "91c7"})
        EXPECT_TRUE(stored_list(hex).starts_with("refused: ")) << hex;
    for (const char* hex :
         {"", "81", "8101", "8101c1", "82a2036101", "de00020101", "81c70001", "82c70001010102"})
        EXPECT_TRUE(stored_map(hex).starts_with("refused: ")) << hex;
    expect_refused(stored_list("910101"), "left over");
    expect_refused(stored_map("81a203610102"), "left over");
}

TEST(Canonical, RefusesTheWrongKind) {
    for (const char* hex : {"01", "c0", "81a2036101", "80", "a20361"})
        expect_refused(stored_list(hex), "declared");
    for (const char* hex : {"01", "90", "920102", "c0"})
        expect_refused(stored_map(hex), "declared");
}

TEST(Canonical, RefusesArguments) {
    for (const char* hex : {"91d4ff00", "91d4ff01", "9191d4ff00", "91c701ff00", "91d4ff02",
                            "91c700ff", "92c70001d4ff00", "918101d4ff01"})
        expect_refused(stored_list(hex), "wildcard");
    expect_refused(stored_map("8101d4ff00"), "wildcard");
    expect_refused(stored_map("81d4ff0001"), "key");
}

TEST(Canonical, RefusesKeysThatAreNotScalars) {
    // nil, bool, double, list, map, GeoJSON, language blob, HLL, no type, ext behind the header
    for (const char* hex :
         {"81c001", "81c301", "81cb3ff800000000000001", "81910101", "8181010201", "81a2177801",
          "81a2077101", "81a41200040101", "81a001", "82c70001c0c7000101", "820101c7000101",
          "8201a20369cb3ff0000000000000a20364"})
        expect_refused(stored_map(hex), "key is");
    expect_refused(stored_list("9181c001"), "key is");
}

TEST(Canonical, RefusesKeysThatOccurTwice) {
    expect_refused(stored_map("82a2036101a2036102"), "twice");      // kv-00093
    expect_refused(stored_map("8201a20361cd0001a20362"), "twice");  // map-02349
    expect_refused(stored_map("83010102010103"), "twice");
    expect_refused(stored_map("83a2036201a2036102a2036203"), "twice");  // map-02254
    expect_refused(stored_map("83c70001c0a2036101a2036102"), "twice");
    expect_refused(stored_map("8101 82 0101 0102"), "twice");
}

TEST(Canonical, RefusesOrderedButUnsorted) {
    expect_refused(stored_map("84c70001c0a2036201a2036102a2036303"), "sorted");  // map-02257
    expect_refused(stored_map("83c70003c002000100"), "sorted");
    expect_refused(stored_map("810183c70001c0a2036201a2036102"), "sorted");  // map-02362
    expect_refused(stored_list("93c700010201"), "sorted");
    expect_refused(stored_list("93c700110201"), "sorted");
    expect_refused(stored_list("9193c700010201"), "sorted");  // list-01206
    expect_refused(stored_list("93c70001cb000000000000000001"), "sorted");
    EXPECT_EQ(stored_list("94c70001010101"), "94c70001010101");
    EXPECT_EQ(stored_list("93c70001ca00000000cb8000000000000000"),
              "93c70001ca00000000cb8000000000000000");
}

TEST(Canonical, ComparesMapsInSortedListsByTheirSortedForm) {
    // [{1: 9, 2: 0}, {1: 1, 3: 0}]: unsorted as they are written, the first begins with 2.
    EXPECT_EQ(stored_list("93c70001 82 0200 0109 82 0101 0300"),
              "refused: a list or map is marked as ordered, but not sorted");
    EXPECT_EQ(stored_list("93c70001 82 0101 0300 82 0200 0109"), "93c7000182010103008201090200");
}

TEST(Canonical, RefusesASecondHeader) {
    expect_refused(stored_list("92c70002c70001"), "two order headers");
    EXPECT_EQ(stored_list("92c70001c70001"), "92c70001c70001");
}

TEST(Canonical, AnswersTheCodeOfTheCaller) {
    Hex bad("91c1"), wide_then_bad("92cc01c1");
    auto checked = check_canonical(Particle::list, bad.bytes(), ResultCode::parameter);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, ResultCode::parameter);
    Buffer out;
    auto rewritten =
        canonicalize(Particle::list, wide_then_bad.bytes(), out, ResultCode::parameter);
    ASSERT_FALSE(rewritten);
    EXPECT_EQ(rewritten.error().code, ResultCode::parameter);
}

std::string nested(std::string_view open, unsigned depth, std::string_view inside) {
    std::string text;
    for (unsigned i = 0; i < depth; i++) text += open;
    return text += inside;
}

TEST(Canonical, LimitsDepth) {
    std::string deepest = nested("\x91", value_depth_max - 1, "\x90");
    EXPECT_EQ(stored(Particle::list, bytes_of(deepest)), hex_of(bytes_of(deepest)));
    std::string too_deep = nested("\x91", value_depth_max, "\x90");
    expect_refused(stored(Particle::list, bytes_of(too_deep)), "too deep");
    expect_refused(stored(Particle::list, bytes_of(nested("\x91", 10'000'000, "\1"))), "too deep");
    std::string maps = nested("\x81\1", value_depth_max, "\1");
    EXPECT_EQ(stored(Particle::map, bytes_of(maps)), hex_of(bytes_of(maps)));
    maps = nested("\x81\1", value_depth_max + 1, "\1");
    expect_refused(stored(Particle::map, bytes_of(maps)), "too deep");
}

// Unordered maps, each with its nested map under the greatest key in front: every level moves.
TEST(Canonical, TakesLinearTimeWhateverTheNesting) {
    std::string text;
    for (unsigned i = 0; i < value_depth_max - 2; i++) text += "\x82\x02";
    Buffer filling;
    MsgpackWriter writer(filling);
    constexpr int count = 200'000;
    writer.map(count);
    for (int i = 0; i < count; i++) {
        writer.integer(count - i);
        writer.string("some text to be moved");
    }
    text += text_of(filling.bytes());
    for (unsigned i = 0; i < value_depth_max - 2; i++) text += "\1\1";
    auto start = std::chrono::steady_clock::now();
    Buffer out;
    ASSERT_TRUE(canonicalize(Particle::map, bytes_of(text), out));
    EXPECT_EQ(out.size(), text.size());
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

size_t peak_kib() {
    rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<size_t>(usage.ru_maxrss);
}

TEST(Canonical, DoesNotReserveForCountsThatCannotBe) {
    // Each of these maps claims a million pairs. There are bytes enough for one of them, and for
    // all together 1.6 GB would be reserved.
    std::string text;
    for (int i = 0; i < 200; i++) text += std::string("\x81\1\xdf\0\xf\x42\x40\1", 8);
    text += std::string(2'100'000, '\1');
    size_t before = peak_kib();
    Buffer out;
    EXPECT_FALSE(canonicalize(Particle::map, bytes_of(text), out));
    EXPECT_LT(peak_kib() - before, 100'000u);
}

TEST(Canonical, GivesTheOneStoredFormOfRandomValues) {
    Random random(1);
    test::ValueMaker maker(random);
    for (int i = 0; i < 20'000; i++) {
        test::Value value = maker.of(random.one_in(2) ? test::Value::list : test::Value::map, 4);
        auto type = value.kind == test::Value::list ? Particle::list : Particle::map;
        Buffer expected = test::encode(value), sloppy;
        test::SloppyEncoder(random, sloppy).encode(value);
        ASSERT_EQ(stored(type, expected.bytes()), hex_of(expected.bytes()));
        ASSERT_EQ(stored(type, sloppy.bytes()), hex_of(expected.bytes())) << hex_of(sloppy.bytes());
    }
}

TEST(Canonical, RefusesEveryPrefix) {
    Random random(2);
    test::ValueMaker maker(random);
    for (int i = 0; i < 1'000; i++) {
        test::Value value = maker.of(test::Value::map, 3);
        Buffer sloppy;
        test::SloppyEncoder(random, sloppy).encode(value);
        for (size_t size = 0; size < sloppy.size(); size++)
            expect_refused(stored(Particle::map, sloppy.bytes().first(size)), "cut");
    }
}

}  // namespace
}  // namespace winnow
