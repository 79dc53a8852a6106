#pragma once
// Between the values of an evaluation and the msgpack of collections.

#include "base/arena.h"
#include "record/filter/node.h"
#include "record/value/msgpack.h"

namespace winnow::filter {

// Reads the next value, whole. False: it is cut, or of a kind that no node can have (wildcard,
// infinity, an ext, a string of an unknown type). The reader then stands anywhere.
bool next_element(MsgpackReader& reader, Value& out);

// The value as an element of a collection, in its shortest encoding; lists and maps as they are.
Bytes encode_element(const Value& value, Arena& memory);

// The type of bins and elements of a particle type; unknown if no node can have it.
Type type_of(uint8_t particle);
// The particle type under which a value is sent.
uint8_t particle_of(Type type);

}  // namespace winnow::filter
