#include "protocol/query_fields.h"

#include <bitset>

#include "record/value/particle.h"

namespace winnow {

namespace {

Bytes whole_entries(Bytes list, size_t entry_size) {
    return list.first(list.size() - list.size() % entry_size);
}

// Takes `size` bytes off the front of `rest`; false if there are fewer.
bool take(Bytes& rest, size_t size, Bytes& taken) {
    if (rest.size() < size) return false;
    taken = rest.first(size);
    rest = rest.subspan(size);
    return true;
}

// u32 size, then the bytes.
bool take_sized(Bytes& rest, Bytes& taken) {
    Bytes size;
    return take(rest, sizeof(uint32_t), size) && take(rest, load_be<uint32_t>(size.data()), taken);
}

// u8 size, then the text.
bool take_name(Bytes& rest, std::string_view& name) {
    Bytes size, taken;
    if (!take(rest, 1, size) || !take(rest, size[0], taken)) return false;
    name = text_of(taken);
    return true;
}

}  // namespace

Result<PartitionSelection> PartitionSelection::decode(const FieldTable& fields) {
    PartitionSelection selection;
    bool ids = fields.has(FieldId::partitions), digests = fields.has(FieldId::resume_digests);
    selection.listed_ = ids || digests;
    selection.ids_ = whole_entries(fields.get(FieldId::partitions), sizeof(uint16_t));
    selection.digests_ = whole_entries(fields.get(FieldId::resume_digests), digest_size);
    selection.values_ = fields.get(FieldId::resume_values);
    if ((ids && selection.ids_.empty()) || (digests && selection.digests_.empty()))
        return fail(ResultCode::parameter, "empty partition list");

    std::bitset<partition_count> seen;
    for (size_t i = 0; i < selection.size(); i++) {
        uint16_t id = selection.partition(i);
        if (id >= partition_count) return fail(ResultCode::parameter, "partition id above 4095");
        if (seen.test(id)) return fail(ResultCode::parameter, "partition listed twice");
        seen.set(id);
    }
    for (size_t i = 0; i < selection.resume_count(); i++) {
        uint32_t id = selection.resume_digest(i).partition();
        if (seen.test(id)) return fail(ResultCode::parameter, "partition listed twice");
        seen.set(id);
    }
    return selection;
}

Result<IndexRange> index_range(const FieldTable& fields) {
    Bytes rest = fields.get(FieldId::index_range), ranges, particle;
    IndexRange range;
    if (!take(rest, 1, ranges) || ranges[0] != 1)
        return fail(ResultCode::parameter, "not one index range");
    if (!take_name(rest, range.bin) || !take(rest, 1, particle) || !take_sized(rest, range.begin) ||
        !take_sized(rest, range.end))
        return fail(ResultCode::parameter, "index range cut");
    if (range.bin.empty()) return fail(ResultCode::parameter, "index range without a bin");
    range.particle = particle[0];
    auto particle_type = static_cast<Particle>(range.particle);
    bool text = particle_type == Particle::string || particle_type == Particle::blob;
    if (text && range.begin.size() > index_string_size_max)
        return fail(ResultCode::parameter, "indexed string or blob too long");
    return range;
}

Result<IntegerRange> integer_range(const IndexRange& range) {
    if (range.begin.size() != sizeof(int64_t) || range.end.size() != sizeof(int64_t))
        return fail(ResultCode::parameter, "bound of an integer range not of 8 bytes");
    IntegerRange bounds{load_be<int64_t>(range.begin.data()), load_be<int64_t>(range.end.data())};
    if (bounds.first > bounds.last)
        return fail(ResultCode::parameter, "integer range begins above its end");
    return bounds;
}

Result<CollectionType> collection_type(const FieldTable& fields) {
    if (!fields.has(FieldId::index_type)) return CollectionType::none;
    Bytes bytes = fields.get(FieldId::index_type);
    if (bytes.size() != 1) return fail(ResultCode::parameter, "index type not of 1 byte");
    return static_cast<CollectionType>(bytes[0]);
}

uint8_t scan_percent(const FieldTable& fields) {
    Bytes bytes = fields.get(FieldId::scan_options);
    return bytes.size() == 2 ? bytes[1] : 100;
}

BinList::BinList(const FieldTable& fields) {
    Bytes rest = fields.get(FieldId::bin_list), count;
    if (!take(rest, 1, count)) return;
    const uint8_t* begin = rest.data();
    std::string_view name;
    for (uint32_t i = 0; i < count[0]; i++)
        if (!take_name(rest, name)) return;
    begin_ = begin;
    end_ = rest.data();
    count_ = count[0];
}

}  // namespace winnow
