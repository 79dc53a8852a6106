#pragma once
// Values of bins as the client passes them: a particle type and the bytes of the wire, as a view
// or owned. Nothing is translated until somebody asks for a number or a text.
//
// A ValueView holds numbers itself and points at everything else, so a bin to write costs no
// allocation: Bin{"a", 5}, Bin{"s", "text"}. Any thread; a view lives as long as what it points at.

#include <bit>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"
#include "record/value/particle.h"

namespace winnow::client {

class ValueView {
public:
    ValueView() = default;  // nil: written, it removes the bin
    // Implicit, so that a bin is written down with the plain value.
    template <std::integral T>
    ValueView(T value) {
        // A pointer must not turn into a bool, nor a bool into a number.
        if constexpr (std::same_as<T, bool>)
            hold(Particle::boolean, static_cast<uint8_t>(value));
        else
            hold(Particle::integer, static_cast<uint64_t>(value));
    }
    ValueView(double value) { hold(Particle::float64, std::bit_cast<uint64_t>(value)); }
    ValueView(std::string_view text) : ValueView(Particle::string, bytes_of(text)) {}
    ValueView(const std::string& text) : ValueView(std::string_view(text)) {}
    ValueView(const char* text) : ValueView(std::string_view(text)) {}
    // Any type, its bytes as on the wire: blobs, lists and maps (msgpack), HLL, GeoJSON.
    ValueView(Particle particle, Bytes bytes)
        : particle_(particle), at_(bytes.data()), size_(bytes.size()) {}

    Particle particle() const { return particle_; }
    bool is_nil() const { return particle_ == Particle::nil; }
    // Of a number: inside this view.
    Bytes bytes() const { return held_ != 0 ? Bytes(number_, held_) : Bytes(at_, size_); }

    // Empty if the value is of another type.
    std::optional<int64_t> integer() const;
    std::optional<double> float64() const;
    std::optional<bool> boolean() const;
    std::optional<std::string_view> string() const;
    std::optional<std::string_view> geojson() const;

    // As value_text() prints it.
    std::string text() const;

    bool operator==(const ValueView& other) const {
        return particle_ == other.particle_ && same_bytes(bytes(), other.bytes());
    }

private:
    template <class T>
    void hold(Particle particle, T number) {
        particle_ = particle;
        held_ = sizeof number;
        store_be(number_, number);
    }

    Particle particle_ = Particle::nil;
    uint8_t held_ = 0;  // bytes of number_ in use
    uint8_t number_[8] = {};
    const uint8_t* at_ = nullptr;
    size_t size_ = 0;
};

// A value that owns its bytes; up to 15 of them without an allocation.
class Value {
public:
    Value() = default;  // nil
    explicit Value(const ValueView& view)
        : particle_(view.particle()), bytes_(text_of(view.bytes())) {}

    static Value blob(Bytes bytes) { return Value(ValueView(Particle::blob, bytes)); }
    static Value geojson(std::string_view text);
    // Reads what text() prints: JSON and beyond, see record/value/text.h. parameter: no such text.
    static Result<Value> parse(std::string_view text);

    Particle particle() const { return particle_; }
    bool is_nil() const { return particle_ == Particle::nil; }
    ValueView view() const { return {particle_, bytes_of(bytes_)}; }
    operator ValueView() const& { return view(); }
    operator ValueView() const&& = delete;  // it would point into what is gone
    std::string text() const { return view().text(); }

    bool operator==(const Value& other) const = default;

private:
    Particle particle_ = Particle::nil;
    std::string bytes_;
};

struct Bin {
    std::string_view name;
    ValueView value;
};

}  // namespace winnow::client
