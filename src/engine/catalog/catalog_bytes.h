#pragma once
// The catalog as it is kept in a store's manifest: the definitions of the secondary indexes. Their
// entries are not kept; recovery fills them anew. docs/formats/catalog.md draws the bytes.
//
// Thread rules: functions without state.

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "engine/catalog/index.h"

namespace winnow {

struct CatalogIndex {
    std::string name;
    IndexDefinition definition;
};

Buffer encode_catalog(const std::vector<NamedIndex>& indexes);
// None if it is not whole, or of a version that this program does not know. No bytes at all are a
// catalog without indexes.
std::optional<std::vector<CatalogIndex>> decode_catalog(Bytes bytes);

}  // namespace winnow
