#pragma once
// What of a bin a secondary index covers. The numbers are those of field 26 of the wire.

#include <cstdint>

namespace winnow {

// X(name, code, text): the texts are those of info commands.
#define WINNOW_COLLECTION_TYPES(X) \
    X(none, 0, "default")          \
    X(list, 1, "list")             \
    X(map_keys, 2, "mapkeys")      \
    X(map_values, 3, "mapvalues")

enum class CollectionType : uint8_t {
#define WINNOW_X(name, code, text) name = code,
    WINNOW_COLLECTION_TYPES(WINNOW_X)
#undef WINNOW_X
};

}  // namespace winnow
