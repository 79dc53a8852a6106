#pragma once
// Values both ways between Python and the wire.
//
//   None                  nil: written to a bin, it removes the bin
//   bool, int, float, str their particles; an int of more than 64 bits is refused
//   bytes, bytearray      blob; comes back as bytes
//   list, dict            list, map (msgpack); KeyOrderedDict a map in the order of its keys
//   GeoJSON, HyperLogLog  their particles
//   RawBytes              bytes of the particle it names, as `deserialize: False` read them
//
// Inside collections also null, CDTWildcard and CDTInfinite. Anything else is a ParamError that
// names the bin and the type. Text that is not UTF-8 comes as str with surrogate escapes and goes
// back as the same bytes.
//
// All of it needs the GIL and throws nb::python_error.

#include <nanobind/nanobind.h>

#include <string_view>

#include "base/arena.h"
#include "base/bytes.h"
#include "client/value.h"

namespace winnow::python {

namespace nb = nanobind;

// config `send_bool_as`.
enum class BoolAs : uint8_t { integer = 0, boolean = 1 };

// Python to wire. What is encoded lives in the arena: the objects may be gone, or have changed,
// when it is sent.
class ValueEncoder {
public:
    ValueEncoder(Arena& arena, BoolAs bool_as) : arena_(arena), bool_as_(bool_as) {}

    // A whole value. `bin` names it in errors; null where there is none.
    client::ValueView encode(nb::handle value, nb::handle bin = {});
    // A str or bytes as text in the arena. `what` names it in errors: "the bin name".
    std::string_view text(nb::handle value, std::string_view what);
    // Of a bin: at most 15 bytes, not empty.
    std::string_view bin_name(nb::handle name);

private:
    client::ValueView copy(Particle particle, Bytes bytes);
    client::ValueView encode_object(nb::handle value, nb::handle bin);
    client::ValueView encode_collection(Particle particle, nb::handle value, nb::handle bin);

    Arena& arena_;
    BoolAs bool_as_;
};

// Wire to Python.
struct DecodeOptions {
    bool deserialize = true;  // false: lists and maps as RawBytes
};

// A new reference, never null. `bin` names the value in errors.
PyObject* to_python(const client::ValueView& value, const DecodeOptions& options,
                    std::string_view bin);

// One msgpack value, for what comes in an info answer or as the result of a function.
nb::object msgpack_to_python(Bytes bytes);

// Text that may be no UTF-8 (see above). New references.
PyObject* text_to_python(std::string_view text);
PyObject* bytearray_of(Bytes bytes);

}  // namespace winnow::python
