#pragma once
// A list or map taken apart: where its elements lie, and their order by value. Internal to this
// folder.

#include "base/arena.h"
#include "base/bytes.h"
#include "record/value/msgpack.h"

namespace winnow {

struct Element {
    Bytes key;  // of a map
    Bytes value;
};

class Elements {
public:
    // False: not a list or map, or cut.
    bool open(Bytes collection, Arena& memory);

    bool is_map() const { return is_map_; }
    bool is_sorted() const { return flags_ != 0; }
    uint32_t size() const { return size_; }
    Element operator[](uint32_t index) const {
        if (!is_map_) return {{}, between(index)};
        return {between(2 * index), between(2 * index + 1)};
    }

    // The indexes of all elements in the order of their values. Sorted at the first call.
    const uint32_t* by_rank();
    // The rank of each index.
    const uint32_t* ranks();

private:
    Bytes between(uint32_t at) const {
        return {bytes_ + starts_[at], size_t{starts_[at + 1]} - starts_[at]};
    }

    Arena* memory_ = nullptr;
    const uint8_t* bytes_ = nullptr;
    // Where each key and value starts, and where the last one ends: 4 bytes, as a record is small
    // enough for that and a list of a million integers should not take a multiple of itself.
    uint32_t* starts_ = nullptr;
    uint32_t size_ = 0;
    uint8_t flags_ = 0;
    bool is_map_ = false;
    uint32_t* by_rank_ = nullptr;
    uint32_t* ranks_ = nullptr;
};

// An array of T in an arena, whose bytes are not aligned.
template <class T>
T* allocate_array(Arena& memory, size_t count) {
    size_t space = count * sizeof(T) + alignof(T);
    auto address = reinterpret_cast<uintptr_t>(memory.allocate(space));
    return reinterpret_cast<T*>((address + alignof(T) - 1) / alignof(T) * alignof(T));
}

}  // namespace winnow
