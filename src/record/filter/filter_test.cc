#include "record/filter/filter.h"

#include <gtest/gtest.h>
#include <pthread.h>

#include <cstdlib>
#include <new>

#include "record/filter/filter_testing.h"

namespace {
thread_local size_t allocations = 0;
}

// Not inlined: the compiler would see new answered by free and take it for a mistake.
[[gnu::noinline]] void* operator new(size_t size) {
    allocations++;
    if (void* at = std::malloc(size)) return at;
    throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new(size_t size, const std::nothrow_t&) noexcept {
    allocations++;
    return std::malloc(size);
}
void operator delete(void* at) noexcept {
    std::free(at);
}
[[gnu::noinline]] void operator delete(void* at, size_t) noexcept {
    std::free(at);
}

namespace winnow {
namespace {

using namespace test;
using filter::Type;

std::string equals(std::string_view name, int64_t value) {
    return op(1, {int_bin(name), num(value)});
}

TEST(Filter, ComparesABinWithAConstantEitherWayRound) {
    Record record;
    record.integer("age", 30);
    EXPECT_TRUE(passes(equals("age", 30), record));
    EXPECT_FALSE(passes(equals("age", 31), record));
    EXPECT_TRUE(passes(op(2, {int_bin("age"), num(31)}), record));
    EXPECT_TRUE(passes(op(3, {int_bin("age"), num(29)}), record));
    EXPECT_FALSE(passes(op(3, {int_bin("age"), num(30)}), record));
    EXPECT_TRUE(passes(op(5, {num(29), int_bin("age")}), record));
    EXPECT_FALSE(passes(op(5, {num(30), int_bin("age")}), record));
    EXPECT_TRUE(passes(op(6, {num(30), int_bin("age")}), record));
}

TEST(Filter, ComparesAtTheEndsOfTheRange) {
    constexpr int64_t lowest = INT64_MIN, highest = INT64_MAX;
    Record low, high;
    low.integer("n", lowest);
    high.integer("n", highest);
    for (Record* record : {&low, &high}) {
        EXPECT_FALSE(passes(op(3, {int_bin("n"), num(highest)}), *record));
        EXPECT_FALSE(passes(op(5, {int_bin("n"), num(lowest)}), *record));
        EXPECT_TRUE(passes(op(4, {int_bin("n"), num(lowest)}), *record));
        EXPECT_TRUE(passes(op(6, {int_bin("n"), num(highest)}), *record));
    }
    EXPECT_TRUE(passes(op(5, {int_bin("n"), num(highest)}), low));
    EXPECT_TRUE(passes(op(3, {int_bin("n"), num(lowest)}), high));
    EXPECT_TRUE(passes(equals("n", lowest), low));
    EXPECT_FALSE(passes(equals("n", lowest), high));
}

// The difference between the languages: NOT over a bin that is missing or of another type.
TEST(Filter, MissingBinsAreUnknownInExpressionsAndFalseInPredicates) {
    Record record;
    record.string("s", "text");
    for (std::string_view name : {"nope", "s"}) {
        EXPECT_FALSE(passes(equals(name, 1), record));
        EXPECT_FALSE(passes(op(18, {equals(name, 1)}), record));
        EXPECT_FALSE(passes(op(2, {int_bin(name), num(1)}), record));

        std::string predicate = pe_int_bin(name) + pe_int(1) + node(200);
        EXPECT_FALSE(passes(predicate, record));
        EXPECT_TRUE(passes(predicate + pe_not(), record));
        EXPECT_FALSE(passes(pe_int_bin(name) + pe_int(1) + node(201), record));
    }
}

TEST(Filter, LogicHasThreeValues) {
    Record record;
    const std::string yes = flag(true), no = flag(false), unknown = op(0);
    // Over a bin, so that nothing is folded.
    const std::string open = bin(Type::boolean, "nope");
    EXPECT_EQ(value_of(op(16, {yes, open}), record), "unknown");
    EXPECT_EQ(value_of(op(16, {open, no}), record), "false");
    EXPECT_EQ(value_of(op(17, {open, yes}), record), "true");
    EXPECT_EQ(value_of(op(17, {open, no}), record), "unknown");
    EXPECT_EQ(value_of(op(18, {open}), record), "unknown");
    EXPECT_EQ(value_of(op(19, {yes, no}), record), "true");
    EXPECT_EQ(value_of(op(19, {yes, yes}), record), "false");
    EXPECT_EQ(value_of(op(19, {yes, open, yes}), record), "unknown");
    EXPECT_EQ(value_of(op(123, {open, num(1), num(2)}), record), "unknown");
    EXPECT_EQ(value_of(op(123, {no, num(1), yes, num(2), num(3)}), record), "2");
    EXPECT_EQ(value_of(op(16, {unknown, yes}), record), "unknown");
    EXPECT_FALSE(passes(unknown, record));
}

TEST(Filter, LetDefinesInOrder) {
    Record record;
    record.integer("a", 4);
    auto var = [](std::string_view name) { return op(124, {raw(name)}); };
    EXPECT_EQ(value_of(op(125, {raw("x"), int_bin("a"), raw("y"), op(20, {var("x"), num(1)}),
                                op(22, {var("x"), var("y")})}),
                       record),
              "20");
    // What nobody uses may be unknown.
    EXPECT_EQ(value_of(op(125, {raw("x"), int_bin("nope"), num(5)}), record), "5");
    EXPECT_EQ(value_of(op(125, {raw("x"), int_bin("nope"), var("x")}), record), "unknown");
    EXPECT_EQ(value_of(op(125, {raw("x"), num(1), op(125, {raw("x"), num(2), var("x")})}), record),
              "refused");
    EXPECT_EQ(value_of(var("x"), record), "refused");
}

TEST(Filter, ArithmeticWrapsAndDividesByTheProduct) {
    Record record;
    EXPECT_EQ(value_of(op(20, {num(INT64_MAX), num(1)}), record), std::to_string(INT64_MIN));
    EXPECT_EQ(value_of(op(23, {num(INT64_MIN), num(-1)}), record), std::to_string(INT64_MIN));
    EXPECT_EQ(value_of(op(23, {num(1), num(0)}), record), "unknown");
    EXPECT_EQ(value_of(op(26, {num(-7), num(3)}), record), "-1");
    EXPECT_EQ(value_of(op(23, {num(INT64_MAX), num(INT64_MAX), num(65)}), record), "1");
    EXPECT_EQ(value_of(op(36, {num(1), num(65)}), record), "2");
    EXPECT_EQ(value_of(op(40, {num(1), flag(true)}), record), "63");
    EXPECT_EQ(value_of(op(30, {real(1e300)}), record), std::to_string(INT64_MIN));
}

TEST(Filter, MetadataDecidesWhereItCan) {
    Record record;
    record.integer("a", 1);
    using Verdict = Filter::Verdict;
    auto decide = [&](const std::string& encoded) {
        return Filter::decode(bytes_of(encoded))->decide(record.meta());
    };
    const std::string never = op(1, {op(69), num(-1)}), modulo = op(1, {op(64, {num(1)}), num(0)});
    const std::string other_set = op(1, {op(70), str("other")});
    EXPECT_EQ(decide(never), Verdict::passes);
    EXPECT_EQ(decide(other_set), Verdict::filtered);
    EXPECT_EQ(decide(equals("a", 1)), Verdict::needs_record);
    EXPECT_EQ(decide(op(16, {equals("a", 1), other_set})), Verdict::filtered);
    EXPECT_EQ(decide(op(16, {equals("a", 1), never})), Verdict::needs_record);
    EXPECT_EQ(decide(op(17, {equals("a", 2), modulo})), Verdict::passes);
    EXPECT_EQ(decide(op(18, {op(17, {equals("a", 2), modulo})})), Verdict::filtered);
    EXPECT_EQ(decide(op(16, {equals("a", 1), flag(false)})), Verdict::filtered);
    // A predicate's comparison is false where the bin is missing, but open until it is looked for.
    const std::string predicate = pe_int_bin("nope") + pe_int(1) + node(200) + pe_not();
    EXPECT_EQ(decide(predicate), Verdict::needs_record);
    EXPECT_EQ(decide(predicate + node(152) + pe_int(0) + node(200) + pe_or(2)), Verdict::passes);
    EXPECT_EQ(decide(predicate + node(152) + pe_int(0) + node(201) + pe_and(2)), Verdict::filtered);
}

TEST(Filter, VoidTimeOfWhatNeverExpiresDiffers) {
    Record never, soon;
    soon.expires(500'000'000);
    EXPECT_TRUE(passes(op(1, {op(68), num(-1)}), never));
    EXPECT_TRUE(passes(node(152) + pe_int(0) + node(200), never));
    int64_t ns = (500'000'000 + 1'262'304'000) * int64_t{1'000'000'000};
    EXPECT_TRUE(passes(op(1, {op(68), num(ns)}), soon));
    EXPECT_TRUE(passes(node(152) + pe_int(ns) + node(200), soon));
    EXPECT_TRUE(passes(op(1, {op(67), num(60'000)}), never));
}

TEST(Filter, RefusesWhatIsMalformedOrDoesNotFit) {
    for (const std::string& encoded :
         {std::string(), num(1), str("a"), op(1, {int_bin("a")}), op(1, {int_bin("a"), str("x")}),
          op(200), op(16, {flag(true)}), op(16, {flag(true), num(1)}), flag(true) + flag(true),
          op(81, {num(12), raw("a")}), op(64, {num(0)}), op(7, {num(1), raw("("), str("a")}),
          op(1, {bin(Type::geojson, "g"), bin(Type::geojson, "g")}), std::string("\x93\x01\x01"),
          op(20, {num(1), real(1)}), std::string("\xc1"), op(1, {op(0), num(1)})})
        EXPECT_EQ(refusal(encoded), ResultCode::parameter) << encoded;
    EXPECT_EQ(refusal(op(8, {bin(Type::geojson, "g"), bin(Type::geojson, "g")})),
              ResultCode::unsupported);
}

// Levels of not around a constant.
std::string nested(size_t depth) {
    std::string encoded;
    for (size_t i = 1; i < depth; i++) encoded += "\x92\x12";
    return encoded + flag(true);
}

TEST(Filter, NestingHasALimit) {
    EXPECT_EQ(refusal(nested(filter::depth_max)), ResultCode::ok);
    EXPECT_EQ(refusal(nested(filter::depth_max + 1)), ResultCode::parameter);
    EXPECT_EQ(refusal(nested(1'000'000)), ResultCode::parameter);
    std::vector<std::string> many(filter::nodes_max, flag(true));
    EXPECT_EQ(refusal(op(16, many)), ResultCode::parameter);
}

// The deepest trees of both languages, decoded and evaluated on a small stack.
void* evaluate_deepest(void*) {
    Record record;
    record.integer("a", 1);
    std::string sums;
    for (size_t i = 3; i < filter::depth_max; i++) sums += "\x92\x14";  // add
    std::string conditions = pe_int_bin("a") + pe_int(1) + node(200);
    for (size_t i = 2; i < filter::depth_max; i++) conditions += pe_not();
    bool fits = passes(nested(filter::depth_max), record) == (filter::depth_max % 2 != 0) &&
                passes(op(1, {sums + int_bin("a"), num(1)}), record) &&
                passes(conditions, record) == (filter::depth_max % 2 == 0);
    return fits ? &allocations : nullptr;
}

TEST(Filter, DeepTreesFitASmallStack) {
#ifdef __SANITIZE_ADDRESS__
    constexpr size_t stack_size = size_t{8} << 20;  // whose frames are several times as large
#else
    constexpr size_t stack_size = size_t{1} << 20;
#endif
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    ASSERT_EQ(pthread_attr_setstacksize(&attributes, stack_size), 0);
    pthread_t thread;
    ASSERT_EQ(pthread_create(&thread, &attributes, evaluate_deepest, nullptr), 0);
    void* fits = nullptr;
    pthread_join(thread, &fits);
    pthread_attr_destroy(&attributes);
    EXPECT_NE(fits, nullptr);
}

TEST(Filter, EvaluatesWithoutAllocation) {
    Record record;
    record.integer("a", 5).string("s", "hello").boolean("t", true);
    const std::string encoded =
        op(16, {op(17, {equals("a", 4), op(4, {int_bin("a"), num(5)})}),
                op(7, {num(1), raw("^h.l+o$"), str_bin("s")}), op(1, {str_bin("s"), str("hello")}),
                op(3, {op(20, {int_bin("a"), num(1)}), num(2)}), op(1, {op(69), num(-1)}),
                bin(Type::boolean, "t")});
    auto filter = Filter::decode(bytes_of(encoded));
    ASSERT_TRUE(filter);
    const RecordMeta meta = record.meta();
    const Version& version = record.version();
    uint64_t steps = 0;
    // RE2 builds its automaton while it searches.
    ASSERT_EQ(filter->decide(meta, version, steps), Filter::Verdict::passes);
    const size_t before = allocations;
    for (int i = 0; i < 100; i++)
        ASSERT_EQ(filter->decide(meta, version, steps), Filter::Verdict::passes);
    EXPECT_EQ(allocations, before);
}

TEST(Filter, DecodingAFewNodesAllocatesNothing) {
    const std::string encoded = op(16, {equals("a", 4), op(4, {int_bin("a"), num(5)})});
    const size_t before = allocations;
    auto filter = Filter::decode(bytes_of(encoded));
    EXPECT_EQ(allocations, before);
    EXPECT_TRUE(filter);
}

TEST(Filter, ACopyOutlivesWhatItWasDecodedFrom) {
    Record record;
    record.integer("age", 30);
    std::string encoded = equals("age", 30);
    auto filter = Filter::decode_copy(bytes_of(encoded));
    encoded.assign(encoded.size(), 'x');
    ASSERT_TRUE(filter);
    Filter moved = std::move(*filter);
    uint64_t steps = 0;
    EXPECT_EQ(moved.decide(record.meta(), record.version(), steps), Filter::Verdict::passes);
}

TEST(Filter, StoredSizeIsThatOfTheRecordedServer) {
    Record record;
    record.integer("i", 1);
    RecordMeta meta = record.meta();
    meta.set = "g";
    auto filter = Filter::decode(bytes_of(op(1, {op(74), num(48)})));
    uint64_t steps = 0;
    EXPECT_EQ(filter->decide(meta, record.version(), steps), Filter::Verdict::passes);
}

}  // namespace
}  // namespace winnow
