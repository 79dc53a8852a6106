// Wire to Python.

#include <fmt/core.h>

#include <bit>

#include "python/src/errors.h"
#include "python/src/names.h"
#include "python/src/values/values.h"
#include "record/value/msgpack.h"

namespace winnow::python {
namespace {

PyObject* held(PyObject* made) {
    check(made != nullptr);
    return made;
}

const char* chars(Bytes bytes) {
    return reinterpret_cast<const char*>(bytes.data());
}
Py_ssize_t length(Bytes bytes) {
    return static_cast<Py_ssize_t>(bytes.size());
}

PyObject* bytes_to_python(Bytes bytes) {
    return held(PyBytes_FromStringAndSize(chars(bytes), length(bytes)));
}

PyObject* raw_bytes(Particle particle, Bytes bytes) {
    nb::object data = nb::steal(bytes_to_python(bytes));
    return value_classes().raw_bytes(data, static_cast<int>(particle)).release().ptr();
}

PyObject* geojson(Bytes text) {
    nb::object data = nb::steal(text_to_python(text_of(text)));
    return value_classes().geojson.attr(names()._from_server)(data).release().ptr();
}

PyObject* hyper_log_log(Bytes bytes) {
    nb::object data = nb::steal(bytes_to_python(bytes));
    return value_classes().hyper_log_log(data).release().ptr();
}

// Types whose bytes are the same in a bin and in a collection.
PyObject* plain(Particle particle, Bytes bytes) {
    switch (particle) {
        case Particle::string: return text_to_python(text_of(bytes));
        case Particle::blob: return bytes_to_python(bytes);
        case Particle::hll: return hyper_log_log(bytes);
        default: return raw_bytes(particle, bytes);
    }
}

// Lists and maps. Recursion ends at the depth that no valid value exceeds.
class CollectionReader {
public:
    CollectionReader(Bytes bytes, std::string_view bin) : reader_(bytes), bin_(bin) {}

    PyObject* value(unsigned depth) {
        MsgpackToken token;
        if (depth > value_depth_max || !reader_.next(token)) bad();
        switch (token.kind) {
            case MsgpackKind::nil: Py_RETURN_NONE;
            case MsgpackKind::boolean: return PyBool_FromLong(token.boolean);
            case MsgpackKind::integer: return held(PyLong_FromLongLong(token.integer));
            case MsgpackKind::uinteger: return held(PyLong_FromUnsignedLongLong(token.uinteger));
            case MsgpackKind::float32:
            case MsgpackKind::float64: return held(PyFloat_FromDouble(token.real));
            case MsgpackKind::string: return string(token);
            case MsgpackKind::array: return list(token, depth);
            case MsgpackKind::map: return dict(token, depth);
            case MsgpackKind::ext: return bytes_to_python(token.bytes);
            case MsgpackKind::wildcard: return value_classes().wildcard().release().ptr();
            case MsgpackKind::infinity: return value_classes().infinite().release().ptr();
        }
        bad();
    }

private:
    PyObject* string(const MsgpackToken& token) {
        if (token.bytes.empty()) return bytes_to_python({});
        auto particle = static_cast<Particle>(token.bytes[0]);
        if (particle == Particle::geojson) return geojson(token.content());
        return plain(particle, token.content());
    }

    PyObject* list(MsgpackToken head, unsigned depth) {
        uint8_t flags = 0;
        if (!reader_.order_header(head, flags)) bad();
        nb::object made = owned(PyList_New(head.count));
        for (uint32_t i = 0; i < head.count; i++) PyList_SET_ITEM(made.ptr(), i, value(depth + 1));
        return made.release().ptr();
    }

    PyObject* dict(MsgpackToken head, unsigned depth) {
        uint8_t flags = 0;
        if (!reader_.order_header(head, flags)) bad();
        nb::object made =
            flags & order_sorted ? value_classes().key_ordered_dict() : owned(PyDict_New());
        for (uint32_t i = 0; i < head.count; i++) {
            nb::object key = nb::steal(value(depth + 1));
            nb::object item = nb::steal(value(depth + 1));
            check(PyDict_SetItem(made.ptr(), key.ptr(), item.ptr()) == 0);
        }
        return made.release().ptr();
    }

    [[noreturn]] void bad() {
        raise(
            client_code::client,
            fmt::format("bin '{}': the server sent a list or map that is cut or malformed", bin_));
    }

    MsgpackReader reader_;
    std::string_view bin_;
};

}  // namespace

PyObject* to_python(const client::ValueView& value, const DecodeOptions& options,
                    std::string_view bin) {
    Bytes bytes = value.bytes();
    switch (value.particle()) {
        case Particle::nil: Py_RETURN_NONE;
        case Particle::integer:
            return held(PyLong_FromLongLong(static_cast<int64_t>(particle_integer(bytes))));
        case Particle::float64:
            if (bytes.size() != sizeof(double)) return raw_bytes(Particle::float64, bytes);
            return held(PyFloat_FromDouble(std::bit_cast<double>(load_be<uint64_t>(bytes.data()))));
        case Particle::boolean: return PyBool_FromLong(!bytes.empty() && bytes[0] != 0);
        case Particle::geojson: return geojson(geojson_text(bytes));
        case Particle::list:
        case Particle::map:
            if (!options.deserialize) return raw_bytes(value.particle(), bytes);
            return CollectionReader(bytes, bin).value(1);
        default: return plain(value.particle(), bytes);
    }
}

nb::object msgpack_to_python(Bytes bytes) {
    return nb::steal(CollectionReader(bytes, "").value(1));
}

PyObject* text_to_python(std::string_view text) {
    return held(
        PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "surrogateescape"));
}

PyObject* bytearray_of(Bytes bytes) {
    return held(PyByteArray_FromStringAndSize(chars(bytes), length(bytes)));
}

}  // namespace winnow::python
