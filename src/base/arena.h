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
        if (size > left_) return allocate_block(size);
        uint8_t* at = at_;
        at_ += size;
        left_ -= size;
        return at;
    }

private:
    static constexpr size_t inline_size = 256;
    static constexpr size_t block_size = 4096;

    // Large pieces get a block of their own, so that little is left unused in the others.
    uint8_t* allocate_block(size_t size) {
        bool shared = size <= block_size / 4;
        blocks_.emplace_back(new uint8_t[shared ? block_size : size]);
        uint8_t* at = blocks_.back().get();
        if (shared) {
            at_ = at + size;
            left_ = block_size - size;
        }
        return at;
    }

    uint8_t first_[inline_size];
    uint8_t* at_ = first_;
    size_t left_ = inline_size;
    std::vector<std::unique_ptr<uint8_t[]>> blocks_;
};

}  // namespace winnow
