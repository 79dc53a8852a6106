#pragma once
// Memory for the pieces of one piece of work: handed out in order, all given back at once. The
// first bytes come from the object itself, so that a small command allocates nothing. Not
// thread-safe.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace winnow {

class Arena {
public:
    Arena() = default;
    Arena(const Arena&) = delete;
    Arena& operator=(const Arena&) = delete;

    // Uninitialised bytes that live as long as the arena. Not aligned.
    uint8_t* allocate(size_t size) {
        if (size <= inline_size - used_) {
            uint8_t* at = first_ + used_;
            used_ += size;
            return at;
        }
        blocks_.emplace_back(new uint8_t[size]);
        return blocks_.back().get();
    }

private:
    static constexpr size_t inline_size = 256;
    uint8_t first_[inline_size];
    size_t used_ = 0;
    std::vector<std::unique_ptr<uint8_t[]>> blocks_;
};

}  // namespace winnow
