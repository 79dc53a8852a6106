// Secondary indexes, and truncation.

#include <fmt/core.h>

#include "python/src/arguments.h"
#include "python/src/client/client.h"
#include "python/src/errors.h"
#include "python/src/gil.h"

namespace winnow::python {
namespace {

std::string set_of(nb::handle set) {
    return set.is_none() ? std::string() : string_of(set, "set");
}

// winnow.INDEX_*; INDEX_NUMERIC was 1 and is 4.
client::IndexType type_of(int64_t datatype) {
    switch (datatype) {
        case 0: return client::IndexType::string;
        case 1:
        case 4: return client::IndexType::integer;
        case 2: return client::IndexType::geo;
        case 3: return client::IndexType::blob;
        default:
            raise_param(
                fmt::format("index_datatype is {}; it is INDEX_NUMERIC, INDEX_STRING, "
                            "INDEX_BLOB or INDEX_GEO2DSPHERE",
                            datatype));
    }
}

// Who asked for an index, in Python's words.
struct IndexCall {
    nb::handle ns, set, bin, name, policy;
    bool wait;
};

int create(const Client& client, const IndexCall& call, client::IndexType type,
           CollectionType collection) {
    InfoSettings settings = index_settings(call.policy, client.policies().info);
    settings.wait &= call.wait;
    client::IndexSpec spec{.ns = string_of(call.ns, "ns"),
                           .set = set_of(call.set),
                           .name = string_of(call.name, "name"),
                           .bin = string_of(call.bin, "bin"),
                           .type = type,
                           .collection = collection};
    std::shared_ptr<client::Client> connection = client.connection();
    take(without_gil([&] { return connection->create_index(spec, settings); }),
         {.name = call.name});
    return 0;
}

template <client::IndexType type>
int create_simple(const Client& client, nb::handle ns, nb::handle set, nb::handle bin,
                  nb::handle name, nb::handle policy, bool wait) {
    return create(client, {ns, set, bin, name, policy, wait}, type, CollectionType::none);
}

template <CollectionType collection>
int create_typed(const Client& client, nb::handle ns, nb::handle set, nb::handle bin,
                 int64_t index_datatype, nb::handle name, nb::handle policy, nb::handle ctx,
                 bool wait) {
    if (!ctx.is_none())
        raise(static_cast<int>(ResultCode::unsupported),
              "ctx: indexes on what lies deeper in a list or map are not served yet",
              {.name = name});
    return create(client, {ns, set, bin, name, policy, wait}, type_of(index_datatype), collection);
}

int index_remove(const Client& client, nb::handle ns, nb::handle name, nb::handle policy) {
    InfoSettings settings = info_settings(policy, client.policies().info);
    std::string of = string_of(ns, "ns");
    std::string index = string_of(name, "name");
    std::shared_ptr<client::Client> connection = client.connection();
    take(without_gil([&] { return connection->drop_index(of, index, settings); }), {.name = name});
    return 0;
}

int truncate(const Client& client, nb::handle ns, nb::handle set, nb::handle nanos,
             nb::handle policy) {
    InfoSettings settings = info_settings(policy, client.policies().info);
    std::string of = string_of(ns, "namespace");
    std::string set_name = set_of(set);
    if (!PyLong_Check(nanos.ptr()))
        raise_param(fmt::format("nanos is an int, not {}", type_text(nanos)));
    int overflow = 0;
    int64_t before_ns = PyLong_AsLongLongAndOverflow(nanos.ptr(), &overflow);
    if (overflow != 0 || before_ns < 0)
        raise_param(
            fmt::format("nanos is {}; it counts from 1970, and 0 is now", nb::repr(nanos).c_str()));
    std::shared_ptr<client::Client> connection = client.connection();
    take(without_gil([&] {
        return connection->truncate(of, set_name, static_cast<uint64_t>(before_ns), settings);
    }));
    return 0;
}

}  // namespace

void bind_indexes(ClientClass& type) {
    const auto policy = optional("policy");
    const auto ns = required("ns");
    const auto set = required("set");
    const auto bin = required("bin");
    const auto name = required("name");
    const auto datatype = nb::arg("index_datatype");
    const auto ctx = optional("ctx");
    const auto wait = nb::arg("wait") = true;
    using enum client::IndexType;
    type.def("index_integer_create", create_simple<integer>, ns, set, bin, name, policy, wait,
             "Creates an index on the ints in a bin.")
        .def("index_string_create", create_simple<string>, ns, set, bin, name, policy, wait,
             "Creates an index on the strs in a bin.")
        .def("index_blob_create", create_simple<blob>, ns, set, bin, name, policy, wait,
             "Creates an index on the bytes in a bin.")
        .def("index_geo2dsphere_create", create_simple<geo>, ns, set, bin, name, policy, wait,
             "Creates an index on the GeoJSON in a bin.")
        .def("index_single_value_create", create_typed<CollectionType::none>, ns, set, bin,
             datatype, name, policy, ctx, wait, "Creates an index on the value in a bin.")
        .def("index_list_create", create_typed<CollectionType::list>, ns, set, bin, datatype, name,
             policy, ctx, wait, "Creates an index on the elements of a list.")
        .def("index_map_keys_create", create_typed<CollectionType::map_keys>, ns, set, bin,
             datatype, name, policy, ctx, wait, "Creates an index on the keys of a map.")
        .def("index_map_values_create", create_typed<CollectionType::map_values>, ns, set, bin,
             datatype, name, policy, ctx, wait, "Creates an index on the values of a map.")
        .def("index_remove", index_remove, ns, name, policy, "Removes an index.")
        .def("truncate", truncate, required("namespace"), set, required("nanos"), policy,
             "Removes the records of a set that were last written before.");
}

}  // namespace winnow::python
