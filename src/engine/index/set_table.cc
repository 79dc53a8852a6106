#include "engine/index/set_table.h"

#include <algorithm>
#include <string>

#include "base/check.h"
#include "engine/counters.h"
#include "engine/index/index_value.h"

namespace winnow {
namespace {

enum class Counted { objects, bytes, count };

}  // namespace

struct SetTable::Set {
    std::string name;  // fixed before the set is published
    CounterSet<Counted, static_cast<size_t>(Counted::count)> counters;
};

SetTable::SetTable()
    : sets_(std::make_unique<std::atomic<Set*>[]>(sets_max + 1)),
      slots_(std::make_unique<std::atomic<uint16_t>[]>(slot_count)) {
    sets_[no_set].store(new Set, std::memory_order_relaxed);
    count_.store(1, std::memory_order_release);
}

SetTable::~SetTable() {
    for (uint16_t id = 0; id < count(); id++) delete sets_[id].load(std::memory_order_relaxed);
}

// The id of the name, or no_set; `slot` is then the free slot where its search ended.
uint16_t SetTable::look_up(std::string_view name, size_t& slot) const {
    slot = static_cast<uint64_t>(string_index_value(bytes_of(name))) % slot_count;
    for (;; slot = (slot + 1) % slot_count) {
        uint16_t id = slots_[slot].load(std::memory_order_acquire);
        if (id == no_set || set(id).name == name) return id;
    }
}

std::optional<uint16_t> SetTable::find(std::string_view name) const {
    if (name.empty()) return no_set;
    size_t slot;
    uint16_t id = look_up(name, slot);
    if (id == no_set) return std::nullopt;
    return id;
}

Result<uint16_t> SetTable::find_or_create(std::string_view name) {
    if (std::optional<uint16_t> id = find(name)) return *id;
    if (name.size() > name_length_max)
        return fail(ResultCode::parameter, "a set name has at most 63 bytes");
    std::lock_guard hold(creating_);
    size_t slot;
    uint16_t id = look_up(name, slot);
    if (id != no_set) return id;
    id = count();
    if (id > sets_max) return fail(ResultCode::forbidden, "a namespace has at most 4095 sets");
    auto* created = new Set;
    created->name = name;
    sets_[id].store(created, std::memory_order_relaxed);
    // Whoever finds the id, by name or by counting, finds the set behind it.
    slots_[slot].store(id, std::memory_order_release);
    count_.store(static_cast<uint16_t>(id + 1), std::memory_order_release);
    return id;
}

SetTable::Set& SetTable::set(uint16_t id) const {
    Set* found = id <= sets_max ? sets_[id].load(std::memory_order_relaxed) : nullptr;
    CHECK(found != nullptr);
    return *found;
}

std::string_view SetTable::name(uint16_t id) const {
    return set(id).name;
}

void SetTable::add(uint16_t id, int64_t objects, int64_t bytes) {
    auto& counters = set(id).counters;
    if (objects != 0) counters.add(Counted::objects, objects);
    if (bytes != 0) counters.add(Counted::bytes, bytes);
}

SetCounts SetTable::counts(uint16_t id) const {
    const auto& counters = set(id).counters;
    // While others add, a sum may miss the addition that a subtraction belongs to.
    auto at_least_zero = [](int64_t sum) {
        return static_cast<uint64_t>(std::max<int64_t>(sum, 0));
    };
    return {at_least_zero(counters.sum(Counted::objects)),
            at_least_zero(counters.sum(Counted::bytes))};
}

}  // namespace winnow
