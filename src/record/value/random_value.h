#pragma once
// For tests: random values as trees, with an order and an encoder that share no code with what they
// test, and an encoder that writes the same value as badly as a client may.

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/random.h"
#include "record/value/msgpack.h"

namespace winnow::test {

struct Value {
    enum Kind { nil, boolean, integer, string, list, map, blob, real, geojson };  // as they rank

    Kind kind = nil;
    bool flag = false;         // boolean
    bool negative = false;     // integer: number is its distance from zero
    uint64_t number = 0;       // integer
    double fraction = 0;       // real
    bool narrow = false;       // real, as a float32
    std::string text;          // string, blob, geojson: type byte first
    std::vector<Value> items;  // list; map: key, value, key, value
    uint8_t flags = 0;         // list, map: of the order header
};

inline int order_of(bool less, bool greater) {
    return static_cast<int>(greater) - less;
}

// The total order, as values.md §1.4 and the golden cases have it.
inline int order(const Value& a, const Value& b) {
    if (a.kind != b.kind) return order_of(a.kind<b.kind, a.kind> b.kind);
    switch (a.kind) {
        case Value::nil: return 0;
        case Value::boolean: return order_of(!a.flag && b.flag, a.flag && !b.flag);
        case Value::integer: {
            auto number = [](const Value& v) {
                return v.negative ? -static_cast<__int128>(v.number)
                                  : static_cast<__int128>(v.number);
            };
            return order_of(number(a) < number(b), number(a) > number(b));
        }
        case Value::real: return order_of(a.fraction<b.fraction, a.fraction> b.fraction);
        case Value::string:
        case Value::blob:
        case Value::geojson: return order_of(a.text<b.text, a.text> b.text);
        case Value::map:
            if (a.items.size() != b.items.size()) return a.items.size() < b.items.size() ? -1 : 1;
            [[fallthrough]];
        case Value::list:
            for (size_t i = 0; i < a.items.size() && i < b.items.size(); i++)
                if (int order_here = order(a.items[i], b.items[i])) return order_here;
            return order_of(a.items.size() < b.items.size(), a.items.size() > b.items.size());
    }
    return 0;
}

class ValueMaker {
public:
    explicit ValueMaker(Random& random) : random_(random) {}

    // A value without NaN. Few distinct ones, so that equal and nearly equal values are common.
    Value any(unsigned depth = 3) {
        auto kind = static_cast<Value::Kind>(random_.below(9));
        if (depth == 0 && (kind == Value::list || kind == Value::map)) kind = Value::integer;
        return of(kind, depth);
    }

    Value of(Value::Kind kind, unsigned depth = 3) {
        Value value;
        value.kind = kind;
        switch (kind) {
            case Value::nil: break;
            case Value::boolean: value.flag = random_.one_in(2); break;
            case Value::integer: make_integer(value); break;
            case Value::string: value.text = "\3" + letters(); break;
            case Value::blob: make_blob(value); break;
            case Value::geojson: value.text = "\x17" + letters(); break;
            case Value::real:
                value.fraction = (static_cast<double>(random_.below(9)) - 4) / 2;
                value.narrow = random_.one_in(4);
                break;
            case Value::list: make_list(value, depth); break;
            case Value::map: make_map(value, depth); break;
        }
        return value;
    }

private:
    std::string letters() {
        std::string text;
        size_t size = random_.one_in(30) ? random_.below(400) : random_.below(4);
        while (text.size() < size) text += static_cast<char>('a' + random_.below(2));
        return text;
    }

    void make_integer(Value& value) {
        value.negative = random_.one_in(2);
        uint64_t size = random_.below(value.negative ? 64 : 65);  // bits
        value.number = size == 0 ? 0 : random_.next() >> (64 - size);
        if (random_.one_in(2)) value.number = random_.below(4);
        if (value.number == 0) value.negative = false;
    }

    void make_blob(Value& value) {
        constexpr char types[] = {4, 4, 7, 9, 12, 18, 99};
        value.text = std::string(1, types[random_.below(sizeof types)]) + letters();
        if (random_.one_in(20)) value.text.clear();
    }

    void make_list(Value& value, unsigned depth) {
        size_t count = random_.one_in(40) ? random_.below(40) : random_.below(4);
        for (size_t i = 0; i < count; i++) value.items.push_back(any(depth - 1));
        if (!random_.one_in(3)) return;
        value.flags = 1;
        std::stable_sort(value.items.begin(), value.items.end(),
                         [](const Value& a, const Value& b) { return order(a, b) < 0; });
    }

    Value make_key() {
        Value key = of(random_.one_in(2) ? Value::integer : Value::string, 0);
        if (!random_.one_in(4)) return key;
        key = Value();
        key.kind = Value::blob;
        key.text = "\4" + letters();
        return key;
    }

    void make_map(Value& value, unsigned depth) {
        size_t count = random_.one_in(40) ? random_.below(40) : random_.below(4);
        std::vector<Value> keys;
        for (size_t i = 0; i < count; i++) keys.push_back(make_key());
        std::sort(keys.begin(), keys.end(),
                  [](const Value& a, const Value& b) { return order(a, b) < 0; });
        keys.erase(std::unique(keys.begin(), keys.end(),
                               [](const Value& a, const Value& b) { return order(a, b) == 0; }),
                   keys.end());
        for (Value& key : keys) {
            value.items.push_back(std::move(key));
            value.items.push_back(any(depth - 1));
        }
        if (random_.one_in(2)) value.flags = static_cast<uint8_t>(1 + random_.below(3));
    }

    Random& random_;
};

// The stored form.
inline void encode(const Value& value, Buffer& out) {
    MsgpackWriter writer(out);
    switch (value.kind) {
        case Value::nil: writer.nil(); break;
        case Value::boolean: writer.boolean(value.flag); break;
        case Value::integer:
            if (value.negative) {
                writer.integer(static_cast<int64_t>(-value.number));
            } else {
                writer.uinteger(value.number);
            }
            break;
        case Value::real:
            value.narrow ? writer.float32(static_cast<float>(value.fraction))
                         : writer.float64(value.fraction);
            break;
        case Value::string:
        case Value::blob:
        case Value::geojson: writer.raw(bytes_of(value.text)); break;
        case Value::list:
            writer.array(static_cast<uint32_t>(value.items.size()), value.flags);
            for (const Value& item : value.items) encode(item, out);
            break;
        case Value::map:
            writer.map(static_cast<uint32_t>(value.items.size() / 2), value.flags);
            for (const Value& item : value.items) encode(item, out);
            break;
    }
}

inline Buffer encode(const Value& value) {
    Buffer out;
    encode(value, out);
    return out;
}

// The same value in other widths, with bits in the order headers that are dropped, and unordered
// maps in any order.
class SloppyEncoder {
public:
    SloppyEncoder(Random& random, Buffer& out) : random_(random), out_(out) {}

    void encode(const Value& value) {
        switch (value.kind) {
            case Value::integer: integer(value); break;
            case Value::string:
            case Value::blob:
            case Value::geojson: string(value.text); break;
            case Value::list:
                head(value, 0xdc, value.items.size());
                for (const Value& item : value.items) encode(item);
                break;
            case Value::map: map(value); break;
            default: test::encode(value, out_);
        }
    }

private:
    void integer(const Value& value) {
        if (random_.one_in(2)) return test::encode(value, out_);
        out_.append_byte(value.negative ? 0xd3 : 0xcf);
        out_.append_be(value.negative ? -value.number : value.number);
    }

    void string(std::string_view text) {
        if (random_.one_in(2)) {
            out_.append_byte(random_.one_in(2) ? 0xda : 0xc5);
            out_.append_be(static_cast<uint16_t>(text.size()));
        } else {
            out_.append_byte(random_.one_in(2) ? 0xdb : 0xc6);
            out_.append_be(static_cast<uint32_t>(text.size()));
        }
        out_.append(text);
    }

    void head(const Value& value, uint8_t wide, size_t count) {
        bool header = value.flags != 0 || random_.one_in(3);
        out_.append_byte(static_cast<uint8_t>(wide + 1));
        out_.append_be(static_cast<uint32_t>(count + header));
        if (!header) return;
        uint8_t dropped = value.kind == Value::list ? 0x3e : 0x3c;
        auto flags = static_cast<uint8_t>(value.flags | (random_.next() & dropped));
        bool content = random_.one_in(3);
        out_.append_byte(0xc7);
        out_.append_byte(content ? 3 : 0);
        out_.append_byte(flags);
        if (content) out_.append("idx");
        if (value.kind == Value::map) out_.append_byte(0xc0);
    }

    void map(const Value& value) {
        size_t count = value.items.size() / 2;
        head(value, 0xde, count);
        std::vector<size_t> pairs(count);
        for (size_t i = 0; i < count; i++) pairs[i] = i;
        if ((value.flags & 1) == 0)
            for (size_t i = count; i > 1; i--) std::swap(pairs[i - 1], pairs[random_.below(i)]);
        for (size_t pair : pairs) {
            encode(value.items[2 * pair]);
            encode(value.items[2 * pair + 1]);
        }
    }

    Random& random_;
    Buffer& out_;
};

}  // namespace winnow::test
