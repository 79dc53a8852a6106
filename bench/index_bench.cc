// Benchmarks of the indexes alone: the figures that the choice of the structure rests on. Argument:
// records. Records are like those of the load generator, three bins in about 90 bytes, and lie in
// memory in the order of insertion, which has nothing to do with the order of digests.
//
//   index_bench --benchmark_filter=1000000     (10000000 needs 2 GB)

#include <benchmark/benchmark.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <memory>
#include <vector>

#include "base/epoch.h"
#include "base/random.h"
#include "engine/index/partition_walk.h"
#include "engine/index/primary_index.h"
#include "engine/index/secondary_index.h"
#include "record/version.h"

namespace winnow {
namespace {

size_t resident_bytes() {
    size_t total = 0, resident = 0;
    if (FILE* file = std::fopen("/proc/self/statm", "r")) {
        if (std::fscanf(file, "%zu %zu", &total, &resident) != 2) resident = 0;
        std::fclose(file);
    }
    return resident * static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

Version* bench_version(const Digest& digest, uint64_t number) {
    uint8_t a[8], g[8];
    store_be<uint64_t>(a, number);
    store_be<uint64_t>(g, number % 10);
    const BinView bins[] = {{"a", 1, a}, {"g", 1, g}, {"s", 3, bytes_of("sixteen letters.")}};
    return build_version({.digest = digest, .last_update_ms = number, .key = {}, .bins = bins});
}

// A filled index, with what filling it cost.
struct Records {
    std::vector<Digest> digests;
    PrimaryIndex index;
    double index_bytes_resident = 0;  // a record

    explicit Records(size_t count) : digests(count) {
        Random random(1);
        for (Digest& digest : digests)
            for (uint8_t& byte : digest.bytes) byte = static_cast<uint8_t>(random.next());
        std::vector<Version*> versions;
        versions.reserve(count);
        for (size_t i = 0; i < count; i++) versions.push_back(bench_version(digests[i], i));
        size_t before = resident_bytes();
        for (size_t i = 0; i < count; i++)
            index.put(digests[i], versions[i], static_cast<uint16_t>(i % 2));
        drain_retired();
        index_bytes_resident =
            static_cast<double>(resident_bytes() - before) / static_cast<double>(count);
    }
    double index_bytes_exact() const {
        return static_cast<double>(index.memory_bytes()) / static_cast<double>(digests.size());
    }
};

// One at a time is kept: the largest ones leave no room for two.
Records& records_of(const benchmark::State& state) {
    static std::unique_ptr<Records> records;
    auto count = static_cast<size_t>(state.range(0));
    if (records == nullptr || records->digests.size() != count) {
        records.reset();
        records = std::make_unique<Records>(count);
    }
    return *records;
}

void set_items(benchmark::State& state, size_t items) {
    state.SetItemsProcessed(static_cast<int64_t>(items));
    state.counters["ns_each"] =
        benchmark::Counter(static_cast<double>(items) * 1e-9,
                           benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

// Insertion of all records into an empty index.
void insert(benchmark::State& state) {
    Records& records = records_of(state);
    const size_t count = records.digests.size();
    state.counters["bytes_exact"] = records.index_bytes_exact();
    state.counters["bytes_resident"] = records.index_bytes_resident;
    for (auto _ : state) {
        state.PauseTiming();
        auto index = std::make_unique<PrimaryIndex>();
        std::vector<Version*> versions(count);
        for (size_t i = 0; i < count; i++) versions[i] = bench_version(records.digests[i], i);
        state.ResumeTiming();
        for (size_t i = 0; i < count; i++) index->put(records.digests[i], versions[i], 1);
        state.PauseTiming();
        index.reset();
        drain_retired();
        state.ResumeTiming();
    }
    set_items(state, state.iterations() * count);
}
BENCHMARK(insert)->Arg(1'000'000)->Arg(10'000'000)->Iterations(2);

// Removal and insertion of random records: buckets are rebuilt twice.
void remove_and_insert(benchmark::State& state) {
    Records& records = records_of(state);
    Random random(2);
    for (auto _ : state) {
        const Digest& digest = records.digests[random.below(records.digests.size())];
        Version* version = records.index.remove(digest);
        records.index.put(digest, version, 1);
    }
    set_items(state, state.iterations());
}
BENCHMARK(remove_and_insert)->Arg(1'000'000)->Arg(10'000'000);

// Replacing in place, by one writer and by two.
void replace(benchmark::State& state) {
    static Records* shared;
    if (state.thread_index() == 0) shared = &records_of(state);
    Random random(static_cast<uint64_t>(state.thread_index()));
    size_t half = static_cast<size_t>(state.range(0)) / 2;
    for (auto _ : state) {
        size_t i = random.below(half) * 2 + static_cast<size_t>(state.thread_index());
        const Digest& digest = shared->digests[i];
        EpochGuard guard;
        Version* same = const_cast<Version*>(shared->index.find(digest).version);
        benchmark::DoNotOptimize(shared->index.put(digest, same, 1));
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(replace)->Arg(1'000'000)->Threads(1)->Threads(2)->UseRealTime();

// Each lookup needs the record that the one before has found.
void get_dependent(benchmark::State& state) {
    Records& records = records_of(state);
    const size_t count = records.digests.size();
    uint64_t at = 0;
    Random random(3);
    for (auto _ : state) {
        EpochGuard guard;
        const Digest& digest = records.digests[(random.next() + at) % count];
        at = records.index.find(digest).version->last_update_ms();
    }
    benchmark::DoNotOptimize(at);
    set_items(state, state.iterations());
}
BENCHMARK(get_dependent)->Arg(1'000'000)->Arg(10'000'000);

void get_staged(benchmark::State& state) {
    Records& records = records_of(state);
    std::array<Digest, 16> digests;
    std::array<IndexEntry, 16> entries;
    Random random(4);
    uint64_t sum = 0;
    for (auto _ : state) {
        for (Digest& digest : digests)
            digest = records.digests[random.below(records.digests.size())];
        EpochGuard guard;
        records.index.find_many(digests, entries);
        for (const IndexEntry& entry : entries) sum += entry.version->last_update_ms();
    }
    benchmark::DoNotOptimize(sum);
    set_items(state, state.iterations() * 16);
}
BENCHMARK(get_staged)->Arg(1'000'000)->Arg(10'000'000);

// The same by the prefixes that a secondary index gives.
void get_staged_by_prefix(benchmark::State& state) {
    Records& records = records_of(state);
    std::array<DigestPrefix, 16> prefixes;
    std::array<PrefixMatch, 16> matches;
    Random random(4);
    uint64_t sum = 0;
    for (auto _ : state) {
        for (DigestPrefix& prefix : prefixes)
            prefix = digest_prefix(records.digests[random.below(records.digests.size())]);
        EpochGuard guard;
        records.index.find_by_prefixes(prefixes, matches);
        for (const PrefixMatch& match : matches) sum += match.entry.version->last_update_ms();
    }
    benchmark::DoNotOptimize(sum);
    set_items(state, state.iterations() * 16);
}
BENCHMARK(get_staged_by_prefix)->Arg(1'000'000)->Arg(10'000'000);

// Walks all partitions in steps of `chunk`; `use` looks at each record.
template <class Use>
void walk_all(benchmark::State& state, size_t chunk, const WalkOptions& options, const Use& use) {
    Records& records = records_of(state);
    std::vector<IndexEntry> out(chunk);
    uint64_t sum = 0;
    size_t visited = 0;
    for (auto _ : state)
        for (uint32_t partition = 0; partition < partition_count; partition++) {
            PartitionWalk walk(partition);
            while (!walk.done()) {
                EpochGuard guard;
                size_t count = walk.next(records.index, out, options);
                for (size_t i = 0; i < count; i++) sum += use(out[i]);
            }
            visited += records.index.count(partition);
        }
    benchmark::DoNotOptimize(sum);
    set_items(state, visited);
}

void walk_entries(benchmark::State& state) {
    walk_all(state, 128, {.set = uint16_t{1}, .prefetch_bytes = 0},
             [](const IndexEntry& entry) { return entry.modulo_word; });
}
BENCHMARK(walk_entries)->Arg(1'000'000)->Arg(10'000'000);

void walk_first_lines(benchmark::State& state) {
    walk_all(state, static_cast<size_t>(state.range(1)), {.set = std::nullopt},
             [](const IndexEntry& entry) { return entry.version->last_update_ms(); });
}
BENCHMARK(walk_first_lines)
    ->Args({1'000'000, 16})
    ->Args({1'000'000, 64})
    ->Args({1'000'000, 128})
    ->Args({1'000'000, 256})
    ->Args({10'000'000, 128});

void walk_and_copy(benchmark::State& state) {
    std::array<uint8_t, 256> copy;
    walk_all(state, static_cast<size_t>(state.range(1)),
             {.set = std::nullopt, .prefetch_bytes = 96}, [&](const IndexEntry& entry) {
                 Bytes bytes = entry.version->bytes();
                 std::memcpy(copy.data(), bytes.data(), std::min(bytes.size(), copy.size()));
                 benchmark::DoNotOptimize(copy.data());
                 return 1;
             });
}
BENCHMARK(walk_and_copy)
    ->Args({1'000'000, 64})
    ->Args({1'000'000, 128})
    ->Args({1'000'000, 256})
    ->Args({10'000'000, 128});

// A secondary index of one entry a record, over `values` distinct values (0: each its own).
struct Points {
    std::unique_ptr<SecondaryIndex> index = std::make_unique<SecondaryIndex>();
    std::vector<Digest> digests;
    int64_t values;

    Points(size_t count, int64_t distinct) : digests(count), values(distinct) {
        Random random(5);
        for (Digest& digest : digests)
            for (uint8_t& byte : digest.bytes) byte = static_cast<uint8_t>(random.next());
        for (size_t i = 0; i < count; i++) index->insert(value(i), digests[i]);
    }
    int64_t value(size_t i) const {
        auto mixed = static_cast<int64_t>(i * 0x9e3779b97f4a7c15u >> 1);
        return values == 0 ? mixed : mixed % values;
    }
};

Points& points_of(const benchmark::State& state) {
    static std::unique_ptr<Points> points;
    static int64_t key[2];
    if (points == nullptr || key[0] != state.range(0) || key[1] != state.range(1)) {
        points.reset();
        points = std::make_unique<Points>(static_cast<size_t>(state.range(0)), state.range(1));
        key[0] = state.range(0);
        key[1] = state.range(1);
    }
    return *points;
}

void secondary_insert_and_erase(benchmark::State& state) {
    Points& points = points_of(state);
    state.counters["bytes_exact"] = static_cast<double>(points.index->memory_bytes()) /
                                    static_cast<double>(points.index->size());
    Random random(6);
    for (auto _ : state) {
        size_t i = random.below(points.digests.size());
        points.index->erase(points.value(i), points.digests[i], [] { return false; });
        points.index->insert(points.value(i), points.digests[i]);
    }
    set_items(state, state.iterations() * 2);
}
BENCHMARK(secondary_insert_and_erase)
    ->Args({1'000'000, 0})
    ->Args({1'000'000, 10})
    ->Args({10'000'000, 0});

// A query for one value that a hundred records share, without fetching them: all shards.
void secondary_point_query(benchmark::State& state) {
    Points& points = points_of(state);
    Random random(7);
    std::array<IndexPoint, 256> out;
    size_t found = 0;
    for (auto _ : state) {
        int64_t value = points.value(random.below(points.digests.size()));
        for (uint32_t shard = 0; shard < SecondaryIndex::shard_count; shard++)
            found += points.index->scan_shard(shard, ScanStart::value(value), value, out);
    }
    benchmark::DoNotOptimize(found);
    state.counters["found"] = static_cast<double>(found) / static_cast<double>(state.iterations());
}
BENCHMARK(secondary_point_query)->Args({1'000'000, 10'000})->Unit(benchmark::kMicrosecond);

// All entries, in copies of 256, shard by shard and partition by partition.
void secondary_scan_shards(benchmark::State& state) {
    Points& points = points_of(state);
    std::array<IndexPoint, 256> out;
    size_t visited = 0;
    for (auto _ : state)
        for (uint32_t shard = 0; shard < SecondaryIndex::shard_count; shard++) {
            ScanStart start = ScanStart::value(INT64_MIN);
            for (size_t count = out.size(); count == out.size(); visited += count) {
                count = points.index->scan_shard(shard, start, INT64_MAX, out);
                if (count != 0) start = ScanStart::after(out[count - 1]);
            }
        }
    set_items(state, visited);
}
BENCHMARK(secondary_scan_shards)->Args({1'000'000, 0})->Args({1'000'000, 10});

void secondary_scan_partition(benchmark::State& state) {
    Points& points = points_of(state);
    std::array<IndexPoint, 256> out;
    size_t visited = 0;
    uint32_t partition = 0;
    for (auto _ : state) {
        partition = (partition + 1) % partition_count;
        visited += points.index->scan(partition, ScanStart::value(INT64_MIN), INT64_MAX, out);
    }
    set_items(state, visited);
}
BENCHMARK(secondary_scan_partition)->Args({1'000'000, 0})->Args({1'000'000, 10});

}  // namespace
}  // namespace winnow

BENCHMARK_MAIN();
