#pragma once
// The policy `partition_filter`: which partitions a query reads and from where on.
//
//   {'begin': 0..4095, 'count': 1..4096}           a range of partitions, all by default
//   {'digest': {'init': True, 'value': digest}}    the digest's partition, behind the digest; with
//                                                  a range, the first partition of the range
//   {'partition_status': {...}}                    goes on where another query has ended
//
// A status is what get_partitions_status() answers: 'done', 'retry' and for each partition
// (id, init, retry, digest, bval), or (id, init, done, digest) as it is documented in release 7. A
// partition is read if the query has not ended and either says `retry`. Of the partitions that it
// leaves out none is read; with a range, those of the range are read from their start.
// What went through JSON is taken too: names of partitions as text, lists for tuples, digests as
// lists of numbers or in hexadecimal.
//
// ParamError for all else. GIL needed.

#include <nanobind/nanobind.h>

#include <cstdint>
#include <optional>

#include "client/query/partition_progress.h"

namespace winnow::python {

namespace nb = nanobind;

// Without the status: what must stay the same when a query is run again to go on.
struct PartitionRange {
    uint32_t begin = 0;
    uint32_t count = partition_count;
    std::optional<Digest> after = {};  // in `begin`

    bool operator==(const PartitionRange&) const = default;
};

struct PartitionFilter {
    PartitionRange range;
    std::optional<client::PartitionProgress> status;  // goes on from here

    // `by_index`: the query has a predicate.
    static PartitionFilter of(nb::handle filter, bool by_index);
    client::PartitionProgress start() const;
};

// The dict of get_partitions_status(). `retry`: the last run ended before its time.
nb::object status_to_python(const client::PartitionProgress& progress, bool retry);

}  // namespace winnow::python
