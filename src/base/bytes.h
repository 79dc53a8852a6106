#pragma once
// Views of bytes, numbers in either byte order, and a buffer that grows.

#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include "base/check.h"

namespace winnow {

using Bytes = std::span<const uint8_t>;

inline Bytes bytes_of(std::string_view text) {
    return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}
inline std::string_view text_of(Bytes bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline bool same_bytes(Bytes a, Bytes b) {
    return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
}

static_assert(std::endian::native == std::endian::little, "Winnow runs on little-endian machines");

namespace detail {
template <std::unsigned_integral T>
constexpr T swap_bytes(T value) {
    if constexpr (sizeof(T) == 1) return value;
    if constexpr (sizeof(T) == 2) return __builtin_bswap16(value);
    if constexpr (sizeof(T) == 4) return __builtin_bswap32(value);
    if constexpr (sizeof(T) == 8) return __builtin_bswap64(value);
}
}  // namespace detail

template <std::integral T>
T load_le(const void* at) {
    T value;
    std::memcpy(&value, at, sizeof value);
    return value;
}
template <std::integral T>
T load_be(const void* at) {
    return static_cast<T>(detail::swap_bytes(load_le<std::make_unsigned_t<T>>(at)));
}
template <std::integral T>
void store_le(void* at, T value) {
    std::memcpy(at, &value, sizeof value);
}
template <std::integral T>
void store_be(void* at, T value) {
    store_le(at, detail::swap_bytes(static_cast<std::make_unsigned_t<T>>(value)));
}

// A growing array of bytes that is not cleared when it grows. Not thread-safe.
class Buffer {
public:
    Buffer() = default;
    Buffer(Buffer&& other) noexcept { *this = std::move(other); }
    Buffer& operator=(Buffer&& other) noexcept {
        data_ = std::move(other.data_);
        size_ = std::exchange(other.size_, 0);
        capacity_ = std::exchange(other.capacity_, 0);
        return *this;
    }

    const uint8_t* data() const { return data_.get(); }
    uint8_t* data() { return data_.get(); }
    size_t size() const { return size_; }
    size_t capacity() const { return capacity_; }
    bool empty() const { return size_ == 0; }
    Bytes bytes() const { return {data_.get(), size_}; }

    // Makes room for `count` more bytes and returns where they go; commit() makes them part of it.
    uint8_t* reserve(size_t count) {
        if (capacity_ - size_ < count) grow(count);
        return data_.get() + size_;
    }
    void commit(size_t count) {
        CHECK(count <= capacity_ - size_);
        size_ += count;
    }
    // reserve and commit in one.
    uint8_t* extend(size_t count) {
        uint8_t* at = reserve(count);
        size_ += count;
        return at;
    }
    void append(Bytes bytes) {
        if (!bytes.empty()) std::memcpy(extend(bytes.size()), bytes.data(), bytes.size());
    }
    void append(std::string_view text) { append(bytes_of(text)); }
    template <std::integral T>
    void append_be(T value) {
        store_be(extend(sizeof value), value);
    }
    template <std::integral T>
    void append_le(T value) {
        store_le(extend(sizeof value), value);
    }
    void append_byte(uint8_t value) { *extend(1) = value; }

    // Drops all behind `size`, which is at most size().
    void truncate(size_t size) {
        CHECK(size <= size_);
        size_ = size;
    }
    void clear() { size_ = 0; }
    // Drops the first `count` bytes; what is left moves to the front.
    void consume(size_t count) {
        CHECK(count <= size_);
        if (size_ != count) std::memmove(data_.get(), data_.get() + count, size_ - count);
        size_ -= count;
    }
    // Gives the memory back.
    void release() {
        data_.reset();
        size_ = capacity_ = 0;
    }

private:
    void grow(size_t count);

    std::unique_ptr<uint8_t[]> data_;
    size_t size_ = 0;
    size_t capacity_ = 0;
};

}  // namespace winnow
