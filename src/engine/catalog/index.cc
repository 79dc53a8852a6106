#include "engine/catalog/index.h"

#include "engine/index/index_value.h"

#include "record/value/particle.h"

namespace winnow {

std::optional<int64_t> Index::value_of(const Version& version, uint16_t set) const {
    if (!covers(set)) return std::nullopt;
    int at = version.find_bin(definition_.bin);
    if (at == Version::none) return std::nullopt;
    BinView bin = version.bin(static_cast<uint32_t>(at));
    switch (definition_.type) {
        case IndexType::integer:
            if (bin.particle != static_cast<uint8_t>(Particle::integer)) return std::nullopt;
            return load_be<int64_t>(bin.value.data());
        case IndexType::string:
            if (bin.particle != static_cast<uint8_t>(Particle::string)) return std::nullopt;
            return string_index_value(bin.value);
        case IndexType::blob:
        case IndexType::geo2dsphere: break;  // refused when the index is created
    }
    return std::nullopt;
}

}  // namespace winnow
