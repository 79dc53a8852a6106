#include "engine/index/index_value.h"

#include <xxhash.h>

namespace winnow {

int64_t string_index_value(Bytes text) {
    return static_cast<int64_t>(XXH3_64bits(text.data(), text.size()));
}

}  // namespace winnow
