#pragma once
// The fields that only queries carry: which partitions, from where on, which index, which bins.
// Views into the frame; errors are parameter unless said. Any thread.

#include <cstdint>
#include <iterator>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"
#include "protocol/fields.h"
#include "record/collection_type.h"

namespace winnow {

// Fields 11, 12 and 15. A partition named twice, in one list or in both, is refused, as is an id
// above 4095 or a list without an entry. Bytes left over behind the last whole entry are ignored
// (golden query-00187).
class PartitionSelection {
public:
    static Result<PartitionSelection> decode(const FieldTable& fields);

    // Neither list was sent: all partitions, in the form of clients before 6.0 and of background
    // queries.
    bool whole() const { return !listed_; }

    // Partitions to read from their start.
    size_t size() const { return ids_.size() / sizeof(uint16_t); }
    uint16_t partition(size_t index) const {
        return load_le<uint16_t>(ids_.data() + index * sizeof(uint16_t));
    }
    // Partitions to resume after a digest; the digest tells which partition it is.
    size_t resume_count() const { return digests_.size() / digest_size; }
    Digest resume_digest(size_t index) const {
        return Digest::from(digests_.data() + index * digest_size);
    }
    // The indexed values that go with the digests, one each if complete. A secondary-index query
    // without them, or with another number, is refused; a primary one ignores them (query-00265).
    bool has_resume_values() const {
        return values_.size() / sizeof(int64_t) == resume_count() &&
               values_.size() % sizeof(int64_t) == 0;
    }
    int64_t resume_value(size_t index) const {
        return load_le<int64_t>(values_.data() + index * sizeof(int64_t));
    }

private:
    Bytes ids_;
    Bytes digests_;
    Bytes values_;
    bool listed_ = false;
};

// Field 22:  u8 ranges (1) | u8 name length | bin name | u8 particle type
//            u32 size | begin | u32 size | end
// The bin is what counts, so it must not be empty (golden query-00585); bytes behind are ignored
// (query-00630). Strings and blobs have up to 2047 bytes.
struct IndexRange {
    std::string_view bin;
    uint8_t particle = 0;
    Bytes begin;
    Bytes end;
};
// Needs has(FieldId::index_range).
Result<IndexRange> index_range(const FieldTable& fields);

struct IntegerRange {
    int64_t first = 0;
    int64_t last = 0;  // inclusive, not below first
};
// The bounds of an integer range: 8 bytes each and in order.
Result<IntegerRange> integer_range(const IndexRange& range);

// Field 26; absent: none. May be outside the table: then no index fits (golden query-00532).
Result<CollectionType> collection_type(const FieldTable& fields);

// Field 8, from clients before 5: u8 options | u8 percent. Only the percent has a meaning today.
// Absent: 100. Of another size: ignored.
uint8_t scan_percent(const FieldTable& fields);

// Field 40, from clients before 6: u8 count, then u8 length and name each. A cut one is as none
// (present() is false); a count of 0 selects no bin at all (golden query-00711).
class BinList {
public:
    class Iterator {
    public:
        using iterator_category = std::forward_iterator_tag;
        using value_type = std::string_view;
        using difference_type = ptrdiff_t;
        using pointer = void;
        using reference = std::string_view;

        Iterator() = default;
        explicit Iterator(const uint8_t* at) : at_(at) {}
        std::string_view operator*() const {
            return {reinterpret_cast<const char*>(at_) + 1, *at_};
        }
        Iterator& operator++() {
            at_ += 1 + *at_;
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

    explicit BinList(const FieldTable& fields);
    bool present() const { return begin_ != nullptr; }
    uint32_t size() const { return count_; }
    Iterator begin() const { return Iterator(begin_); }
    Iterator end() const { return Iterator(end_); }

private:
    const uint8_t* begin_ = nullptr;
    const uint8_t* end_ = nullptr;
    uint32_t count_ = 0;
};

}  // namespace winnow
