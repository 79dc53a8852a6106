// Commands on one record.

#include <fmt/core.h>

#include "base/small_vector.h"
#include "python/src/arguments.h"
#include "python/src/client/client.h"
#include "python/src/client/operations.h"
#include "python/src/errors.h"
#include "python/src/interrupt.h"
#include "python/src/values/keys.h"
#include "python/src/values/records.h"

namespace winnow::python {
namespace {

WriteSettings write_policy(const Client& client, nb::handle meta, nb::handle policy) {
    WriteSettings settings = write_settings(policy, client.policies().write);
    apply_meta(meta, settings);
    return settings;
}

nb::object read(const Client& client, nb::handle key, const client::BinSelection& bins,
                nb::handle policy, bool with_key) {
    ReadSettings settings = read_settings(policy, client.policies().read);
    std::shared_ptr<client::Client> connection = client.connection();
    client::Key record_key = key_of(key);
    client::Record record;
    client::Outcome<> done = interruptible(
        settings, [&] { return connection->get(record_key, bins, record, settings); });
    if (!done) raise(done.error(), {.key = key});
    RecordBuilder builder({.deserialize = settings.deserialize});
    return builder.record(key_tuple(key, record_key.digest, with_key), record.view());
}

nb::object get(const Client& client, nb::handle key, nb::handle policy) {
    return read(client, key, client::BinSelection::all(), policy, false);
}

nb::object select(const Client& client, nb::handle key, nb::handle bins, nb::handle policy) {
    Arena arena;
    ValueEncoder encoder(arena, client.bool_as());
    // The server takes a read of no bins for an error; it is one more way to say exists().
    BinNames names;
    return read(client, key, selection_of(bins, encoder, names), policy, true);
}

nb::object exists(const Client& client, nb::handle key, nb::handle policy) {
    ReadSettings settings = read_settings(policy, client.policies().read);
    std::shared_ptr<client::Client> connection = client.connection();
    client::Key record_key = key_of(key);
    client::Record record;
    client::Outcome<> done = interruptible(settings, [&] {
        return connection->get(record_key, client::BinSelection::none(), record, settings);
    });
    bool found = done.has_value();
    if (!found && done.error().code != ResultCode::not_found) raise(done.error(), {.key = key});
    nb::object meta = found ? RecordBuilder().meta(record.view()) : nb::none();
    return nb::make_tuple(key_tuple(key, record_key.digest, true), meta);
}

// What a write answers; 0 is all that is ever said.
int written(const client::Outcome<>& done, nb::handle key, nb::handle bin = {}) {
    if (!done) raise(done.error(), {.key = key, .bin = bin});
    return 0;
}

int put(const Client& client, nb::handle key, nb::handle bins, nb::handle meta, nb::handle policy,
        nb::handle) {
    if (!PyDict_Check(bins.ptr()))
        raise_param(fmt::format("bins is a dict of names and values, not {}", type_text(bins)));
    WriteSettings settings = write_policy(client, meta, policy);
    std::shared_ptr<client::Client> connection = client.connection();
    client::Key record_key = key_of(key);
    Arena arena;
    ValueEncoder encoder(arena, client.bool_as());
    SmallVector<client::Bin, 8> values;
    Py_ssize_t size = PyDict_GET_SIZE(bins.ptr());
    Py_ssize_t position = 0;
    PyObject* name = nullptr;
    PyObject* value = nullptr;
    while (PyDict_Next(bins.ptr(), &position, &name, &value)) {
        nb::object held = nb::borrow(value);
        values.push_back({encoder.bin_name(name), encoder.encode(held, name)});
        if (PyDict_GET_SIZE(bins.ptr()) != size) raise_param("bins changed while it was written");
    }
    return written(
        interruptible(settings, [&] { return connection->put(record_key, values, settings); }),
        key);
}

int remove(const Client& client, nb::handle key, nb::handle meta, nb::handle policy) {
    WriteSettings settings = remove_settings(policy, client.policies().remove);
    apply_meta(meta, settings);
    std::shared_ptr<client::Client> connection = client.connection();
    client::Key record_key = key_of(key);
    return written(
        interruptible(settings, [&] { return connection->remove(record_key, settings); }), key);
}

int remove_bin(const Client& client, nb::handle key, nb::handle list, nb::handle meta,
               nb::handle policy) {
    WriteSettings settings = write_policy(client, meta, policy);
    std::shared_ptr<client::Client> connection = client.connection();
    client::Key record_key = key_of(key);
    Arena arena;
    ValueEncoder encoder(arena, client.bool_as());
    SmallVector<client::Bin, 8> values;
    for (std::string_view name : bin_names_of(list, encoder)) values.push_back({name, {}});
    return written(
        interruptible(settings, [&] { return connection->put(record_key, values, settings); }),
        key);
}

int touch(const Client& client, nb::handle key, nb::handle val, nb::handle meta,
          nb::handle policy) {
    WriteSettings settings = write_policy(client, meta, policy);
    if (!val.is_none()) set_ttl(settings, val, "val, the seconds of touch()");
    std::shared_ptr<client::Client> connection = client.connection();
    client::Key record_key = key_of(key);
    return written(interruptible(settings, [&] { return connection->touch(record_key, settings); }),
                   key);
}

using OneBin = client::Outcome<> (client::Client::*)(const client::Key&, std::string_view,
                                                     const client::ValueView&,
                                                     const client::WritePolicy&) const;

int change_bin(OneBin command, const Client& client, nb::handle key, nb::handle bin, nb::handle val,
               nb::handle meta, nb::handle policy) {
    WriteSettings settings = write_policy(client, meta, policy);
    std::shared_ptr<client::Client> connection = client.connection();
    client::Key record_key = key_of(key);
    Arena arena;
    ValueEncoder encoder(arena, client.bool_as());
    std::string_view name = encoder.bin_name(bin);
    client::ValueView value = encoder.encode(val, bin);
    return written(
        interruptible(
            settings,
            [&] { return (connection.get()->*command)(record_key, name, value, settings); }),
        key, bin);
}

bool is_text(nb::handle value) {
    return PyUnicode_Check(value.ptr()) || PyBytes_Check(value.ptr()) ||
           PyByteArray_Check(value.ptr());
}

template <OneBin command>
int extend(const Client& client, nb::handle key, nb::handle bin, nb::handle val, nb::handle meta,
           nb::handle policy) {
    if (!is_text(val))
        raise_param(
            fmt::format("val, what is put to the bin, is a str or bytes, not {}", type_text(val)));
    return change_bin(command, client, key, bin, val, meta, policy);
}

int increment(const Client& client, nb::handle key, nb::handle bin, nb::handle offset,
              nb::handle meta, nb::handle policy) {
    if (!PyIndex_Check(offset.ptr()) && !PyFloat_Check(offset.ptr()))
        raise_param(fmt::format("offset is an int or a float, not {}", type_text(offset)));
    return change_bin(&client::Client::add, client, key, bin, offset, meta, policy);
}

}  // namespace

void bind_records(ClientClass& type) {
    const auto meta = optional("meta");
    const auto policy = optional("policy");
    const auto key = required("key");
    type.def("get", get, key, policy, "(key, meta, bins) of a record.")
        .def("select", select, key, required("bins"), policy, "(key, meta, some bins) of a record.")
        .def("exists", exists, key, policy, "(key, meta); meta is None if there is no record.")
        .def("put", put, key, required("bins"), meta, policy, optional("serializer"),
             "Writes bins; others stay.")
        .def("remove", remove, key, meta, policy, "Removes a record.")
        .def("remove_bin", remove_bin, key, required("list"), meta, policy, "Removes bins.")
        .def("touch", touch, key, optional("val"), meta, policy, "Starts the time to live anew.")
        .def("append", extend<&client::Client::append>, key, required("bin"), required("val"), meta,
             policy, "Appends to a str or bytes.")
        .def("prepend", extend<&client::Client::prepend>, key, required("bin"), required("val"),
             meta, policy, "Puts in front of a str or bytes.")
        .def("increment", increment, key, required("bin"), required("offset"), meta, policy,
             "Adds to a number.");
}

}  // namespace winnow::python
