// Predicate expressions: the rules of their building and what the second seed describes.

#include <gtest/gtest.h>

#include "record/filter/filter_testing.h"

namespace winnow {
namespace {

using namespace test;

// The example of the documentation: age 30 to 40 and zone 3.
std::string example() {
    return pe_int_bin("age") + pe_int(30) + node(203) + pe_int_bin("age") + pe_int(40) + node(205) +
           pe_int_bin("zone_id") + pe_int(3) + node(200) + pe_and(3);
}

TEST(Predexp, TheExampleOfTheDocumentation) {
    auto record = [](int64_t age, int64_t zone) {
        Record made;
        made.integer("age", age).integer("zone_id", zone);
        return passes(example(), made);
    };
    EXPECT_TRUE(record(30, 3));
    EXPECT_TRUE(record(40, 3));
    EXPECT_FALSE(record(29, 3));
    EXPECT_FALSE(record(41, 3));
    EXPECT_FALSE(record(35, 4));
}

TEST(Predexp, ErrorOrUnknownIsFalse) {
    Record without, other;
    other.string("age", "35").integer("zone_id", 3);
    EXPECT_FALSE(passes(example(), without));
    EXPECT_FALSE(passes(example(), other));
}

TEST(Predexp, NoCoercion) {
    Record record;
    record.add("age", Particle::float64, be(0x4041800000000000, 8));  // 35.0
    EXPECT_FALSE(passes(pe_int_bin("age") + pe_int(35) + node(200), record));
}

TEST(Predexp, BuildErrors) {
    const std::string condition = pe_int_bin("a") + pe_int(1) + node(200);
    for (const std::string& encoded : {
             pe_int(1),                                                // a value as the root
             condition + condition,                                    // two roots
             condition + pe_and(2),                                    // too few operands
             pe_int(1) + pe_not(),                                     // a value where a condition
             pe_int_bin("a") + pe_str("x") + node(200),                // other types
             pe_str_bin("a") + pe_str("x") + node(200),                //
             pe_str_bin("a") + pe_str_bin("b") + node(212, be(0, 4)),  // no constant pattern
             pe_str_bin("a") + pe_str("[") + node(212, be(0, 4)),      // a bad pattern
             condition + node(104, "m") + node(250, "v"),              // a list, of a map
             condition + pe_int_bin("a") + node(250, "v"),             //
             node(153, be(0, 4)) + pe_int(0) + node(200),              // modulus 0
             node(100, std::string(16, 'n')) + pe_int(1) + node(200),  // a long name
             node(10, be(1, 4)) + pe_int(1) + node(200),               // payload sizes
             pe_int_bin("a") + pe_int(1) + node(200, "x"),             //
             node(219),                                                // an unknown tag
             condition.substr(0, condition.size() - 1),                // cut
             condition + std::string(1, '\0'),                         // bytes left over
         })
        EXPECT_EQ(refusal(encoded), ResultCode::parameter) << encoded;
    EXPECT_EQ(refusal(node(102, "g") + node(12, std::string("\0\0\0{}", 5)) + node(220)),
              ResultCode::unsupported);
}

TEST(Predexp, AndOfNothingIsTrueOrOfNothingFalse) {
    Record record;
    EXPECT_TRUE(passes(pe_and(0), record));
    EXPECT_FALSE(passes(pe_or(0), record));
    EXPECT_TRUE(passes(pe_and(0) + pe_and(1), record));
}

std::string list_of(const std::vector<std::string>& elements) {
    return list(elements);
}

TEST(Predexp, IteratesListsAndMaps) {
    Record record;
    record.add("pets", Particle::list, list_of({str("cat"), num(7), str("dog")}))
        .add("m", Particle::map, "\x82" + str("a") + num(1) + str("b") + num(2))
        .add("empty", Particle::list, list_of({}));
    auto any = [](std::string_view bin, std::string_view wanted) {
        return pe_str(wanted) + node(121, "v") + node(210) + node(103, bin) + node(250, "v");
    };
    EXPECT_TRUE(passes(any("pets", "cat"), record));
    EXPECT_FALSE(passes(any("pets", "cow"), record));
    EXPECT_FALSE(passes(any("nope", "cat"), record));
    EXPECT_FALSE(passes(any("m", "a"), record));

    const std::string positive = node(120, "v") + pe_int(0) + node(202);
    auto every = [&](std::string_view bin) { return positive + node(103, bin) + node(253, "v"); };
    EXPECT_FALSE(passes(every("pets"), record));
    EXPECT_TRUE(passes(every("empty"), record));
    EXPECT_FALSE(passes(every("nope"), record));
    EXPECT_TRUE(passes(every("nope") + pe_not(), record));
    EXPECT_TRUE(passes(positive + node(104, "m") + node(255, "v"), record));
    EXPECT_FALSE(passes(positive + node(104, "m") + node(254, "v"), record));

    const std::string key_a = node(121, "v") + pe_str("a") + node(210);
    EXPECT_TRUE(passes(key_a + node(104, "m") + node(251, "v"), record));
    EXPECT_FALSE(passes(key_a + node(104, "m") + node(252, "v"), record));
}

TEST(Predexp, TheInnermostVariableOfANameCounts) {
    Record record;
    record.add("l", Particle::list, list_of({num(1), num(2)}))
        .add("k", Particle::list, list_of({num(5)}));
    auto equals = [](std::string_view name, int64_t value) {
        return node(120, name) + pe_int(value) + node(200);
    };
    const std::string inner = equals("v", 5) + node(103, "k") + node(250, "v");
    EXPECT_TRUE(passes(inner + node(103, "l") + node(250, "v"), record));
    const std::string both = equals("v", 5) + equals("w", 2) + pe_and(2) + node(103, "k") +
                             node(250, "v") + node(103, "l") + node(250, "w");
    EXPECT_TRUE(passes(both, record));
    // A name that nobody binds has no value.
    EXPECT_FALSE(passes(equals("v", 5), record));
    EXPECT_TRUE(passes(equals("v", 5) + pe_not(), record));
}

TEST(Predexp, GivesUpWhereItWouldTakeForEver) {
    Record record;
    record.add("l", Particle::list, list_of(std::vector<std::string>(1000, num(1))));
    std::string encoded = node(120, "v") + pe_int(2) + node(200);
    for (int i = 0; i < 10; i++) encoded += node(103, "l") + node(250, "w");
    auto filter = Filter::decode(bytes_of(encoded));
    ASSERT_TRUE(filter);
    uint64_t steps = 0;
    EXPECT_EQ(filter->decide(record.meta(), record.version(), steps), Filter::Verdict::too_costly);
    EXPECT_LE(steps, filter::steps_max);
}

TEST(Predexp, DeepTreesAreAccepted) {
    Record record;
    record.integer("a", 1);
    std::string encoded = pe_int_bin("a") + pe_int(1) + node(200);
    for (int i = 0; i < 1000; i++) encoded += pe_not();
    EXPECT_TRUE(passes(encoded, record));
    for (int i = 0; i < 100'000; i++) encoded += pe_not();
    EXPECT_EQ(refusal(encoded), ResultCode::parameter);
}

TEST(Predexp, DigestModuloIsUnsigned) {
    Record record;
    // The last word of digest("demo", 1) is 0xc846c4ac.
    uint32_t word = record.version().digest().modulo_word();
    for (uint32_t modulus : {2u, 3u, 7u, 4'000'000'000u})
        EXPECT_TRUE(passes(node(153, be(modulus, 4)) + pe_int(word % modulus) + node(200), record));
}

}  // namespace
}  // namespace winnow
