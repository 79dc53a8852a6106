#pragma once
// Records in replies as the tuples (key, meta, bins) that Python gets: meta {'ttl': s, 'gen': n},
// bins a dict.
//
// Made for many records in a row: names of bins, namespace and set are made into Python strings
// once, and bins are expected in the order of the record before. One builder for each call; needs
// the GIL; throws nb::python_error.

#include <nanobind/nanobind.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "client/record.h"
#include "python/src/values/values.h"

namespace winnow::python {

namespace nb = nanobind;

class RecordBuilder {
public:
    // `ns`: what keys of queries begin with; not needed for the others.
    explicit RecordBuilder(DecodeOptions options = {}, nb::handle ns = {});

    // Times to live count from now, no longer from when the builder was made.
    void look_at_clock();

    // Of a query: (key, meta, bins), the key (ns, set, key or None, digest).
    nb::object query_record(const client::RecordView& record);
    nb::object query_key(const client::RecordView& record);
    // A record whose key is known.
    nb::object record(nb::handle key_tuple, const client::RecordView& record);

    nb::object meta(const client::RecordView& record);
    nb::object bins(const client::RecordView& record);
    // [(bin, value), ...] in the order of the reply: what operate_ordered() answers.
    nb::object bin_list(const client::RecordView& record);

private:
    struct Name {
        std::string text;
        nb::object object;
    };
    // Borrowed.
    nb::handle bin_name(std::string_view name, size_t position);

    DecodeOptions options_;
    nb::object ns_;
    Name set_;
    std::vector<Name> names_;
    // A meta that has come twice in a row, kept for copies: they cost half of a dict made anew.
    nb::object meta_;
    uint32_t meta_ttl_ = 0;
    uint32_t meta_generation_ = 0;
    uint64_t now_ms_;  // what times to live count from
};

}  // namespace winnow::python
