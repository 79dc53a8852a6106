#pragma once
// For tests: filters written as their bytes, and records to ask them of.

#include <string>
#include <vector>

#include "record/filter/filter.h"
#include "record/value/msgpack.h"
#include "record/version.h"

namespace winnow::test {

// --- msgpack: pieces are appended behind one another

inline std::string packed(auto write) {
    Buffer buffer;
    MsgpackWriter writer(buffer);
    write(writer);
    return std::string(text_of(buffer.bytes()));
}
inline std::string num(int64_t value) {
    return packed([&](MsgpackWriter& writer) { writer.integer(value); });
}
inline std::string real(double value) {
    return packed([&](MsgpackWriter& writer) { writer.float64(value); });
}
inline std::string flag(bool value) {
    return packed([&](MsgpackWriter& writer) { writer.boolean(value); });
}
inline std::string str(std::string_view text) {
    return packed([&](MsgpackWriter& writer) { writer.string(text); });
}
inline std::string raw(std::string_view text) {
    return packed([&](MsgpackWriter& writer) { writer.raw(bytes_of(text)); });
}
inline const std::string nil = "\xc0";

// An array of these pieces.
inline std::string list(const std::vector<std::string>& pieces) {
    std::string all =
        packed([&](MsgpackWriter& writer) { writer.array(static_cast<uint32_t>(pieces.size())); });
    for (const std::string& piece : pieces) all += piece;
    return all;
}
// An operation: its code, then its operands.
inline std::string op(int64_t code, std::vector<std::string> operands = {}) {
    operands.insert(operands.begin(), num(code));
    return list(operands);
}
inline std::string quote(const std::vector<std::string>& elements) {
    return op(126, {list(elements)});
}
inline std::string bin(filter::Type type, std::string_view name) {
    return op(81, {num(static_cast<int64_t>(type)), raw(name)});
}
inline std::string int_bin(std::string_view name) {
    return bin(filter::Type::integer, name);
}
inline std::string str_bin(std::string_view name) {
    return bin(filter::Type::string, name);
}

// --- predicate expressions

inline std::string be(uint64_t value, size_t size) {
    std::string bytes;
    for (size_t i = size; i-- > 0;) bytes += static_cast<char>(value >> (8 * i));
    return bytes;
}
inline std::string node(uint16_t tag, std::string_view payload = {}) {
    return be(tag, 2) + be(payload.size(), 4) + std::string(payload);
}
inline std::string pe_and(uint16_t count) {
    return node(1, be(count, 2));
}
inline std::string pe_or(uint16_t count) {
    return node(2, be(count, 2));
}
inline std::string pe_not() {
    return node(3);
}
inline std::string pe_int(int64_t value) {
    return node(10, be(static_cast<uint64_t>(value), 8));
}
inline std::string pe_str(std::string_view text) {
    return node(11, text);
}
inline std::string pe_int_bin(std::string_view name) {
    return node(100, name);
}
inline std::string pe_str_bin(std::string_view name) {
    return node(101, name);
}

// --- records

class Record {
public:
    Record& integer(std::string name, int64_t value) {
        return add(std::move(name), Particle::integer, be(static_cast<uint64_t>(value), 8));
    }
    Record& string(std::string name, std::string value) {
        return add(std::move(name), Particle::string, std::move(value));
    }
    Record& boolean(std::string name, bool value) {
        return add(std::move(name), Particle::boolean, be(value, 1));
    }
    Record& add(std::string name, Particle type, std::string value) {
        names_.push_back(std::move(name));
        values_.push_back(std::move(value));
        types_.push_back(type);
        free_version(version_);
        version_ = nullptr;
        return *this;
    }
    Record& expires(uint32_t void_time) {
        void_time_ = void_time;
        return *this;
    }
    Record() = default;
    Record(const Record&) = delete;
    Record& operator=(const Record&) = delete;
    ~Record() { free_version(version_); }

    const Version& version() {
        if (version_ != nullptr) return *version_;
        std::vector<BinView> bins;
        for (size_t i = 0; i < names_.size(); i++)
            bins.push_back({names_[i], static_cast<uint8_t>(types_[i]), bytes_of(values_[i])});
        version_ = build_version({.digest = digest_of("demo", int64_t{1}),
                                  .void_time = void_time_,
                                  .last_update_ms = 1'700'000'000'000,
                                  .key = {},
                                  .bins = bins});
        return *version_;
    }
    RecordMeta meta() {
        RecordMeta meta =
            RecordMeta::of(version(), version().digest().modulo_word(), 1'700'000'060'000);
        meta.set = "demo";
        return meta;
    }

private:
    std::vector<std::string> names_, values_;
    std::vector<Particle> types_;
    uint32_t void_time_ = 0;
    Version* version_ = nullptr;
};

// --- asking

// The code with which a filter is refused; ok if it is not.
inline ResultCode refusal(std::string_view encoded) {
    auto filter = Filter::decode(bytes_of(encoded));
    return filter ? ResultCode::ok : filter.error().code;
}

inline bool passes(std::string_view encoded, Record& record) {
    auto filter = Filter::decode(bytes_of(encoded));
    CHECK(filter.has_value());
    uint64_t steps = 0;
    return filter->decide(record.meta(), record.version(), steps) == Filter::Verdict::passes;
}

// What an expression gives, as text: "unknown", or type and value.
inline std::string value_of(std::string_view encoded, Record& record) {
    size_t size;
    auto expression = Expression::decode(bytes_of(encoded), size);
    if (!expression) return "refused";
    RecordMeta meta = record.meta();
    filter::Evaluation evaluation(meta, record.version());
    filter::Value value;
    if (!expression->evaluate(evaluation, value)) return "unknown";
    switch (value.type) {
        case filter::Type::nil: return "nil";
        case filter::Type::boolean: return value.boolean ? "true" : "false";
        case filter::Type::integer: return std::to_string(value.integer);
        case filter::Type::real: return std::to_string(value.real);
        default: return std::string(text_of(value.bytes));
    }
}

}  // namespace winnow::test
