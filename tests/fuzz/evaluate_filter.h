#pragma once
// Evaluates a filter on records of every shape, as fuzzers do with whatever has been decoded.

#include <memory>
#include <vector>

#include "base/random.h"
#include "record/filter/filter.h"
#include "record/value/random_value.h"
#include "touch.h"

namespace winnow::fuzz {

// A record with bins of all types, by the names that seeds of the corpus use; freed at the end.
class RandomRecord {
public:
    explicit RandomRecord(uint64_t seed) {
        Random random(seed);
        for (std::string_view name : {"a", "b", "s", "l", "m", "i"}) add(name, random);
        std::vector<BinView> bins;
        for (const Bin& bin : bins_) bins.push_back({bin.name, bin.type, bin.value.bytes()});
        version_ = build_version({.digest = digest_of("s", static_cast<int64_t>(seed)),
                                  .void_time = seed % 2 == 0 ? 0u : 500'000'000u,
                                  .last_update_ms = 1'700'000'000'000,
                                  .key = {3, bytes_of("user")},
                                  .bins = bins});
    }
    ~RandomRecord() { free_version(version_); }
    RandomRecord(const RandomRecord&) = delete;
    RandomRecord& operator=(const RandomRecord&) = delete;

    const Version& version() const { return *version_; }
    RecordMeta meta() const {
        return RecordMeta::of(*version_, version_->digest().modulo_word(), 1'700'000'060'000);
    }

private:
    struct Bin {
        std::string_view name;
        uint8_t type;
        Buffer value;
    };

    void add(std::string_view name, Random& random) {
        Buffer value;
        Particle type = Particle::integer;
        switch (random.below(6)) {
            case 0: return;
            case 1:
                type = Particle::float64;
                value.append_be(random.next());
                break;
            case 2:
                type = Particle::string;
                value.append("abc");
                break;
            case 3:
            case 4: {
                type = random.one_in(2) ? Particle::list : Particle::map;
                auto kind = type == Particle::list ? test::Value::list : test::Value::map;
                value = test::encode(test::ValueMaker(random).of(kind, 3));
                break;
            }
            default: value.append_be(random.below(8));
        }
        bins_.push_back({name, static_cast<uint8_t>(type), std::move(value)});
    }

    std::vector<Bin> bins_;
    Version* version_;
};

// What metadata decides, the record confirms; and nothing takes for ever.
inline void evaluate(const Filter& filter) {
    using Verdict = Filter::Verdict;
    static const std::vector<std::unique_ptr<RandomRecord>> records = [] {
        std::vector<std::unique_ptr<RandomRecord>> all;
        for (uint64_t seed = 0; seed < 8; seed++)
            all.push_back(std::make_unique<RandomRecord>(seed));
        return all;
    }();
    for (const auto& made : records) {
        const RandomRecord& record = *made;
        const RecordMeta meta = record.meta();
        uint64_t steps = 0;
        Verdict early = filter.decide(meta);
        Verdict verdict = filter.decide(meta, record.version(), steps);
        require(verdict != Verdict::needs_record && steps <= filter::steps_max);
        require(early == Verdict::needs_record || early == verdict ||
                verdict == Verdict::too_costly);
    }
}

}  // namespace winnow::fuzz
