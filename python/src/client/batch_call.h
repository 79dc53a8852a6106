#pragma once
// One batch: rows are gathered with the GIL, sent and answered without it, and what came back is
// made into Python objects with the GIL again.
//
// Replies lie in the receive buffer only as long as a row is handed over, and taking the GIL for
// each row would make a batch wait for other threads as often as it has rows; so answers are
// copied aside. One thread.

#include <nanobind/nanobind.h>

#include <cstdint>
#include <span>
#include <vector>

#include "base/arena.h"
#include "client/client.h"
#include "python/src/client/client.h"
#include "python/src/client/operations.h"
#include "python/src/config/policies.h"
#include "python/src/values/records.h"
#include "python/src/values/values.h"

namespace winnow::python {

namespace nb = nanobind;

// Keys from a list of key tuples, and the tuples: other threads may change the list meanwhile.
struct BatchKeys {
    explicit BatchKeys(nb::handle list);

    size_t size() const { return keys.size(); }
    // (ns, set, key, digest)
    nb::object full_tuple(size_t index) const;

    nb::object tuples;
    std::vector<client::Key> keys;
};

class BatchAnswers {
public:
    struct Row {
        int code = 0;
        bool in_doubt = false;
        bool has_record = false;
        uint32_t generation = 0;
        uint32_t void_time = 0;
        OperationRange bins = {};  // in the arena

        bool good() const;  // or not there, or filtered out
    };

    explicit BatchAnswers(size_t count) : rows_(count) {}

    // Of the client's call-back: no GIL.
    void take(const client::BatchAnswer& answer);

    const Row& operator[](size_t index) const { return rows_[index]; }
    size_t size() const { return rows_.size(); }
    // 0, or that of BatchFailed if a row has failed by more than not being there.
    int result() const;

private:
    std::vector<Row> rows_;
    Arena arena_;
};

// (key, meta, bins); without bins (key, meta).
nb::object answer_record(RecordBuilder& builder, const BatchAnswers& answers, size_t index,
                         nb::object key, bool with_bins = true);

// A new BatchRecords with a BatchRecord for each key.
nb::object batch_records(const BatchKeys& keys, const BatchAnswers& answers,
                         const DecodeOptions& options, bool with_bins = true);

// Runs it without the GIL. The failure is that of the batch as a whole; the rows of a part that was
// not answered have the code of it.
client::Outcome<> run_entries(const Client& client, std::span<const client::BatchEntry> entries,
                              client::BatchPolicy& policy, BatchAnswers& answers);
client::Outcome<> run_reads(const Client& client, std::span<const client::Key> keys,
                            const client::BinSelection& bins, client::BatchPolicy& policy,
                            BatchAnswers& answers);

}  // namespace winnow::python
