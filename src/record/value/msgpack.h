#pragma once
// The msgpack dialect of collections, of operation arguments and of expressions.
//
//   c0 nil   c2 false   c3 true   00-7f e0-ff cc-cf d0-d3 integers   ca float32   cb float64
//   a0-bf d9 da db (c4 c5 c6) strings; inside values the content begins with a particle type
//   90-9f dc dd arrays   80-8f de df maps   d4-d8 c7-c9 ext   c1 never
//
// Two ext values are arguments, never data: d4 ff 00 is the wildcard, d4 ff 01 infinity. An ext in
// front of a collection is its order header and counts as an element (a map has it as a pair with
// nil): c7 00 FLAGS. See order_header().
//
// Reader and writer never allocate (the writer's Buffer grows), and never recurse.

#include <array>
#include <cstdint>

#include "base/bytes.h"
#include "record/value/particle.h"

namespace winnow {

// How deep collections may nest, the outermost counted. Every recursion over a value ends there.
inline constexpr unsigned value_depth_max = 256;

enum class MsgpackKind : uint8_t {
    nil,
    boolean,
    integer,   // fits an int64, however it was written
    uinteger,  // above the largest int64
    float32,
    float64,
    string,  // its content with the type byte, or a raw string: the place decides
    array,
    map,
    ext,
    wildcard,
    infinity,
};

// Flags of an order header, as an order argument has them.
inline constexpr uint8_t order_sorted = 0x01;     // list: by value; map: by key
inline constexpr uint8_t order_by_value = 0x02;   // maps only
inline constexpr uint8_t order_persisted = 0x10;  // a hint to keep an index, never sent back

// One value, or the head of a collection. A view: `bytes` points into what is read.
struct MsgpackToken {
    MsgpackKind kind = MsgpackKind::nil;
    bool minimal = true;   // written as MsgpackWriter writes it
    uint8_t ext_type = 0;  // kind ext
    union {
        uint64_t uinteger = 0;  // kind uinteger
        int64_t integer;        // kind integer
        double real;            // kinds float32, float64
        bool boolean;           // kind boolean
        uint32_t count;         // kinds array (elements) and map (pairs)
    };
    Bytes bytes;  // kinds string and ext

    // How many values stand directly inside it.
    uint64_t children() const {
        if (kind == MsgpackKind::array) return count;
        return kind == MsgpackKind::map ? uint64_t{2} * count : 0;
    }
    bool is_string_of(Particle type) const {
        return kind == MsgpackKind::string && !bytes.empty() &&
               bytes[0] == static_cast<uint8_t>(type);
    }
    // A string without its type byte.
    Bytes content() const { return bytes.empty() ? bytes : bytes.subspan(1); }
};

// Reads values one behind the other. Whatever returns false has met bytes that are cut or not
// msgpack; the position is then unspecified, but inside the bytes. Counts are checked against what
// is left, so a false count cannot make anyone loop or reserve beyond the input.
class MsgpackReader {
public:
    explicit MsgpackReader(Bytes bytes)
        : begin_(bytes.data()), at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

    bool at_end() const { return at_ == end_; }
    size_t position() const { return static_cast<size_t>(at_ - begin_); }
    size_t left() const { return static_cast<size_t>(end_ - at_); }
    // All from the next value to the end of the input.
    Bytes rest() const { return {at_, left()}; }
    void seek(size_t position) {
        CHECK(position <= static_cast<size_t>(end_ - begin_));
        at_ = begin_ + position;
    }

    // The next value; of a collection only the head, its elements follow.
    bool next(MsgpackToken& token) {
        if (at_ < end_ && (*at_ < 0x80 || *at_ >= 0xe0)) {
            token.kind = MsgpackKind::integer;
            token.minimal = true;
            token.integer = static_cast<int8_t>(*at_++);
            return true;
        }
        return next_of_any_size(token);
    }

    // Passes a scalar whose size and shortest form its first byte shows: an integer of one byte, a
    // string of up to 31, nil, bool, double. False, and nothing passed, for all else.
    bool pass_short() {
        if (at_ == end_) return false;
        size_t size = short_sizes[*at_];
        if (size == 0 || size > left()) return false;
        at_ += size;
        return true;
    }

    // Passes `count` whole values, with all that is inside.
    bool skip(uint64_t count = 1);

    // Behind the head of a collection: passes its order header if there is one, takes it off
    // `head.count` and gives its flags, else 0. Header content is passed over unread.
    bool order_header(MsgpackToken& head, uint8_t& flags);

private:
    static constexpr auto short_sizes = [] {
        std::array<uint8_t, 256> sizes{};
        for (size_t byte = 0; byte < 256; byte++)
            if (byte < 0x80 || byte >= 0xe0) sizes[byte] = 1;
        for (size_t byte = 0xa0; byte < 0xc0; byte++)
            sizes[byte] = static_cast<uint8_t>(byte - 0xa0 + 1);
        sizes[0xc0] = sizes[0xc2] = sizes[0xc3] = 1;
        sizes[0xca] = 5;
        sizes[0xcb] = 9;
        return sizes;
    }();

    bool next_of_any_size(MsgpackToken& token);
    bool read_unsigned(unsigned size, MsgpackToken& token);
    bool read_signed(unsigned size, MsgpackToken& token);
    bool read_real(bool wide, MsgpackToken& token);
    bool read_sized(uint8_t byte, MsgpackToken& token);
    bool read_string(uint64_t size, MsgpackToken& token);
    bool read_ext(uint64_t size, MsgpackToken& token);
    bool read_head(MsgpackKind kind, uint64_t count, MsgpackToken& token);
    bool take_count(unsigned size, uint64_t& count);

    const uint8_t* begin_;
    const uint8_t* at_;
    const uint8_t* end_;
};

// Appends values in their shortest encoding.
class MsgpackWriter {
public:
    explicit MsgpackWriter(Buffer& out) : out_(out) {}

    void nil() { out_.append_byte(0xc0); }
    void boolean(bool value) { out_.append_byte(value ? 0xc3 : 0xc2); }
    void integer(int64_t value);
    void uinteger(uint64_t value);
    void float32(float value);
    void float64(double value);
    // A string with a type byte.
    void string(Particle type, Bytes content);
    void string(std::string_view text) { string(Particle::string, bytes_of(text)); }
    // A string whose content is given whole.
    void raw(Bytes content);
    // Heads: the elements or pairs are written next. With flags an order header follows at once,
    // which the count does not include.
    void array(uint32_t count, uint8_t flags = 0);
    void map(uint32_t count, uint8_t flags = 0);
    void ext(uint8_t type, Bytes content);
    void wildcard();
    void infinity();

private:
    void string_head(size_t size);
    void collection_head(uint8_t fix, uint8_t wide, uint64_t count);

    Buffer& out_;
};

}  // namespace winnow
