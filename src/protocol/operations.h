#pragma once
// The operations of a request, a batch row or a reply: views into the frame, read one by one.
//
//   u32 size of the rest | u8 code | u8 particle type | u8 version | u8 name length | name | value
//
// A range is checked once, when it is decoded; iterating it cannot fail. What the check has seen on
// the way is kept, so that a handler can decide on the whole request before it touches a record.
// Nothing here outlives the frame. Any thread.

#include <cstdint>
#include <iterator>
#include <string_view>

#include "base/bytes.h"
#include "record/operation.h"
#include "record/version.h"

namespace winnow {

inline constexpr size_t operation_header_size = 8;

class OperationRange {
public:
    class Iterator {
    public:
        using iterator_category = std::forward_iterator_tag;
        using value_type = Operation;
        using difference_type = ptrdiff_t;
        using pointer = void;
        using reference = Operation;

        Iterator() = default;
        explicit Iterator(const uint8_t* at) : at_(at) {}
        Operation operator*() const {
            uint32_t size = load_be<uint32_t>(at_);
            uint8_t name_length = at_[7];
            const uint8_t* name = at_ + operation_header_size;
            return {static_cast<OperationCode>(at_[4]),
                    at_[5],
                    {reinterpret_cast<const char*>(name), name_length},
                    {name + name_length, size - 4 - name_length}};
        }
        Iterator& operator++() {
            at_ += sizeof(uint32_t) + load_be<uint32_t>(at_);
            return *this;
        }
        Iterator operator++(int) {
            Iterator before = *this;
            ++*this;
            return before;
        }
        bool operator==(const Iterator&) const = default;

    private:
        const uint8_t* at_ = nullptr;
    };

    Iterator begin() const { return Iterator(begin_); }
    Iterator end() const { return Iterator(end_); }
    uint32_t size() const { return count_; }
    bool empty() const { return count_ == 0; }
    // All of them as they came.
    Bytes bytes() const { return {begin_, end_}; }
    // The same operations in a copy of bytes().
    OperationRange in_copy(const uint8_t* copy) const {
        OperationRange range = *this;
        range.begin_ = copy;
        range.end_ = copy + bytes().size();
        return range;
    }

    // A name above 15 bytes: bin_name for a single record, but only after the namespace was found
    // (golden kv-01909); in a query such a bin matches nothing (query-00119).
    bool has_long_name() const { return long_name_; }
    // An operation with this code.
    bool has(OperationCode code) const { return codes_ >> static_cast<uint8_t>(code) & 1; }
    // One bit for each code of the table; bit 0 stands for all codes outside it.
    uint32_t codes() const { return codes_; }
    bool has_unknown_code() const { return codes_ & 1; }

    // Checks `count` operations from `offset` of `bytes` on, makes them this range and moves
    // `offset` behind them. False if something does not fit.
    bool decode(Bytes bytes, uint32_t count, size_t& offset);

private:
    const uint8_t* begin_ = nullptr;
    const uint8_t* end_ = nullptr;
    uint32_t count_ = 0;
    uint32_t codes_ = 0;
    bool long_name_ = false;
};

// A name that a write can give to a bin: 1 to 15 bytes, none of them 0 (golden kv-01880).
inline bool writable_bin_name(std::string_view name) {
    return !name.empty() && name.size() <= bin_name_length_max &&
           name.find('\0') == std::string_view::npos;
}

}  // namespace winnow
