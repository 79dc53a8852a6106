// Many records in one call: batch_read, batch_operate, batch_remove, batch_write.

#include <fmt/core.h>

#include "python/src/arguments.h"
#include "python/src/client/batch_call.h"
#include "python/src/errors.h"
#include "python/src/names.h"
#include "python/src/values/keys.h"

namespace winnow::python {
namespace {

void raise_failed(const client::Outcome<>& done) {
    if (!done) raise(done.error());
}

nb::object batch_read(const Client& client, nb::handle keys, nb::handle bins, nb::handle policy) {
    BatchSettings settings = batch_settings(policy, client.policies().batch);
    BatchKeys batch(keys);
    Arena arena;
    ValueEncoder encoder(arena, client.bool_as());
    BinNames names;
    client::BinSelection selection = selection_of(bins, encoder, names);
    BatchAnswers answers(batch.size());
    raise_failed(run_reads(client, batch.keys, selection, settings, answers));
    return batch_records(batch, answers, {.deserialize = settings.deserialize},
                         !selection.is_none());
}

// The same row for each key.
nb::object batch_of(const Client& client, nb::handle keys, BatchSettings& settings,
                    client::BatchEntry entry) {
    BatchKeys batch(keys);
    std::vector<client::BatchEntry> entries;
    entries.reserve(batch.size());
    for (const client::Key& key : batch.keys) {
        entry.key = &key;
        entries.push_back(entry);
    }
    BatchAnswers answers(batch.size());
    raise_failed(run_entries(client, entries, settings, answers));
    return batch_records(batch, answers, {.deserialize = settings.deserialize});
}

nb::object batch_operate(const Client& client, nb::handle keys, nb::handle ops,
                         nb::handle policy_batch, nb::handle policy_batch_write, nb::handle ttl) {
    BatchSettings settings = batch_settings(policy_batch, client.policies().batch_parent_write);
    RowSettings rules = row_settings(policy_batch_write, client.policies().batch_write);
    if (!ttl.is_none()) set_ttl(rules, ttl, "ttl");
    Arena arena;
    ValueEncoder encoder(arena, client.bool_as());
    Operations operations = operations_of(ops, encoder, rules);
    return batch_of(client, keys, settings,
                    {.action = client::BatchAction::operate,
                     .ops = operations,
                     .rules = &rules,
                     .filter = rules.filter});
}

nb::object batch_remove(const Client& client, nb::handle keys, nb::handle policy_batch,
                        nb::handle policy_batch_remove) {
    BatchSettings settings = batch_settings(policy_batch, client.policies().batch_parent_write);
    RowSettings rules = row_settings(policy_batch_remove, client.policies().batch_remove);
    return batch_of(
        client, keys, settings,
        {.action = client::BatchAction::remove, .rules = &rules, .filter = rules.filter});
}

// ---- rows that differ ----------------------------------------------------------------------

// What the entries of a batch_write point at; each row has one, at a fixed place.
struct MixedRow {
    client::Key key;
    RowSettings rules;
    Operations operations;
};

class MixedBatch {
public:
    MixedBatch(const Client& client, nb::handle rows)
        : client_(client), encoder_(arena_, client.bool_as()) {
        rows_.reserve(nb::len(rows));
        for (nb::handle row : rows) add(row);
    }

    const std::vector<client::BatchEntry>& entries() const { return entries_; }
    const client::Key& key(size_t index) const { return rows_[index].key; }
    bool writes() const { return writes_; }

private:
    void add(nb::handle row) {
        const BatchClasses& classes = batch_classes();
        if (!nb::isinstance(row, classes.record))
            raise_param(
                fmt::format("a row of a batch is a Read, Write, Apply or Remove of "
                            "winnow.helpers.batch.records, not {}",
                            type_text(row)));
        MixedRow& made = rows_.emplace_back();
        bool known = nb::isinstance(row, classes.read) || nb::isinstance(row, classes.write) ||
                     nb::isinstance(row, classes.remove) || nb::isinstance(row, classes.apply);
        if (!known)
            raise_param(
                fmt::format("a row of a batch is a Read, Write, Apply or Remove of "
                            "winnow.helpers.batch.records, not {}",
                            type_text(row)));
        made.key = key_of(row.attr(names().key));
        client::BatchEntry entry{.key = &made.key, .rules = &made.rules};
        if (nb::isinstance(row, classes.read))
            read(row, made, entry);
        else if (nb::isinstance(row, classes.write))
            write(row, made, entry);
        else if (nb::isinstance(row, classes.remove))
            remove(row, made, entry);
        else if (nb::isinstance(row, classes.apply))
            raise(static_cast<int>(ResultCode::unsupported),
                  "functions in Lua are not served yet, in a batch neither");
        entry.filter = made.rules.filter;
        entry.read_touch_ttl_percent = made.rules.read_touch_ttl_percent;
        entries_.push_back(entry);
    }

    void read(nb::handle row, MixedRow& made, client::BatchEntry& entry) {
        made.rules = row_settings(row.attr(names().policy), {});
        nb::object ops = row.attr(names().ops);
        if (!ops.is_none() && nb::len(ops) != 0) {
            made.operations = operations_of(ops, encoder_, made.rules);
            if (any_writes(made.operations))
                raise_param("a Read has an operation that writes; use Write");
            entry.action = client::BatchAction::operate;
            entry.ops = made.operations;
            return;
        }
        bool all = PyObject_IsTrue(nb::object(row.attr(names().read_all_bins)).ptr()) == 1;
        entry.bins = all ? client::BinSelection::all() : client::BinSelection::none();
    }

    void write(nb::handle row, MixedRow& made, client::BatchEntry& entry) {
        made.rules = row_settings(row.attr(names().policy), client_.policies().batch_write);
        apply_meta(row.attr(names().meta), made.rules);
        made.operations = operations_of(row.attr(names().ops), encoder_, made.rules);
        entry.action = client::BatchAction::operate;
        entry.ops = made.operations;
        writes_ = true;
    }

    void remove(nb::handle row, MixedRow& made, client::BatchEntry& entry) {
        made.rules = row_settings(row.attr(names().policy), client_.policies().batch_remove);
        entry.action = client::BatchAction::remove;
        writes_ = true;
    }

    const Client& client_;
    Arena arena_;
    ValueEncoder encoder_;
    std::vector<MixedRow> rows_;
    std::vector<client::BatchEntry> entries_;
    bool writes_ = false;
};

nb::object batch_write(const Client& client, nb::handle batch_records, nb::handle policy_batch) {
    if (!nb::isinstance(batch_records, batch_classes().records))
        raise_param(
            fmt::format("batch_records is a BatchRecords of winnow.helpers.batch.records, "
                        "not {}",
                        type_text(batch_records)));
    // A list of our own: call-backs of Python could change the one that was given.
    nb::object rows =
        owned(PySequence_List(nb::object(batch_records.attr(names().batch_records)).ptr()));
    MixedBatch batch(client, rows);
    const DefaultPolicies& defaults = client.policies();
    BatchSettings settings =
        batch_settings(policy_batch, batch.writes() ? defaults.batch_parent_write : defaults.batch);
    BatchAnswers answers(batch.entries().size());
    client::Outcome<> done = run_entries(client, batch.entries(), settings, answers);
    RecordBuilder builder({.deserialize = settings.deserialize});
    for (size_t i = 0; i < answers.size(); i++) {
        nb::object row = rows[i];
        nb::object key = key_tuple(row.attr(names().key), batch.key(i).digest, true);
        nb::setattr(row, names().record, answer_record(builder, answers, i, key));
        nb::setattr(row, names().result, nb::int_(answers[i].code));
        nb::setattr(row, names().in_doubt, nb::bool_(answers[i].in_doubt));
    }
    nb::setattr(batch_records, names().result, nb::int_(answers.result()));
    raise_failed(done);
    return nb::borrow(batch_records);
}

}  // namespace

void bind_batch(ClientClass& type) {
    type.def("batch_read", batch_read, required("keys"), optional("bins"), optional("policy"),
             "Reads records.")
        .def("batch_operate", batch_operate, required("keys"), required("ops"),
             optional("policy_batch"), optional("policy_batch_write"), optional("ttl"),
             "Does the same operations on each record.")
        .def("batch_remove", batch_remove, required("keys"), optional("policy_batch"),
             optional("policy_batch_remove"), "Removes records.")
        .def("batch_write", batch_write, required("batch_records"), optional("policy_batch"),
             "Does what each row says, and fills the rows.");
}

}  // namespace winnow::python
