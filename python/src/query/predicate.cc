#include "python/src/query/predicate.h"

#include <fmt/core.h>
#include <nanobind/stl/string.h>

#include <optional>

#include "base/arena.h"
#include "python/src/arguments.h"
#include "python/src/errors.h"
#include "python/src/values/values.h"

namespace winnow::python {
namespace {

// The numbers in a tuple, as in winnow.constants and winnow.predicates.
enum class Comparison : long { equals = 0, range = 1 };
enum class IndexedType : long { string = 0, integer = 1, geo = 2, blob = 3, numeric = 4 };

[[noreturn]] void invalid(std::string_view reason) {
    raise_param(fmt::format("predicate is invalid: {}; use the functions of predicates", reason));
}

// The parts of a tuple; those that are not there are None.
class Parts {
public:
    explicit Parts(nb::handle tuple) {
        if (!PyTuple_Check(tuple.ptr()))
            invalid(fmt::format("it is a tuple, not {}", python::type_text(tuple)));
        Py_ssize_t size = PyTuple_GET_SIZE(tuple.ptr());
        if (size < 4 || size > 6) invalid(fmt::format("it has 4 to 6 parts, not {}", size));
        for (nb::handle& part : parts_) part = Py_None;
        for (Py_ssize_t i = 0; i < size; i++) parts_[i] = PyTuple_GET_ITEM(tuple.ptr(), i);
    }

    Comparison comparison() const { return static_cast<Comparison>(number(0)); }
    IndexedType type() const {
        auto type = static_cast<IndexedType>(number(1));
        return type == IndexedType::numeric ? IndexedType::integer : type;
    }
    nb::handle bin() const { return parts_[2]; }
    nb::handle first() const { return parts_[3]; }
    nb::handle last() const { return parts_[4]; }
    CollectionType collection() const {
        if (parts_[5].is_none()) return CollectionType::none;
        long type = number(5);
        if (type < 0 || type > static_cast<long>(CollectionType::map_values))
            invalid(fmt::format("its index type is {}", type));
        return static_cast<CollectionType>(type);
    }

private:
    int64_t number(int index) const {
        if (!PyLong_Check(parts_[index].ptr()))
            invalid(
                fmt::format("part {} is an int, not {}", index, python::type_text(parts_[index])));
        return integer_of(parts_[index], fmt::format("part {} of a predicate", index));
    }

    nb::handle parts_[6];
};

std::string_view type_text(IndexedType type) {
    switch (type) {
        case IndexedType::string: return "a str";
        case IndexedType::integer:
        case IndexedType::numeric: return "an int";
        case IndexedType::geo: return "GeoJSON text";
        case IndexedType::blob: return "bytes";
    }
    return {};
}

// A value of the type, as the wire has it.
std::string bound(nb::handle value, IndexedType type) {
    PyObject* object = value.ptr();
    bool fits = false;
    switch (type) {
        case IndexedType::integer:
        case IndexedType::numeric: fits = PyLong_Check(object); break;
        case IndexedType::string:
        case IndexedType::geo: fits = PyUnicode_Check(object); break;
        case IndexedType::blob: fits = PyBytes_Check(object) || PyByteArray_Check(object); break;
    }
    if (type_text(type).empty())
        invalid(fmt::format("no index has type {}", static_cast<long>(type)));
    if (!fits)
        invalid(fmt::format("its value is {}, not {}", type_text(type), python::type_text(value)));
    Arena arena;
    ValueEncoder encoder(arena, BoolAs::integer);
    return std::string(text_of(encoder.encode(value).bytes()));
}

Particle particle_of(IndexedType type) {
    switch (type) {
        case IndexedType::string: return Particle::string;
        case IndexedType::geo: return Particle::geojson;
        case IndexedType::blob: return Particle::blob;
        default: return Particle::integer;
    }
}

std::string repr_of(nb::handle object) {
    return shown(nb::repr(object));
}

std::string text(const Parts& parts, const client::Predicate& predicate, bool range) {
    std::string_view of;
    switch (predicate.collection) {
        case CollectionType::none: break;
        case CollectionType::list: of = "an element of "; break;
        case CollectionType::map_keys: of = "a key of "; break;
        case CollectionType::map_values: of = "a value of "; break;
    }
    std::string_view bin = predicate.bin.empty() ? "the index" : std::string_view(predicate.bin);
    std::string first = repr_of(parts.first());
    if (predicate.particle == Particle::geojson)
        return fmt::format("{}{} within or around {}", of, bin, first);
    if (range) return fmt::format("{}{} between {} and {}", of, bin, first, repr_of(parts.last()));
    return fmt::format("{}{} = {}", of, bin, first);
}

}  // namespace

Where where_of(nb::handle tuple, bool bin_optional) {
    Parts parts(tuple);
    Where where;
    client::Predicate& predicate = where.predicate;
    IndexedType type = parts.type();
    if (!parts.bin().is_none()) {
        Arena arena;
        predicate.bin = ValueEncoder(arena, BoolAs::integer).bin_name(parts.bin());
    } else if (!bin_optional) {
        invalid("it names no bin");
    }
    predicate.particle = particle_of(type);
    predicate.collection = parts.collection();
    predicate.first = predicate.last = bound(parts.first(), type);
    bool range = false;
    switch (parts.comparison()) {
        case Comparison::equals: break;
        case Comparison::range:
            // What lies in a region is a range of cells, of which the shape tells both ends.
            range = type != IndexedType::geo;
            if (range && type != IndexedType::integer) invalid("only ints have a range");
            if (range) predicate.last = bound(parts.last(), type);
            break;
        default: invalid("its first part is no comparison");
    }
    where.text = text(parts, predicate, range);
    return where;
}

}  // namespace winnow::python
