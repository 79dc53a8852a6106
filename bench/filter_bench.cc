// What a filter costs: decoding it, and evaluating it on records that lie in the cache and on a
// million that do not. The record is that of docs/benchmarks.md: five bins, about 100 bytes.
//
//   filter_bench [--benchmark_filter=REGEX]      "nodes" in a name is how many a tree has
//
// Evaluations report ns a record (time) and ns a node (counter).

#include <benchmark/benchmark.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/random.h"
#include "record/filter/filter.h"
#include "record/filter/filter_testing.h"

namespace winnow {
namespace {

using namespace test;

Version* make_record(int64_t i) {
    std::string a = be(static_cast<uint64_t>(i), 8), g = be(static_cast<uint64_t>(i % 10), 8);
    std::string s = "string-" + std::to_string(100'000'000 + i), d = be(0x3ff8000000000000, 8);
    std::string t = "some text of 24 bytes 0" + std::to_string(i % 10);
    BinView bins[] = {{"a", 1, bytes_of(a)},
                      {"g", 1, bytes_of(g)},
                      {"s", 3, bytes_of(s)},
                      {"d", 2, bytes_of(d)},
                      {"t", 3, bytes_of(t)}};
    return build_version({.digest = digest_of("s", i),
                          .last_update_ms = 1'700'000'000'000,
                          .key = {},
                          .bins = bins});
}

// Records in the order in which a walk would meet them, not that of their memory.
class Records {
public:
    explicit Records(size_t count) {
        for (size_t i = 0; i < count; i++) all_.push_back(make_record(static_cast<int64_t>(i)));
        Random random(1);
        for (size_t i = count; i > 1; i--) std::swap(all_[i - 1], all_[random.below(i)]);
    }
    ~Records() {
        for (Version* version : all_) free_version(version);
    }
    Records(const Records&) = delete;
    Records& operator=(const Records&) = delete;
    size_t size() const { return all_.size(); }
    const Version& operator[](size_t i) const { return *all_[i]; }

private:
    std::vector<Version*> all_;
};

std::string below(std::string_view name, int64_t value) {
    return op(5, {int_bin(name), num(value)});
}

std::string ten_nodes() {
    return op(16, {op(17, {below("g", 3), op(3, {int_bin("g"), num(8)})}), below("a", 900'000),
                   op(18, {op(1, {str_bin("t"), str("nothing")})})});
}

std::string predicate_range() {
    return pe_int_bin("a") + pe_int(100) + node(203) + pe_int_bin("a") + pe_int(9'000) + node(205) +
           pe_and(2);
}

void evaluate(benchmark::State& state, const std::string& encoded, size_t count) {
    static const Records large(1'000'000);
    static const Records small(1'000);
    const Records& records = count == large.size() ? large : small;
    Filter filter = *Filter::decode(bytes_of(encoded));
    constexpr size_t ahead = 16;
    size_t at = 0, passed = 0;
    uint64_t steps = 0;
    for (auto _ : state) {
        __builtin_prefetch(&records[(at + ahead) % records.size()]);
        const Version& version = records[at];
        RecordMeta meta = RecordMeta::of(version, static_cast<uint32_t>(at), 1'700'000'060'000);
        Filter::Verdict verdict = filter.decide(meta);
        if (verdict == Filter::Verdict::needs_record) verdict = filter.decide(meta, version, steps);
        passed += verdict == Filter::Verdict::passes;
        if (++at == records.size()) at = 0;
    }
    benchmark::DoNotOptimize(passed);
    state.SetItemsProcessed(state.iterations());
    state.counters["nodes"] = static_cast<double>(filter.tree().size());
    state.counters["s_a_node"] = benchmark::Counter(
        static_cast<double>(state.iterations()) * static_cast<double>(filter.tree().size()),
        benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void decode(benchmark::State& state, const std::string& encoded) {
    for (auto _ : state) {
        auto filter = Filter::decode(bytes_of(encoded));
        benchmark::DoNotOptimize(filter);
    }
}

void add(const char* name, const std::string& encoded) {
    benchmark::RegisterBenchmark((std::string("decode/") + name).c_str(), decode, encoded);
    for (size_t count : {size_t{1'000}, size_t{1'000'000}})
        benchmark::RegisterBenchmark(
            (std::string("evaluate/") + name + "/" + std::to_string(count)).c_str(), evaluate,
            encoded, count);
}

void add_all() {
    add("integer", below("a", 10'000));
    add("text", op(1, {str_bin("s"), str("string-100000777")}));
    add("regex", op(7, {num(1), raw("-10000[0-9]7+$"), str_bin("s")}));
    add("regex_plain", op(7, {num(0), raw("00077"), str_bin("s")}));
    add("metadata", op(1, {op(64, {num(100)}), num(1)}));
    add("ten_nodes", ten_nodes());
    add("arithmetic", op(3, {op(20, {int_bin("a"), int_bin("g"), num(7)}), num(500'000)}));
    add("predicate_range", predicate_range());
}

}  // namespace
}  // namespace winnow

int main(int argc, char** argv) {
    winnow::add_all();
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
}
