#pragma once
// What a secondary index is: the records it covers and the value it orders them by. Its name is the
// catalog's business: the same index may be given another.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "record/collection_type.h"

namespace winnow {

inline constexpr size_t index_name_length_max = 63;
inline constexpr size_t indexes_max = 256;  // in a namespace

// X(name, text): the texts of info commands; `numeric` is what clients call integer.
#define WINNOW_INDEX_TYPES(X) \
    X(integer, "numeric")     \
    X(string, "string")       \
    X(blob, "blob")           \
    X(geo2dsphere, "geo2dsphere")

// Recorded on disk: numbers never change.
enum class IndexType : uint8_t {
#define WINNOW_X(name, text) name,
    WINNOW_INDEX_TYPES(WINNOW_X)
#undef WINNOW_X
};

struct IndexDefinition {
    std::string set;  // empty: every record of the namespace, with or without a set
    std::string bin;
    IndexType type = IndexType::integer;
    CollectionType collection = CollectionType::none;

    bool operator==(const IndexDefinition&) const = default;
};

std::string_view index_type_text(IndexType type);
std::string_view collection_type_text(CollectionType type);

}  // namespace winnow
