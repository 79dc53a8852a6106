#include "record/filter/evaluation.h"

namespace winnow::filter {

bool Evaluation::find_in_draft(std::string_view name, uint8_t& particle, Bytes& value) const {
    for (const BinView& bin : bins_) {
        if (bin.name != name) continue;
        particle = bin.particle;
        value = bin.value;
        return true;
    }
    return false;
}

bool Evaluation::find_integer_in_draft(std::string_view name, int64_t& out) const {
    uint8_t particle;
    Bytes value;
    if (!find_in_draft(name, particle, value)) return false;
    if (particle != static_cast<uint8_t>(Particle::integer)) return false;
    out = static_cast<int64_t>(particle_integer(value));
    return true;
}

}  // namespace winnow::filter
