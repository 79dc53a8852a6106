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

}  // namespace winnow::filter
