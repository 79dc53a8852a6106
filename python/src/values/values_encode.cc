// Python to wire.

#include <fmt/core.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "python/src/arguments.h"
#include "python/src/errors.h"
#include "python/src/names.h"
#include "python/src/values/values.h"
#include "record/value/compare.h"
#include "record/value/msgpack.h"
#include "record/version.h"

namespace winnow::python {
namespace {

[[noreturn]] void refuse(nb::handle bin, std::string_view text) {
    if (!bin.is_valid()) raise_param(text);
    raise_param(fmt::format("bin {}: {}", nb::repr(bin).c_str(), text));
}

Bytes bytes_at(const char* at, Py_ssize_t size) {
    return {reinterpret_cast<const uint8_t*>(at), static_cast<size_t>(size)};
}
Bytes bytes_object(nb::handle value) {
    return bytes_at(PyBytes_AS_STRING(value.ptr()), PyBytes_GET_SIZE(value.ptr()));
}
Bytes bytearray_object(nb::handle value) {
    return bytes_at(PyByteArray_AS_STRING(value.ptr()), PyByteArray_GET_SIZE(value.ptr()));
}

// UTF-8 of a str. Bytes that were read as surrogate escapes become what they were; `holder` then
// keeps them.
Bytes utf8(nb::handle text, nb::object& holder, nb::handle bin) {
    Py_ssize_t size = 0;
    if (const char* at = PyUnicode_AsUTF8AndSize(text.ptr(), &size)) return bytes_at(at, size);
    PyErr_Clear();
    holder = nb::steal(PyUnicode_AsEncodedString(text.ptr(), "utf-8", "surrogateescape"));
    if (!holder.is_valid()) {
        PyErr_Clear();
        refuse(bin, "the str has lone surrogates in it, which UTF-8 cannot hold");
    }
    return bytes_object(holder);
}

int64_t integer(nb::handle value, nb::handle bin) {
    int overflow = 0;
    int64_t number = PyLong_AsLongLongAndOverflow(value.ptr(), &overflow);
    if (overflow != 0)
        refuse(bin, fmt::format("the int {} does not fit in 64 bits", nb::repr(value).c_str()));
    return number;
}

// numpy.int64 and its like, which are no int but say which int they are. Null: it does not.
nb::object as_int(nb::handle value) {
    if (!PyIndex_Check(value.ptr())) return {};
    return owned(PyNumber_Index(value.ptr()));
}

std::string geojson_of(nb::handle value) {
    return string_of(value.attr(names().dumps)(), "the text of a GeoJSON");
}

Particle raw_particle(nb::handle raw, nb::handle bin) {
    int64_t particle = integer(raw.attr(names().particle), bin);
    if (particle < 0 || particle > UINT8_MAX || !is_storable(static_cast<uint8_t>(particle)))
        refuse(bin,
               fmt::format("RawBytes with particle {}, which is no type of a value", particle));
    return static_cast<Particle>(particle);
}

// What a type is missing for, with the way out where there is one.
std::string unsupported(nb::handle value) {
    std::string text = fmt::format("a value of type {} cannot be stored", type_text(value));
    if (PyTuple_Check(value.ptr())) return text + "; use a list";
    if (PyAnySet_Check(value.ptr())) return text + "; use a list or a dict";
    return text +
           "; known are None, bool, int, float, str, bytes, bytearray, list, dict, GeoJSON, "
           "HyperLogLog";
}

// Lists and maps as msgpack.
class CollectionWriter {
public:
    CollectionWriter(Buffer& out, BoolAs bool_as, nb::handle bin)
        : out_(out), writer_(out), bool_as_(bool_as), bin_(bin) {}

    void collection(nb::handle value, unsigned depth) {
        if (depth > value_depth_max)
            refuse(bin_, fmt::format("lists and dicts are nested more than {} deep, or hold "
                                     "themselves",
                                     value_depth_max));
        if (PyList_Check(value.ptr()))
            list(value, depth);
        else
            dict(value, depth);
    }

private:
    void element(nb::handle value, unsigned depth) {
        PyObject* object = value.ptr();
        if (object == Py_None) return writer_.nil();
        if (PyBool_Check(object)) {
            if (bool_as_ == BoolAs::integer) return writer_.integer(object == Py_True);
            return writer_.boolean(object == Py_True);
        }
        if (PyLong_Check(object)) return writer_.integer(integer(value, bin_));
        if (PyUnicode_Check(object)) {
            nb::object holder;
            return writer_.string(Particle::string, utf8(value, holder, bin_));
        }
        if (PyFloat_Check(object)) return writer_.float64(PyFloat_AS_DOUBLE(object));
        if (PyList_Check(object) || PyDict_Check(object)) return collection(value, depth + 1);
        if (PyBytes_CheckExact(object)) return writer_.string(Particle::blob, bytes_object(value));
        if (PyByteArray_CheckExact(object))
            return writer_.string(Particle::blob, bytearray_object(value));
        other(value);
    }

    void other(nb::handle value) {
        const ValueClasses& classes = value_classes();
        if (nb::isinstance(value, classes.raw_bytes)) {
            Particle particle = raw_particle(value, bin_);
            if (is_collection(particle)) return out_.append(bytearray_object(value));
            return writer_.string(particle, bytearray_object(value));
        }
        if (nb::isinstance(value, classes.hyper_log_log))
            return writer_.string(Particle::hll, bytes_object(value));
        if (PyBytes_Check(value.ptr())) return writer_.string(Particle::blob, bytes_object(value));
        if (PyByteArray_Check(value.ptr()))
            return writer_.string(Particle::blob, bytearray_object(value));
        if (nb::isinstance(value, classes.geojson))
            return writer_.string(Particle::geojson, bytes_of(geojson_of(value)));
        if (nb::isinstance(value, classes.null)) return writer_.nil();
        if (nb::isinstance(value, classes.wildcard)) return writer_.wildcard();
        if (nb::isinstance(value, classes.infinite)) return writer_.infinity();
        if (nb::object number = as_int(value); number.is_valid())
            return writer_.integer(integer(number, bin_));
        refuse(bin_, unsupported(value));
    }

    void list(nb::handle value, unsigned depth) {
        Py_ssize_t size = PyList_GET_SIZE(value.ptr());
        writer_.array(count(size));
        for (Py_ssize_t i = 0; i < size; i++) {
            element(nb::borrow(PyList_GET_ITEM(value.ptr(), i)), depth);
            check_unchanged(PyList_GET_SIZE(value.ptr()), size);
        }
    }

    void dict(nb::handle value, unsigned depth) {
        if (!PyDict_CheckExact(value.ptr()) &&
            nb::isinstance(value, value_classes().key_ordered_dict))
            return ordered_dict(value, depth);
        Py_ssize_t size = PyDict_GET_SIZE(value.ptr());
        writer_.map(count(size));
        Py_ssize_t position = 0;
        PyObject* key_object = nullptr;
        PyObject* item = nullptr;
        while (PyDict_Next(value.ptr(), &position, &key_object, &item)) {
            key(writer_, key_object);
            element(nb::borrow(item), depth);
            check_unchanged(PyDict_GET_SIZE(value.ptr()), size);
        }
    }

    // A map that says it is ordered has to be.
    void ordered_dict(nb::handle value, unsigned depth) {
        struct Pair {
            size_t at, size;  // of the key in `keys`
            nb::object item;
        };
        Buffer keys;
        MsgpackWriter key_writer(keys);
        std::vector<Pair> pairs;
        Py_ssize_t position = 0;
        PyObject* key_object = nullptr;
        PyObject* item = nullptr;
        while (PyDict_Next(value.ptr(), &position, &key_object, &item)) {
            size_t at = keys.size();
            key(key_writer, key_object);
            pairs.push_back({at, keys.size() - at, nb::borrow(item)});
        }
        auto bytes = [&](const Pair& pair) { return keys.bytes().subspan(pair.at, pair.size); };
        std::sort(pairs.begin(), pairs.end(), [&](const Pair& a, const Pair& b) {
            return compare_values(bytes(a), bytes(b)) < 0;
        });
        writer_.map(count(static_cast<Py_ssize_t>(pairs.size())), order_sorted);
        for (const Pair& pair : pairs) {
            out_.append(bytes(pair));
            element(pair.item, depth);
        }
    }

    // Runs no Python code.
    void key(MsgpackWriter& writer, nb::handle key_object) {
        PyObject* object = key_object.ptr();
        if (PyUnicode_Check(object)) {
            nb::object holder;
            return writer.string(Particle::string, utf8(key_object, holder, bin_));
        }
        if (PyLong_Check(object) && !PyBool_Check(object))
            return writer.integer(integer(key_object, bin_));
        if (PyBytes_CheckExact(object))
            return writer.string(Particle::blob, bytes_object(key_object));
        refuse(bin_, fmt::format("a key of a dict is an int, a str or bytes to be stored, not {}",
                                 type_text(key_object)));
    }

    uint32_t count(Py_ssize_t size) {
        if (size > INT32_MAX) refuse(bin_, "a list or dict of more than 2^31 elements");
        return static_cast<uint32_t>(size);
    }

    // A GeoJSON or an __index__ runs Python code, which can do anything.
    void check_unchanged(Py_ssize_t size, Py_ssize_t before) {
        if (size != before) refuse(bin_, "a list or dict changed its size while it was written");
    }

    Buffer& out_;
    MsgpackWriter writer_;
    BoolAs bool_as_;
    nb::handle bin_;
};

}  // namespace

client::ValueView ValueEncoder::encode(nb::handle value, nb::handle bin) {
    PyObject* object = value.ptr();
    if (PyLong_CheckExact(object)) return integer(value, bin);
    if (PyUnicode_Check(object)) {
        nb::object holder;
        return copy(Particle::string, utf8(value, holder, bin));
    }
    if (PyFloat_Check(object)) return PyFloat_AS_DOUBLE(object);
    if (object == Py_None) return {};
    if (PyBool_Check(object)) {
        if (bool_as_ == BoolAs::integer) return int64_t{object == Py_True};
        return object == Py_True;
    }
    if (PyBytes_CheckExact(object)) return copy(Particle::blob, bytes_object(value));
    if (PyByteArray_CheckExact(object)) return copy(Particle::blob, bytearray_object(value));
    if (PyList_Check(object)) return encode_collection(Particle::list, value, bin);
    if (PyDict_Check(object)) return encode_collection(Particle::map, value, bin);
    if (PyLong_Check(object)) return integer(value, bin);
    return encode_object(value, bin);
}

client::ValueView ValueEncoder::encode_object(nb::handle value, nb::handle bin) {
    const ValueClasses& classes = value_classes();
    if (nb::isinstance(value, classes.raw_bytes))
        return copy(raw_particle(value, bin), bytearray_object(value));
    if (nb::isinstance(value, classes.hyper_log_log))
        return copy(Particle::hll, bytes_object(value));
    if (PyBytes_Check(value.ptr())) return copy(Particle::blob, bytes_object(value));
    if (PyByteArray_Check(value.ptr())) return copy(Particle::blob, bytearray_object(value));
    if (nb::isinstance(value, classes.geojson)) {
        client::Value geojson = client::Value::geojson(geojson_of(value));
        return copy(Particle::geojson, geojson.view().bytes());
    }
    if (nb::isinstance(value, classes.null)) return {};
    if (nb::object number = as_int(value); number.is_valid()) return integer(number, bin);
    refuse(bin, unsupported(value));
}

client::ValueView ValueEncoder::encode_collection(Particle particle, nb::handle value,
                                                  nb::handle bin) {
    Buffer packed;
    CollectionWriter(packed, bool_as_, bin).collection(value, 1);
    return copy(particle, packed.bytes());
}

client::ValueView ValueEncoder::copy(Particle particle, Bytes bytes) {
    uint8_t* at = arena_.allocate(bytes.size());
    if (!bytes.empty()) std::memcpy(at, bytes.data(), bytes.size());
    return {particle, Bytes(at, bytes.size())};
}

std::string_view ValueEncoder::text(nb::handle value, std::string_view what) {
    nb::object holder;
    Bytes bytes;
    if (PyUnicode_Check(value.ptr()))
        bytes = utf8(value, holder, {});
    else if (PyBytes_Check(value.ptr()))
        bytes = bytes_object(value);
    else if (PyByteArray_Check(value.ptr()))
        bytes = bytearray_object(value);
    else
        raise_param(fmt::format("{} is a str, not {}", what, type_text(value)));
    return text_of(copy(Particle::string, bytes).bytes());
}

std::string_view ValueEncoder::bin_name(nb::handle name) {
    std::string_view text = this->text(name, "a bin name");
    if (text.size() > bin_name_length_max)
        raise(static_cast<int>(ResultCode::bin_name),
              fmt::format("bin name {}: {} bytes, more than {}", nb::repr(name).c_str(),
                          text.size(), bin_name_length_max),
              {.bin = name});
    if (text.empty()) raise_param("a bin name is not empty");
    return text;
}

}  // namespace winnow::python
