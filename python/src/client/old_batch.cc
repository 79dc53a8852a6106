// Many records in one call, as release 7.1.1 had it: get_many, exists_many, select_many.

#include "python/src/arguments.h"
#include "python/src/client/batch_call.h"
#include "python/src/errors.h"
#include "python/src/gil.h"
#include "python/src/values/keys.h"

namespace winnow::python {
namespace {

nb::object missing(nb::object key, bool with_bins) {
    if (with_bins) return nb::make_tuple(key, nb::none(), nb::none());
    return nb::make_tuple(key, nb::none());
}

nb::object read_many(const Client& client, nb::handle given, const client::BinSelection& selection,
                     nb::handle policy) {
    BatchSettings settings = batch_settings(policy, client.policies().batch);
    BatchKeys keys(given);
    BatchAnswers answers(keys.size());
    client::Outcome<> done = run_reads(client, keys.keys, selection, settings, answers);
    if (!done) raise(done.error());
    bool with_bins = !selection.is_none();
    GcPause pause;
    RecordBuilder builder({.deserialize = settings.deserialize});
    nb::list made;
    for (size_t i = 0; i < keys.size(); i++) {
        const BatchAnswers::Row& row = answers[i];
        nb::object full_key = keys.full_tuple(i);
        // These lists have no place for the code of a row.
        if (!row.good())
            raise(row.code, "a record of the batch could not be read", {.key = full_key});
        made.append(row.has_record ? answer_record(builder, answers, i, full_key, with_bins)
                                   : missing(full_key, with_bins));
    }
    return made;
}

nb::object get_many(const Client& client, nb::handle keys, nb::handle policy) {
    return read_many(client, keys, client::BinSelection::all(), policy);
}

nb::object exists_many(const Client& client, nb::handle keys, nb::handle policy) {
    return read_many(client, keys, client::BinSelection::none(), policy);
}

nb::object select_many(const Client& client, nb::handle keys, nb::handle bins, nb::handle policy) {
    Arena arena;
    ValueEncoder encoder(arena, client.bool_as());
    BinNames names;
    client::BinSelection selection = selection_of(bins, encoder, names);
    return read_many(client, keys, selection, policy);
}

}  // namespace

void bind_old_batch(ClientClass& type) {
    const auto policy = optional("policy");
    type.def("get_many", get_many, required("keys"), policy,
             "[(key, meta, bins), ...]; meta and bins are None where there is no record.")
        .def("exists_many", exists_many, required("keys"), policy,
             "[(key, meta), ...]; meta is None where there is no record.")
        .def("select_many", select_many, required("keys"), required("bins"), policy,
             "get_many() of some bins.");
}

}  // namespace winnow::python
