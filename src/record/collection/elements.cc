#include "record/collection/elements.h"

#include <algorithm>
#include <numeric>

#include "record/value/compare.h"

namespace winnow {

bool Elements::open(Bytes collection, Arena& memory) {
    MsgpackReader reader(collection);
    MsgpackToken head;
    if (!reader.next(head)) return false;
    if (head.kind != MsgpackKind::array && head.kind != MsgpackKind::map) return false;
    is_map_ = head.kind == MsgpackKind::map;
    if (!reader.order_header(head, flags_)) return false;
    memory_ = &memory;
    size_ = head.count;
    bytes_ = collection.data();
    const auto values = static_cast<uint32_t>(head.children());
    starts_ = allocate_array<uint32_t>(memory, size_t{values} + 1);
    for (uint32_t i = 0; i < values; i++) {
        starts_[i] = static_cast<uint32_t>(reader.position());
        if (!reader.skip()) return false;
    }
    starts_[values] = static_cast<uint32_t>(reader.position());
    return true;
}

const uint32_t* Elements::by_rank() {
    if (by_rank_ != nullptr) return by_rank_;
    by_rank_ = allocate_array<uint32_t>(*memory_, size_);
    std::iota(by_rank_, by_rank_ + size_, 0u);
    if (is_map_ || !is_sorted())
        // A merge sort: with NaN the order is not transitive, and it must not run away.
        std::stable_sort(by_rank_, by_rank_ + size_, [this](uint32_t a, uint32_t b) {
            return compare_values((*this)[a].value, (*this)[b].value) < 0;
        });
    return by_rank_;
}

const uint32_t* Elements::ranks() {
    if (ranks_ != nullptr) return ranks_;
    const uint32_t* order = by_rank();
    ranks_ = allocate_array<uint32_t>(*memory_, size_);
    for (uint32_t rank = 0; rank < size_; rank++) ranks_[order[rank]] = rank;
    return ranks_;
}

}  // namespace winnow
