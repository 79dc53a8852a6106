#pragma once
// The sets of one namespace: names to small numbers, and what is counted per set. A set comes into
// being with its first record and is never removed, so a name, once found, keeps its id and its
// address for the life of the table. Id 0 is "no set", with the empty name.
//
// Thread rules: any thread, any time. Lookups take no lock; creating a set takes a mutex. Counters
// are sharded by thread; a sum is exact once the adders have stopped.

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>

#include "base/error.h"

namespace winnow {

struct SetCounts {
    uint64_t objects = 0;
    uint64_t bytes = 0;
};

class SetTable {
public:
    static constexpr uint16_t no_set = 0;
    static constexpr size_t sets_max = 4095;  // besides id 0
    static constexpr size_t name_length_max = 63;

    SetTable();
    ~SetTable();
    SetTable(const SetTable&) = delete;
    SetTable& operator=(const SetTable&) = delete;

    // The id of a set that exists; the empty name is no_set.
    std::optional<uint16_t> find(std::string_view name) const;
    // Creates the set if it is new. Refuses names that are too long (parameter) and a set beyond
    // sets_max (forbidden).
    Result<uint16_t> find_or_create(std::string_view name);
    // REQUIRES: id was returned by this table. The text lives as long as the table.
    std::string_view name(uint16_t id) const;
    // Ids 0 .. count() - 1 exist; at least 1.
    uint16_t count() const { return count_.load(std::memory_order_acquire); }

    // What a write changes; negative for what is gone.
    void add(uint16_t id, int64_t objects, int64_t bytes);
    SetCounts counts(uint16_t id) const;

private:
    struct Set;
    static constexpr size_t slot_count = 8192;  // a power of two, at most half full

    Set& set(uint16_t id) const;
    uint16_t look_up(std::string_view name, size_t& slot) const;

    std::mutex creating_;
    std::atomic<uint16_t> count_{0};
    std::unique_ptr<std::atomic<Set*>[]> sets_;
    std::unique_ptr<std::atomic<uint16_t>[]> slots_;  // by hash of the name; 0 = free
};

}  // namespace winnow
