#include "python/src/values/keys.h"

#include <fmt/core.h>

#include "python/src/errors.h"
#include "python/src/values/values.h"

namespace winnow::python {
namespace {

constexpr std::string_view shape =
    "a key is a tuple (namespace, set, key) or (namespace, set, None, digest)";

std::string_view utf8(nb::handle text) {
    Py_ssize_t size = 0;
    const char* at = PyUnicode_AsUTF8AndSize(text.ptr(), &size);
    if (at == nullptr) {
        PyErr_Clear();
        raise_param("a str of a key has lone surrogates in it, which UTF-8 cannot hold");
    }
    return {at, static_cast<size_t>(size)};
}

std::string_view namespace_of(nb::handle ns) {
    if (!PyUnicode_Check(ns.ptr()))
        raise_param(fmt::format("the namespace of a key is a str, not {}", type_text(ns)));
    return utf8(ns);
}

std::string_view set_of(nb::handle set) {
    if (set.is_none()) return {};
    if (!PyUnicode_Check(set.ptr()))
        raise_param(fmt::format("the set of a key is a str or None, not {}", type_text(set)));
    return utf8(set);
}

// The value of a key; views the object.
client::ValueView user_key_of(nb::handle key) {
    PyObject* object = key.ptr();
    if (PyUnicode_Check(object)) return utf8(key);
    if (PyLong_Check(object)) {
        int overflow = 0;
        int64_t number = PyLong_AsLongLongAndOverflow(object, &overflow);
        if (overflow != 0) raise_param("an int as a key has at most 64 bits");
        return number;
    }
    if (PyBytes_Check(object)) {
        auto* at = reinterpret_cast<const uint8_t*>(PyBytes_AS_STRING(object));
        return {Particle::blob, Bytes(at, static_cast<size_t>(PyBytes_GET_SIZE(object)))};
    }
    if (PyByteArray_Check(object)) {
        auto* at = reinterpret_cast<const uint8_t*>(PyByteArray_AS_STRING(object));
        return {Particle::blob, Bytes(at, static_cast<size_t>(PyByteArray_GET_SIZE(object)))};
    }
    raise_param(fmt::format("a key is an int, a str or bytes, not {}", type_text(key)));
}

}  // namespace

client::Key key_of(nb::handle tuple) {
    if (!PyTuple_Check(tuple.ptr()))
        raise_param(fmt::format("{}, not {}", shape, type_text(tuple)));
    Py_ssize_t size = PyTuple_GET_SIZE(tuple.ptr());
    if (size != 3 && size != 4)
        raise_param(fmt::format("{}; this one has {} elements", shape, size));
    std::string_view ns = namespace_of(PyTuple_GET_ITEM(tuple.ptr(), 0));
    std::string_view set = set_of(PyTuple_GET_ITEM(tuple.ptr(), 1));
    nb::handle user_key = PyTuple_GET_ITEM(tuple.ptr(), 2);
    if (!user_key.is_none())
        return *client::Key::of(ns, set, user_key_of(user_key));  // it has one of the right types
    nb::handle digest = size == 4 ? PyTuple_GET_ITEM(tuple.ptr(), 3) : Py_None;
    if (digest.is_none()) raise_param("a key needs a value or a digest, and this one has neither");
    return client::Key::by_digest(ns, set, digest_of_python(digest, "the digest of a key"));
}

nb::object key_tuple(nb::handle given, const Digest& digest, bool with_key) {
    nb::object made = owned(PyTuple_New(4));
    for (Py_ssize_t i = 0; i < 3; i++) {
        PyObject* item = i < 2 || with_key ? PyTuple_GET_ITEM(given.ptr(), i) : Py_None;
        PyTuple_SET_ITEM(made.ptr(), i, Py_NewRef(item));
    }
    PyTuple_SET_ITEM(made.ptr(), 3, digest_to_python(digest).release().ptr());
    return made;
}

nb::object digest_to_python(const Digest& digest) {
    return nb::steal(bytearray_of(digest.bytes));
}

Digest digest_of_python(nb::handle bytes, std::string_view what) {
    PyObject* object = bytes.ptr();
    const char* at = nullptr;
    Py_ssize_t size = 0;
    if (PyByteArray_Check(object)) {
        at = PyByteArray_AS_STRING(object);
        size = PyByteArray_GET_SIZE(object);
    } else if (PyBytes_Check(object)) {
        at = PyBytes_AS_STRING(object);
        size = PyBytes_GET_SIZE(object);
    } else {
        raise_param(fmt::format("{} is a bytearray or bytes, not {}", what, type_text(bytes)));
    }
    if (size != static_cast<Py_ssize_t>(digest_size))
        raise_param(fmt::format("{} has {} bytes, not {}", what, digest_size, size));
    return Digest::from(reinterpret_cast<const uint8_t*>(at));
}

nb::object calc_digest(nb::handle ns, nb::handle set, nb::handle key) {
    client::Key made = *client::Key::of(namespace_of(ns), set_of(set), user_key_of(key));
    return digest_to_python(made.digest);
}

uint32_t partition_of(nb::handle ns, nb::handle set, nb::handle key) {
    return client::Key::of(namespace_of(ns), set_of(set), user_key_of(key))->digest.partition();
}

}  // namespace winnow::python
