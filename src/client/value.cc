#include "client/value.h"

#include <bit>

#include "record/value/text.h"

namespace winnow::client {

std::optional<int64_t> ValueView::integer() const {
    if (particle_ != Particle::integer) return {};
    return static_cast<int64_t>(particle_integer(bytes()));
}

std::optional<double> ValueView::float64() const {
    if (particle_ != Particle::float64 || bytes().size() != sizeof(double)) return {};
    return std::bit_cast<double>(load_be<uint64_t>(bytes().data()));
}

std::optional<bool> ValueView::boolean() const {
    if (particle_ != Particle::boolean || bytes().size() != 1) return {};
    return bytes()[0] != 0;
}

std::optional<std::string_view> ValueView::string() const {
    if (particle_ != Particle::string) return {};
    return text_of(bytes());
}

std::optional<std::string_view> ValueView::geojson() const {
    if (particle_ != Particle::geojson) return {};
    return text_of(geojson_text(bytes()));
}

std::string ValueView::text() const {
    return value_text(particle_, bytes());
}

// u8 flags, u16 number of cells: a client sends neither, the server computes its own.
Value Value::geojson(std::string_view text) {
    Value value;
    value.particle_ = Particle::geojson;
    value.bytes_.assign(3, '\0');
    value.bytes_.append(text);
    return value;
}

Result<Value> Value::parse(std::string_view text) {
    Buffer bytes;
    Result<Particle> particle = parse_value(text, bytes);
    if (!particle) return fail(particle.error());
    return Value(ValueView(*particle, bytes.bytes()));
}

}  // namespace winnow::client
