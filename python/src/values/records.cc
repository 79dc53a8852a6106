#include "python/src/values/records.h"

#include "base/clock.h"
#include "python/src/errors.h"
#include "python/src/names.h"
#include "python/src/values/keys.h"

namespace winnow::python {
namespace {

// Python's ttl of a record that never expires.
constexpr uint32_t ttl_never = 0xffffffff;

PyObject* unsigned_to_python(uint32_t number) {
    return PyLong_FromUnsignedLong(number);
}

void set_item(nb::handle dict, nb::handle key, PyObject* value) {
    nb::object held = owned(value);
    check(PyDict_SetItem(dict.ptr(), key.ptr(), held.ptr()) == 0);
}

nb::object triple(nb::object a, nb::object b, nb::object c) {
    nb::object made = owned(PyTuple_New(3));
    PyTuple_SET_ITEM(made.ptr(), 0, a.release().ptr());
    PyTuple_SET_ITEM(made.ptr(), 1, b.release().ptr());
    PyTuple_SET_ITEM(made.ptr(), 2, c.release().ptr());
    return made;
}

}  // namespace

RecordBuilder::RecordBuilder(DecodeOptions options, nb::handle ns)
    : options_(options),
      ns_(nb::borrow(ns.is_valid() ? ns : nb::handle(Py_None))),
      set_{{}, nb::none()},
      now_ms_(system_clock().now_ms()) {}

void RecordBuilder::look_at_clock() {
    now_ms_ = system_clock().now_ms();
}

nb::object RecordBuilder::query_record(const client::RecordView& record) {
    return triple(query_key(record), meta(record), bins(record));
}

nb::object RecordBuilder::record(nb::handle key_tuple, const client::RecordView& record) {
    return triple(nb::borrow(key_tuple), meta(record), bins(record));
}

nb::object RecordBuilder::query_key(const client::RecordView& record) {
    std::string_view set = record.set();
    if (set != set_.text) {
        set_.text = set;
        set_.object = set.empty() ? nb::none() : nb::steal(text_to_python(set));
    }
    nb::object digest = nb::none();
    if (Result<Digest> found = record.digest()) digest = digest_to_python(*found);
    nb::object made = owned(PyTuple_New(4));
    PyTuple_SET_ITEM(made.ptr(), 0, Py_NewRef(ns_.ptr()));
    PyTuple_SET_ITEM(made.ptr(), 1, Py_NewRef(set_.object.ptr()));
    PyTuple_SET_ITEM(made.ptr(), 2, to_python(record.user_key(), options_, "key"));
    PyTuple_SET_ITEM(made.ptr(), 3, digest.release().ptr());
    return made;
}

nb::object RecordBuilder::meta(const client::RecordView& record) {
    uint32_t generation = record.generation();
    int64_t seconds = client::remaining_seconds(record.void_time(), now_ms_);
    uint32_t ttl = seconds < 0 ? ttl_never : static_cast<uint32_t>(seconds);
    bool as_before = ttl == meta_ttl_ && generation == meta_generation_;
    if (as_before && meta_.is_valid()) return owned(PyDict_Copy(meta_.ptr()));
    nb::object made = owned(PyDict_New());
    set_item(made, names().ttl, unsigned_to_python(ttl));
    set_item(made, names().gen, unsigned_to_python(generation));
    meta_ttl_ = ttl;
    meta_generation_ = generation;
    meta_ = as_before ? owned(PyDict_Copy(made.ptr())) : nb::object();
    return made;
}

nb::object RecordBuilder::bins(const client::RecordView& record) {
    nb::object made = owned(PyDict_New());
    size_t position = 0;
    for (client::Bin bin : record) {
        nb::handle name = bin_name(bin.name, position++);
        nb::object value = nb::steal(to_python(bin.value, options_, bin.name));
        // Of several operations on a bin the last answer counts, as in the official client.
        check(PyDict_SetItem(made.ptr(), name.ptr(), value.ptr()) == 0);
    }
    return made;
}

nb::object RecordBuilder::bin_list(const client::RecordView& record) {
    nb::object made = owned(PyList_New(0));
    size_t position = 0;
    for (client::Bin bin : record) {
        nb::handle name = bin_name(bin.name, position++);
        nb::object pair = owned(PyTuple_New(2));
        PyTuple_SET_ITEM(pair.ptr(), 0, Py_NewRef(name.ptr()));
        PyTuple_SET_ITEM(pair.ptr(), 1, to_python(bin.value, options_, bin.name));
        check(PyList_Append(made.ptr(), pair.ptr()) == 0);
    }
    return made;
}

nb::handle RecordBuilder::bin_name(std::string_view name, size_t position) {
    if (position < names_.size() && names_[position].text == name) return names_[position].object;
    for (Name& known : names_) {
        if (known.text == name) return known.object;
    }
    // Records of many shapes must not make the search long.
    constexpr size_t names_max = 256;
    if (names_.size() == names_max) names_.clear();
    PyObject* made = text_to_python(name);
    PyUnicode_InternInPlace(&made);
    names_.push_back({std::string(name), nb::steal(made)});
    return names_.back().object;
}

}  // namespace winnow::python
