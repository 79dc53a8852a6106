#include "record/filter/element.h"

#include <bit>

namespace winnow::filter {
namespace {

bool read_string(const MsgpackToken& token, Value& out) {
    if (token.bytes.empty()) return false;
    out.type = type_of(token.bytes[0]);
    out.bytes = token.content();
    switch (out.type) {
        case Type::string:
        case Type::blob:
        case Type::geojson:
        case Type::hll: return true;
        default: return false;
    }
}

bool read_collection(MsgpackReader& reader, Bytes all, size_t start, const MsgpackToken& head,
                     Value& out) {
    out.type = head.kind == MsgpackKind::array ? Type::list : Type::map;
    if (!reader.skip(head.children())) return false;
    out.bytes = all.subspan(0, reader.position() - start);
    return true;
}

}  // namespace

bool next_element(MsgpackReader& reader, Value& out) {
    Bytes all = reader.rest();
    size_t start = reader.position();
    MsgpackToken token;
    if (!reader.next(token)) return false;
    switch (token.kind) {
        case MsgpackKind::nil: out.type = Type::nil; return true;
        case MsgpackKind::boolean:
            out.type = Type::boolean;
            out.boolean = token.boolean;
            return true;
        case MsgpackKind::integer:
        case MsgpackKind::uinteger:  // wraps around, as in constants (golden expr-value-04566)
            out.type = Type::integer;
            out.integer = token.integer;
            return true;
        case MsgpackKind::float32:
        case MsgpackKind::float64:
            out.type = Type::real;
            out.real = token.real;
            return true;
        case MsgpackKind::string: return read_string(token, out);
        case MsgpackKind::array:
        case MsgpackKind::map: return read_collection(reader, all, start, token, out);
        default: return false;
    }
}

Bytes encode_element(const Value& value, Arena& memory) {
    switch (value.type) {
        case Type::list:
        case Type::map: return value.bytes;
        default: break;
    }
    Buffer buffer;
    MsgpackWriter writer(buffer);
    switch (value.type) {
        case Type::boolean: writer.boolean(value.boolean); break;
        case Type::integer: writer.integer(value.integer); break;
        case Type::real: writer.float64(value.real); break;
        case Type::string:
        case Type::blob:
        case Type::geojson:
        case Type::hll:
            writer.string(static_cast<Particle>(particle_of(value.type)), value.bytes);
            break;
        default: writer.nil(); break;
    }
    uint8_t* at = memory.allocate(buffer.size());
    std::memcpy(at, buffer.data(), buffer.size());
    return {at, buffer.size()};
}

Type type_of(uint8_t particle) {
    switch (static_cast<Particle>(particle)) {
        case Particle::nil: return Type::nil;
        case Particle::integer: return Type::integer;
        case Particle::float64: return Type::real;
        case Particle::string: return Type::string;
        case Particle::boolean: return Type::boolean;
        case Particle::hll: return Type::hll;
        case Particle::map: return Type::map;
        case Particle::list: return Type::list;
        case Particle::geojson: return Type::geojson;
        default: return is_blob(static_cast<Particle>(particle)) ? Type::blob : Type::unknown;
    }
}

uint8_t particle_of(Type type) {
    constexpr Particle particles[] = {Particle::nil,    Particle::boolean, Particle::integer,
                                      Particle::string, Particle::list,    Particle::map,
                                      Particle::blob,   Particle::float64, Particle::geojson,
                                      Particle::hll,    Particle::nil};
    return static_cast<uint8_t>(particles[static_cast<size_t>(type)]);
}

}  // namespace winnow::filter
