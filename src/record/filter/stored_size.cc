#include "record/filter/stored_size.h"

#include "record/value/particle.h"

namespace winnow::filter {
namespace {

size_t integer_size(Bytes value) {
    uint64_t number = particle_integer(value);
    if (number <= 0xff) return 1;
    if (number <= 0xffff) return 2;
    return number <= 0xffff'ffff ? 4 : 8;
}

size_t value_size(const BinView& bin) {
    switch (static_cast<Particle>(bin.particle)) {
        case Particle::integer: return 1 + integer_size(bin.value);
        case Particle::float64: return 8;
        case Particle::boolean: return 1;
        default: return 4 + bin.value.size();
    }
}

}  // namespace

size_t stored_size(const Evaluation& evaluation) {
    const RecordMeta& meta = evaluation.meta();
    size_t size = 41;
    if (!meta.set.empty()) size += 1 + meta.set.size();
    if (meta.void_time != 0) size += 4;
    if (KeyView key = evaluation.key()) size += 2 + key.value.size();
    evaluation.each_bin([&](const BinView& bin) { size += 2 + bin.name.size() + value_size(bin); });
    return (size + 15) / 16 * 16;
}

}  // namespace winnow::filter
