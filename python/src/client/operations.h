#pragma once
// Operation dicts, as winnow.helpers.operations makes them, as operations of the client.
//
//   {'op': OPERATOR_INCR, 'bin': 'hits', 'val': 1}
//
// ParamError for what is no operation; UnsupportedFeature for operations on lists, maps, bits and
// HyperLogLogs, and for expressions, which are not served yet. GIL needed.

#include <nanobind/nanobind.h>

#include "base/small_vector.h"
#include "client/bin_operation.h"
#include "client/policies.h"
#include "python/src/values/values.h"

namespace winnow::python {

namespace nb = nanobind;

using Operations = SmallVector<client::BinOperation, 8>;

// Lives as long as the arena of the encoder. A touch with a val sets the time to live in `rules`.
Operations operations_of(nb::handle list, ValueEncoder& encoder, client::WriteRules& rules);

bool any_writes(const Operations& operations);

using BinNames = SmallVector<std::string_view, 8>;

// Names of bins from a list or tuple.
BinNames bin_names_of(nb::handle bins, ValueEncoder& encoder);
// None: all bins; no names: none. `names` keeps them.
client::BinSelection selection_of(nb::handle bins, ValueEncoder& encoder, BinNames& names);

}  // namespace winnow::python
