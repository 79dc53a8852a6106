#include "python/src/client/batch_call.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstring>

#include "python/src/errors.h"
#include "python/src/gil.h"
#include "python/src/interrupt.h"
#include "python/src/names.h"
#include "python/src/values/keys.h"

namespace winnow::python {

BatchKeys::BatchKeys(nb::handle list) {
    if (!PyList_Check(list.ptr()))
        raise_param(fmt::format("keys is a list of key tuples, not {}", type_text(list)));
    tuples = owned(PyList_AsTuple(list.ptr()));
    keys.reserve(nb::len(tuples));
    for (nb::handle key : tuples) keys.push_back(key_of(key));
}

nb::object BatchKeys::full_tuple(size_t index) const {
    return key_tuple(PyTuple_GET_ITEM(tuples.ptr(), static_cast<Py_ssize_t>(index)),
                     keys[index].digest, true);
}

bool BatchAnswers::Row::good() const {
    return code == static_cast<int>(ResultCode::ok) ||
           code == static_cast<int>(ResultCode::not_found) ||
           code == static_cast<int>(ResultCode::filtered_out);
}

void BatchAnswers::take(const client::BatchAnswer& answer) {
    Row& row = rows_[answer.index];
    row.code = static_cast<int>(answer.code);
    row.in_doubt = answer.in_doubt;
    row.has_record = answer.record != nullptr;
    if (!row.has_record) return;
    row.generation = answer.record->generation();
    row.void_time = answer.record->void_time();
    const OperationRange& bins = answer.record->encoded_bins();
    Bytes bytes = bins.bytes();
    uint8_t* copy = arena_.allocate(bytes.size());
    if (!bytes.empty()) std::memcpy(copy, bytes.data(), bytes.size());
    row.bins = bins.in_copy(copy);
}

int BatchAnswers::result() const {
    bool good = std::all_of(rows_.begin(), rows_.end(), [](const Row& row) { return row.good(); });
    return good ? 0 : client_code::batch_failed;
}

nb::object answer_record(RecordBuilder& builder, const BatchAnswers& answers, size_t index,
                         nb::object key, bool with_bins) {
    const BatchAnswers::Row& row = answers[index];
    if (!row.has_record) return nb::none();
    Response response;
    response.generation = row.generation;
    response.void_time = row.void_time;
    response.ops = row.bins;
    client::RecordView record(response);
    nb::object meta = builder.meta(record);
    nb::object made = owned(PyTuple_New(with_bins ? 3 : 2));
    PyTuple_SET_ITEM(made.ptr(), 0, key.release().ptr());
    PyTuple_SET_ITEM(made.ptr(), 1, meta.release().ptr());
    if (with_bins) PyTuple_SET_ITEM(made.ptr(), 2, builder.bins(record).release().ptr());
    return made;
}

nb::object batch_records(const BatchKeys& keys, const BatchAnswers& answers,
                         const DecodeOptions& options, bool with_bins) {
    GcPause pause;
    RecordBuilder builder(options);
    // As BatchRecord.__init__() does, which takes longer than all the rest of a row; what is not
    // set has its default from the class.
    auto* type = reinterpret_cast<PyTypeObject*>(batch_classes().record.ptr());
    nb::object no_arguments = owned(PyTuple_New(0));
    nb::object rows = owned(PyList_New(static_cast<Py_ssize_t>(keys.size())));
    for (size_t i = 0; i < keys.size(); i++) {
        nb::object key = keys.full_tuple(i);
        nb::object row = owned(type->tp_new(type, no_arguments.ptr(), nullptr));
        nb::setattr(row, names().key, key);
        nb::setattr(row, names().record, answer_record(builder, answers, i, key, with_bins));
        if (answers[i].code != 0) nb::setattr(row, names().result, nb::int_(answers[i].code));
        if (answers[i].in_doubt) nb::setattr(row, names().in_doubt, nb::bool_(true));
        PyList_SET_ITEM(rows.ptr(), static_cast<Py_ssize_t>(i), row.release().ptr());
    }
    nb::object made = batch_classes().records(rows);
    nb::setattr(made, names().result, nb::int_(answers.result()));
    return made;
}

client::Outcome<> run_entries(const Client& client, std::span<const client::BatchEntry> entries,
                              client::BatchPolicy& policy, BatchAnswers& answers) {
    std::shared_ptr<client::Client> connection = client.connection();
    return interruptible(policy, [&] {
        return connection->batch(
            entries, [&](const client::BatchAnswer& answer) { answers.take(answer); }, policy);
    });
}

client::Outcome<> run_reads(const Client& client, std::span<const client::Key> keys,
                            const client::BinSelection& bins, client::BatchPolicy& policy,
                            BatchAnswers& answers) {
    std::shared_ptr<client::Client> connection = client.connection();
    return interruptible(policy, [&] {
        return connection->batch_read(
            keys, bins, [&](const client::BatchAnswer& answer) { answers.take(answer); }, policy);
    });
}

}  // namespace winnow::python
