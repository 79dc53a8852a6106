#include "engine/catalog/catalog_bytes.h"

namespace winnow {
namespace {

constexpr uint8_t catalog_version = 1;
constexpr uint8_t part_index = 1;
constexpr size_t part_head_size = 5;

void append_text(Buffer& out, std::string_view text) {
    out.append_byte(static_cast<uint8_t>(text.size()));
    out.append(text);
}

// Takes from the front of bytes; nothing is taken, and `whole` is false, once they do not suffice.
struct Input {
    Bytes bytes;
    bool whole = true;

    Bytes take(size_t count) {
        whole = whole && count <= bytes.size();
        if (!whole) return {};
        Bytes taken = bytes.first(count);
        bytes = bytes.subspan(count);
        return taken;
    }
    uint8_t byte() {
        Bytes one = take(1);
        return one.empty() ? uint8_t{0} : one[0];
    }
    std::string text() { return std::string(text_of(take(byte()))); }
};

std::optional<CatalogIndex> decode_index(Input input) {
    CatalogIndex index;
    const uint8_t type = input.byte(), collection = input.byte();
    index.definition.type = static_cast<IndexType>(type);
    index.definition.collection = static_cast<CollectionType>(collection);
    index.name = input.text();
    index.definition.set = input.text();
    index.definition.bin = input.text();
    const bool known = !index_type_text(index.definition.type).empty() &&
                       !collection_type_text(index.definition.collection).empty();
    if (!known || !input.whole || !input.bytes.empty()) return std::nullopt;
    return index;
}

}  // namespace

Buffer encode_catalog(const std::vector<NamedIndex>& indexes) {
    Buffer out;
    out.append_byte(catalog_version);
    for (const NamedIndex& each : indexes) {
        const IndexDefinition& definition = each.index->definition();
        Buffer part;
        part.append_byte(static_cast<uint8_t>(definition.type));
        part.append_byte(static_cast<uint8_t>(definition.collection));
        append_text(part, each.name);
        append_text(part, definition.set);
        append_text(part, definition.bin);
        out.append_byte(part_index);
        out.append_le(static_cast<uint32_t>(part.size()));
        out.append(part.bytes());
    }
    return out;
}

std::optional<std::vector<CatalogIndex>> decode_catalog(Bytes bytes) {
    std::vector<CatalogIndex> indexes;
    if (bytes.empty()) return indexes;
    Input input{bytes};
    if (input.byte() != catalog_version) return std::nullopt;
    while (!input.bytes.empty()) {
        Bytes head = input.take(part_head_size);
        if (!input.whole || head[0] != part_index) return std::nullopt;
        auto index = decode_index({input.take(load_le<uint32_t>(&head[1]))});
        if (!input.whole || !index) return std::nullopt;
        indexes.push_back(std::move(*index));
    }
    return indexes;
}

}  // namespace winnow
