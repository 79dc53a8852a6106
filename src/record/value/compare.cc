#include "record/value/compare.h"

#include <algorithm>
#include <bit>

#include "record/value/msgpack.h"

namespace winnow {
namespace {

enum class Rank : uint8_t {
    wildcard,
    nil,
    boolean,
    integer,
    string,
    list,
    map,
    blob,
    real,
    geojson,
    ext,
    infinity,
};

// The outcome at a wildcard, which is not an order: what encloses it ends as equal.
constexpr int wild = 2;

template <class T>
int compare_numbers(T a, T b) {
    return (a > b) - (a < b);
}

int compare_bytes(Bytes a, Bytes b) {
    size_t shared = std::min(a.size(), b.size());
    int order = shared == 0 ? 0 : std::memcmp(a.data(), b.data(), shared);
    return order != 0 ? compare_numbers(order, 0) : compare_numbers(a.size(), b.size());
}

Rank rank_of_string(const MsgpackToken& token) {
    if (token.is_string_of(Particle::string)) return Rank::string;
    return token.is_string_of(Particle::geojson) ? Rank::geojson : Rank::blob;
}

Rank rank_of(const MsgpackToken& token) {
    switch (token.kind) {
        case MsgpackKind::nil: return Rank::nil;
        case MsgpackKind::boolean: return Rank::boolean;
        case MsgpackKind::integer:
        case MsgpackKind::uinteger: return Rank::integer;
        case MsgpackKind::float32:
        case MsgpackKind::float64: return Rank::real;
        case MsgpackKind::string: return rank_of_string(token);
        case MsgpackKind::array: return Rank::list;
        case MsgpackKind::map: return Rank::map;
        case MsgpackKind::ext: return Rank::ext;
        case MsgpackKind::wildcard: return Rank::wildcard;
        case MsgpackKind::infinity: return Rank::infinity;
    }
    return Rank::nil;
}

int compare_integers(const MsgpackToken& a, const MsgpackToken& b) {
    bool a_big = a.kind == MsgpackKind::uinteger, b_big = b.kind == MsgpackKind::uinteger;
    if (a_big != b_big) return a_big ? 1 : -1;
    return a_big ? compare_numbers(a.uinteger, b.uinteger) : compare_numbers(a.integer, b.integer);
}

int compare_next(MsgpackReader& a, MsgpackReader& b, unsigned depth);

int compare_elements(MsgpackReader& a, uint64_t a_count, MsgpackReader& b, uint64_t b_count,
                     unsigned depth) {
    uint64_t shared = std::min(a_count, b_count);
    for (uint64_t i = 1; i <= shared; i++) {
        int order = compare_next(a, b, depth);
        if (order == wild) {
            a.skip(a_count - i);
            b.skip(b_count - i);
            return 0;
        }
        if (order != 0) return order;
    }
    return compare_numbers(a_count, b_count);
}

int compare_collections(MsgpackReader& a, MsgpackToken& a_head, MsgpackReader& b,
                        MsgpackToken& b_head, unsigned depth) {
    if (depth >= value_depth_max) return 0;
    uint8_t a_flags, b_flags;
    a.order_header(a_head, a_flags);
    b.order_header(b_head, b_flags);
    if (a_head.kind == MsgpackKind::map && a_head.count != b_head.count)
        return compare_numbers(a_head.count, b_head.count);
    return compare_elements(a, a_head.children(), b, b_head.children(), depth + 1);
}

// Compares one value on each side. Only if they are equal, or one is wild, is it passed.
int compare_next(MsgpackReader& a, MsgpackReader& b, unsigned depth) {
    MsgpackToken x, y;
    bool a_there = a.next(x), b_there = b.next(y);
    if (!a_there || !b_there) return a_there - b_there;
    Rank rank = rank_of(x), other = rank_of(y);
    if (rank == Rank::wildcard || other == Rank::wildcard) {
        a.skip(x.children());
        b.skip(y.children());
        return wild;
    }
    if (rank != other) return rank < other ? -1 : 1;
    switch (rank) {
        case Rank::boolean: return x.boolean - y.boolean;
        case Rank::integer: return compare_integers(x, y);
        case Rank::real: return compare_numbers(x.real, y.real);
        case Rank::string:
        case Rank::blob:
        case Rank::geojson: return compare_bytes(x.bytes, y.bytes);
        case Rank::list:
        case Rank::map: return compare_collections(a, x, b, y, depth);
        case Rank::ext: {
            int order = compare_numbers(x.ext_type, y.ext_type);
            return order != 0 ? order : compare_bytes(x.bytes, y.bytes);
        }
        default: return 0;
    }
}

// Most keys: two strings of one type and up to 31 bytes, or two integers of one byte.
bool compare_short(Bytes a, Bytes b, int& order) {
    if (a.size() < 2 || b.size() < 2) return false;
    size_t a_size = a[0] - 0xa0u, b_size = b[0] - 0xa0u;
    if (a_size < 32 && b_size < 32 && a_size < a.size() && b_size < b.size()) {
        if (a_size == 0 || b_size == 0 || a[1] != b[1]) return false;
        order = compare_bytes(a.subspan(2, a_size - 1), b.subspan(2, b_size - 1));
        return true;
    }
    if (a[0] >= 0x80 || b[0] >= 0x80) return false;
    order = compare_numbers(a[0], b[0]);
    return true;
}

Rank rank_of(Particle type) {
    switch (type) {
        case Particle::nil: return Rank::nil;
        case Particle::boolean: return Rank::boolean;
        case Particle::integer: return Rank::integer;
        case Particle::float64: return Rank::real;
        case Particle::string: return Rank::string;
        case Particle::list: return Rank::list;
        case Particle::map: return Rank::map;
        case Particle::geojson: return Rank::geojson;
        default: return Rank::blob;
    }
}

double particle_real(Bytes value) {
    return value.size() == 8 ? std::bit_cast<double>(load_be<uint64_t>(value.data())) : 0;
}

}  // namespace

int compare_values(Bytes a, Bytes b) {
    int short_order;
    if (compare_short(a, b, short_order)) return short_order;
    MsgpackReader left(a), right(b);
    int order = compare_next(left, right, 0);
    return order == wild ? 0 : order;
}

int compare_bins(Particle a_type, Bytes a, Particle b_type, Bytes b) {
    Rank rank = rank_of(a_type), other = rank_of(b_type);
    if (rank != other) return rank < other ? -1 : 1;
    switch (rank) {
        case Rank::nil: return 0;
        case Rank::integer:
            return compare_numbers(static_cast<int64_t>(particle_integer(a)),
                                   static_cast<int64_t>(particle_integer(b)));
        case Rank::real: return compare_numbers(particle_real(a), particle_real(b));
        case Rank::list:
        case Rank::map: return compare_values(a, b);
        case Rank::geojson: return compare_bytes(geojson_text(a), geojson_text(b));
        case Rank::blob:
            if (a_type != b_type) return a_type < b_type ? -1 : 1;
            return compare_bytes(a, b);
        default: return compare_bytes(a, b);
    }
}

}  // namespace winnow
