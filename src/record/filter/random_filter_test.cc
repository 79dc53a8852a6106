// Random trees in both languages, compared with a plain evaluator that shares no code with the real
// one: it keeps NOT, folds nothing, reorders nothing and knows of no metadata phase.

#include <gtest/gtest.h>

#include "base/random.h"
#include "record/filter/filter_testing.h"

namespace winnow {
namespace {

using namespace test;
using filter::Truth;

struct Tree {
    enum Kind { compare, text, key_exists, both, either, negate, exclusive, cond };

    Kind kind = compare;
    int code = 0;      // compare, text: 0 to 5, eq ne gt ge lt le
    std::string name;  // of the bin; "": the number is compared with a piece of metadata
    int64_t number = 0;
    std::string string;
    bool constant_first = false;
    std::vector<Tree> children;
};

Tree random_tree(Random& random, unsigned depth, bool predicate) {
    static const char* const names[] = {"i", "j", "s", "nope", ""};
    Tree tree;
    bool leaf = depth == 0 || random.one_in(4);
    if (!leaf) {
        static const Tree::Kind kinds[] = {Tree::both, Tree::either, Tree::negate, Tree::exclusive,
                                           Tree::cond};
        tree.kind = kinds[random.below(predicate ? 3 : 5)];
        size_t count = tree.kind == Tree::negate ? 1
                       : tree.kind == Tree::cond ? 3
                                                 : 2 + random.below(3);
        for (size_t i = 0; i < count; i++)
            tree.children.push_back(random_tree(random, depth - 1, predicate));
        return tree;
    }
    tree.kind = random.one_in(4) ? Tree::text : Tree::compare;
    if (!predicate && random.one_in(10)) tree.kind = Tree::key_exists;
    tree.code = static_cast<int>(random.below(tree.kind == Tree::text ? 2 : 6));
    tree.name = names[random.below(tree.kind == Tree::text ? 4 : 5)];
    tree.number = static_cast<int64_t>(random.below(4));
    tree.string = random.one_in(2) ? "x" : "y";
    tree.constant_first = random.one_in(3);
    return tree;
}

std::string encoded(const Tree& tree) {
    if (tree.kind == Tree::key_exists) return op(71);
    if (tree.kind <= Tree::text) {
        bool text = tree.kind == Tree::text;
        std::string left = text                ? str_bin(tree.name)
                           : tree.name.empty() ? op(64, {num(3)})
                                               : int_bin(tree.name);
        std::string right = text ? str(tree.string) : num(tree.number);
        if (tree.constant_first) std::swap(left, right);
        return op(1 + tree.code, {left, right});
    }
    static const int codes[] = {16, 17, 18, 19, 123};
    std::vector<std::string> operands;
    for (const Tree& child : tree.children) operands.push_back(encoded(child));
    return op(codes[tree.kind - Tree::both], operands);
}

std::string predicate(const Tree& tree) {
    if (tree.kind <= Tree::text) {
        bool text = tree.kind == Tree::text;
        std::string left = text                ? pe_str_bin(tree.name)
                           : tree.name.empty() ? node(153, be(3, 4))
                                               : pe_int_bin(tree.name);
        std::string right = text ? pe_str(tree.string) : pe_int(tree.number);
        if (tree.constant_first) std::swap(left, right);
        return left + right + node(static_cast<uint16_t>((text ? 210 : 200) + tree.code));
    }
    std::string all;
    for (const Tree& child : tree.children) all += predicate(child);
    auto count = static_cast<uint16_t>(tree.children.size());
    if (tree.kind == Tree::both) return all + pe_and(count);
    return all + (tree.kind == Tree::either ? pe_or(count) : pe_not());
}

struct Plain {
    std::optional<int64_t> i, j;
    std::optional<std::string> s;
    int64_t modulo;
    Truth missing;  // what a comparison over a missing bin gives

    Truth compare(int order, const Tree& tree) const {
        if (tree.constant_first) order = -order;
        bool holds[] = {order == 0, order != 0, order > 0, order >= 0, order < 0, order <= 0};
        return filter::truth_of(holds[tree.code]);
    }
    Truth leaf(const Tree& tree) const {
        if (tree.kind == Tree::key_exists) return Truth::no;
        if (tree.kind == Tree::text) {
            if (tree.name != "s" || !s) return missing;
            return compare(*s == tree.string ? 0 : 1, tree);
        }
        std::optional<int64_t> value;
        if (tree.name.empty()) value = modulo;
        if (tree.name == "i") value = i;
        if (tree.name == "j") value = j;
        if (!value) return missing;
        return compare(*value < tree.number ? -1 : *value > tree.number, tree);
    }
    Truth truth(const Tree& tree) const {
        std::vector<Truth> values;
        for (const Tree& child : tree.children) values.push_back(truth(child));
        auto count = [&](Truth wanted) { return std::count(values.begin(), values.end(), wanted); };
        switch (tree.kind) {
            case Tree::both:
                if (count(Truth::no) != 0) return Truth::no;
                return count(Truth::unknown) != 0 ? Truth::unknown : Truth::yes;
            case Tree::either:
                if (count(Truth::yes) != 0) return Truth::yes;
                return count(Truth::unknown) != 0 ? Truth::unknown : Truth::no;
            case Tree::negate:
                if (values[0] == Truth::unknown) return Truth::unknown;
                return filter::truth_of(values[0] == Truth::no);
            case Tree::exclusive:
                if (count(Truth::unknown) != 0) return Truth::unknown;
                return filter::truth_of(count(Truth::yes) == 1);
            case Tree::cond:
                if (values[0] == Truth::unknown) return Truth::unknown;
                return values[0] == Truth::yes ? values[1] : values[2];
            default: return leaf(tree);
        }
    }
};

// A record with each bin there, or not, or of another type.
Plain random_record(Random& random, Record& record) {
    Plain plain;
    auto integer = [&](const char* name) -> std::optional<int64_t> {
        switch (random.below(4)) {
            case 0: return {};
            case 1: record.boolean(name, true); return {};
            default: {
                auto value = static_cast<int64_t>(random.below(4));
                record.integer(name, value);
                return value;
            }
        }
    };
    plain.i = integer("i");
    plain.j = integer("j");
    if (random.one_in(2)) {
        plain.s = random.one_in(2) ? "x" : "y";
        record.string("s", *plain.s);
    }
    plain.modulo = record.version().digest().modulo_word() % 3;
    return plain;
}

void check(const Tree& tree, const std::string& bytes, Record& record, const Plain& plain) {
    auto filter = Filter::decode(bytes_of(bytes));
    ASSERT_TRUE(filter) << filter.error().text;
    const Truth expected = plain.truth(tree);
    using Verdict = Filter::Verdict;
    const Verdict wanted = expected == Truth::yes ? Verdict::passes : Verdict::filtered;
    uint64_t steps = 0;
    ASSERT_EQ(filter->decide(record.meta(), record.version(), steps), wanted);
    const Verdict early = filter->decide(record.meta());
    ASSERT_TRUE(early == Verdict::needs_record || early == wanted);
}

TEST(RandomFilter, AgreesWithThePlainEvaluator) {
    Random random(20);
    size_t decided_early = 0, passed = 0;
    for (int i = 0; i < 6'000; i++) {
        Record record;
        Plain plain = random_record(random, record);
        Tree tree = random_tree(random, 1 + static_cast<unsigned>(random.below(4)), false);
        plain.missing = Truth::unknown;
        const std::string expression = encoded(tree);
        ASSERT_NO_FATAL_FAILURE(check(tree, expression, record, plain));
        auto value = value_of(expression, record);
        const Truth truth = plain.truth(tree);
        ASSERT_EQ(value, truth == Truth::unknown ? "unknown"
                         : truth == Truth::yes   ? "true"
                                                 : "false");
        passed += truth == Truth::yes;

        plain.missing = Truth::no;
        Tree other = random_tree(random, 1 + static_cast<unsigned>(random.below(4)), true);
        const std::string postfix = predicate(other);
        ASSERT_NO_FATAL_FAILURE(check(other, postfix, record, plain));
        decided_early += Filter::decode(bytes_of(postfix))->decide(record.meta()) !=
                         Filter::Verdict::needs_record;
    }
    // The trees are not all of one kind.
    EXPECT_GT(passed, 500u);
    EXPECT_GT(decided_early, 150u);
}

// Damaged filters are refused, or evaluated: no crash either way.
TEST(RandomFilter, SurvivesDamage) {
    Random random(21);
    size_t refused = 0;
    for (int i = 0; i < 6'000; i++) {
        Tree tree = random_tree(random, 3, true);
        std::string bytes = random.one_in(2) ? encoded(tree) : predicate(tree);
        for (uint64_t changes = 1 + random.below(3); changes != 0; changes--)
            bytes[random.below(bytes.size())] = static_cast<char>(random.next());
        auto filter = Filter::decode(bytes_of(bytes));
        refused += !filter;
        if (!filter) continue;
        Record record;
        random_record(random, record);
        uint64_t steps = 0;
        filter->decide(record.meta());
        filter->decide(record.meta(), record.version(), steps);
    }
    EXPECT_GT(refused, 1'000u);
}

}  // namespace
}  // namespace winnow
