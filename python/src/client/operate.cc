// Several operations on one record, as one.

#include "python/src/arguments.h"
#include "python/src/client/client.h"
#include "python/src/client/operations.h"
#include "python/src/errors.h"
#include "python/src/interrupt.h"
#include "python/src/values/keys.h"
#include "python/src/values/records.h"

namespace winnow::python {
namespace {

nb::object operate(const Client& client, nb::handle key, nb::handle list, nb::handle meta,
                   nb::handle policy, bool ordered) {
    WriteSettings settings = operate_settings(policy, client.policies().operate);
    apply_meta(meta, settings);
    std::shared_ptr<client::Client> connection = client.connection();
    client::Key record_key = key_of(key);
    Arena arena;
    ValueEncoder encoder(arena, client.bool_as());
    Operations operations = operations_of(list, encoder, settings);
    client::Record record;
    client::Outcome<> done = interruptible(
        settings, [&] { return connection->operate(record_key, operations, record, settings); });
    if (!done) raise(done.error(), {.key = key});
    RecordBuilder builder({.deserialize = settings.deserialize});
    nb::object answer = ordered ? builder.bin_list(record.view()) : builder.bins(record.view());
    return nb::make_tuple(key_tuple(key, record_key.digest, true), builder.meta(record.view()),
                          answer);
}

nb::object operate_by_bin(const Client& client, nb::handle key, nb::handle list, nb::handle meta,
                          nb::handle policy) {
    return operate(client, key, list, meta, policy, false);
}

nb::object operate_ordered(const Client& client, nb::handle key, nb::handle list, nb::handle meta,
                           nb::handle policy) {
    return operate(client, key, list, meta, policy, true);
}

}  // namespace

void bind_operate(ClientClass& type) {
    const auto meta = optional("meta");
    const auto policy = optional("policy");
    type.def("operate", operate_by_bin, required("key"), required("list"), meta, policy,
             "Does operations as one. (key, meta, what they answer by bin).")
        .def("operate_ordered", operate_ordered, required("key"), required("list"), meta, policy,
             "Does operations as one. (key, meta, [(bin, value), ...]).");
}

}  // namespace winnow::python
