#include "engine/catalog/index_definition.h"

namespace winnow {

std::string_view index_type_text(IndexType type) {
    switch (type) {
#define WINNOW_X(name, text) \
    case IndexType::name: return text;
        WINNOW_INDEX_TYPES(WINNOW_X)
#undef WINNOW_X
    }
    return "";
}

std::string_view collection_type_text(CollectionType type) {
    switch (type) {
#define WINNOW_X(name, code, text) \
    case CollectionType::name: return text;
        WINNOW_COLLECTION_TYPES(WINNOW_X)
#undef WINNOW_X
    }
    return "";
}

}  // namespace winnow
