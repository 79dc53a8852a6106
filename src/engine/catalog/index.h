#pragma once
// One live secondary index: its definition, its entries and how far it has been built.
//
// Thread rules: the definition never changes; everything else may be used by any thread. Whoever
// keeps one beyond an EpochGuard holds the shared_ptr.

#include <atomic>
#include <memory>
#include <optional>
#include <vector>

#include "engine/catalog/index_definition.h"
#include "engine/index/secondary_index.h"
#include "record/version.h"

namespace winnow {

class Index {
public:
    Index(IndexDefinition definition, std::optional<uint16_t> set)
        : definition_(std::move(definition)), set_(set) {}

    const IndexDefinition& definition() const { return definition_; }
    SecondaryIndex& entries() { return entries_; }
    const SecondaryIndex& entries() const { return entries_; }

    // The value under which a record stands in this index; none if it does not belong here (another
    // set, no such bin, a bin of another type).
    std::optional<int64_t> value_of(const Version& version, uint16_t set) const;
    bool covers(uint16_t set) const { return !set_ || *set_ == set; }

    bool readable() const { return readable_.load(std::memory_order_acquire); }
    bool dropped() const { return dropped_.load(std::memory_order_relaxed); }
    void drop() { dropped_.store(true, std::memory_order_relaxed); }

    // Progress of the builder.
    void set_load_percent(int percent) { load_percent_.store(percent, std::memory_order_relaxed); }
    int load_percent() const { return load_percent_.load(std::memory_order_relaxed); }
    void finish_building(uint64_t load_ms) {
        load_ms_.store(load_ms, std::memory_order_relaxed);
        set_load_percent(100);
        readable_.store(true, std::memory_order_release);
    }
    uint64_t load_ms() const { return load_ms_.load(std::memory_order_relaxed); }

private:
    const IndexDefinition definition_;
    const std::optional<uint16_t> set_;  // none: all records
    SecondaryIndex entries_;
    std::atomic<bool> readable_{false};
    std::atomic<bool> dropped_{false};
    std::atomic<int> load_percent_{0};
    std::atomic<uint64_t> load_ms_{0};
};

// A moment's set of indexes, replaced whole. Read under an EpochGuard.
struct NamedIndex {
    std::string name;
    std::shared_ptr<Index> index;
};
struct IndexList {
    std::vector<NamedIndex> indexes;
};

}  // namespace winnow
