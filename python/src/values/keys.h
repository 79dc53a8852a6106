#pragma once
// Key tuples: in (ns, set, key) or (ns, set, None, digest), out (ns, set, key, digest).
//
// A key is an int, a str or bytes; a digest 20 bytes. ParamError says what is wrong. GIL needed.

#include <nanobind/nanobind.h>

#include "client/key.h"

namespace winnow::python {

namespace nb = nanobind;

client::Key key_of(nb::handle tuple);

// The tuple a call answers with: that of the caller, with the digest. get() leaves the key out
// (None), as the official client does: a record keeps its key only if it was sent.
nb::object key_tuple(nb::handle given, const Digest& digest, bool with_key);

// bytearray(20)
nb::object digest_to_python(const Digest& digest);
// Of 20 bytes in a bytes or bytearray, else ParamError. `what` names it.
Digest digest_of_python(nb::handle bytes, std::string_view what);

// The digest of a key that is not in a tuple, and its partition.
nb::object calc_digest(nb::handle ns, nb::handle set, nb::handle key);
uint32_t partition_of(nb::handle ns, nb::handle set, nb::handle key);

}  // namespace winnow::python
