#include "record/collection/selection.h"

#include <algorithm>

namespace winnow {
namespace {

constexpr uint8_t nil_element[] = {0xc0};
constexpr uint8_t preserve_order = 0x08;  // of a map of pairs: as they were selected

Bytes kept(const Buffer& buffer, Arena& memory) {
    uint8_t* at = memory.allocate(buffer.size());
    std::memcpy(at, buffer.data(), buffer.size());
    return {at, buffer.size()};
}

Bytes boolean_element(bool value) {
    static constexpr uint8_t elements[] = {0xc2, 0xc3};
    return {elements + value, 1};
}

int64_t place_of(Elements& elements, uint32_t index, ReturnType type) {
    switch (type) {
        case ReturnType::index: return index;
        case ReturnType::reverse_index: return int64_t{elements.size()} - 1 - index;
        case ReturnType::rank: return elements.ranks()[index];
        default: return int64_t{elements.size()} - 1 - elements.ranks()[index];
    }
}

bool is_place(ReturnType type) {
    return type >= ReturnType::index && type <= ReturnType::reverse_rank;
}
bool is_map_of_pairs(ReturnType type) {
    return type == ReturnType::key_value || type == ReturnType::unordered_map ||
           type == ReturnType::ordered_map;
}

// The header flags of a map of pairs.
uint8_t flags_of(ReturnType type) {
    if (type == ReturnType::key_value) return preserve_order;
    return type == ReturnType::ordered_map ? order_sorted : 0;
}

Bytes tell_pairs(Elements& elements, const Selection& selection, ReturnType type, Arena& memory) {
    // A map of its own is in key order, whatever the order of the selection.
    if (type != ReturnType::key_value) std::sort(selection.at, selection.at + selection.size);
    Buffer buffer;
    MsgpackWriter(buffer).map(selection.size, flags_of(type));
    for (uint32_t i = 0; i < selection.size; i++) {
        buffer.append(elements[selection.at[i]].key);
        buffer.append(elements[selection.at[i]].value);
    }
    return kept(buffer, memory);
}

// Indexes in a list ascend, those in a map come in the order of the selection; ranks of a range
// ascend.
Bytes tell_places(Elements& elements, const Selection& selection, ReturnType type, Arena& memory) {
    int64_t* places = allocate_array<int64_t>(memory, selection.size);
    for (uint32_t i = 0; i < selection.size; i++)
        places[i] = place_of(elements, selection.at[i], type);
    bool index = type == ReturnType::index || type == ReturnType::reverse_index;
    if (index ? !elements.is_map() && selection.by_rank : selection.ranks_ascend)
        std::sort(places, places + selection.size);
    Buffer buffer;
    MsgpackWriter writer(buffer);
    writer.array(selection.size);
    for (uint32_t i = 0; i < selection.size; i++) writer.integer(places[i]);
    return kept(buffer, memory);
}

Bytes tell_elements(Elements& elements, const Selection& selection, ReturnType type,
                    Arena& memory) {
    Buffer buffer;
    MsgpackWriter(buffer).array(selection.size);
    for (uint32_t i = 0; i < selection.size; i++) {
        const Element element = elements[selection.at[i]];
        buffer.append(type == ReturnType::key ? element.key : element.value);
    }
    return kept(buffer, memory);
}

}  // namespace

Bytes integer_element(int64_t number, Arena& memory) {
    Buffer buffer;
    MsgpackWriter(buffer).integer(number);
    return kept(buffer, memory);
}

Selection inverted(Elements& elements, const Selection& selection, Arena& memory) {
    bool* selected = allocate_array<bool>(memory, elements.size());
    std::fill_n(selected, elements.size(), false);
    for (uint32_t i = 0; i < selection.size; i++) selected[selection.at[i]] = true;
    Selection others{allocate_array<uint32_t>(memory, elements.size()), 0, false, true};
    for (uint32_t i = 0; i < elements.size(); i++)
        if (!selected[i]) others.at[others.size++] = i;
    return others;
}

Bytes tell(Elements& elements, const Selection& selection, ReturnType type, Arena& memory) {
    if (type == ReturnType::none) return nil_element;
    if (type == ReturnType::count) return integer_element(selection.size, memory);
    if (type == ReturnType::exists) return boolean_element(selection.size != 0);
    if (is_place(type)) return tell_places(elements, selection, type, memory);
    if (is_map_of_pairs(type)) return tell_pairs(elements, selection, type, memory);
    return tell_elements(elements, selection, type, memory);
}

Bytes tell_one(Elements& elements, uint32_t index, ReturnType type, Arena& memory) {
    if (type == ReturnType::none) return nil_element;
    if (type == ReturnType::count) return integer_element(1, memory);
    if (type == ReturnType::exists) return boolean_element(true);
    if (is_place(type)) return integer_element(place_of(elements, index, type), memory);
    if (is_map_of_pairs(type)) return tell_pairs(elements, {&index, 1, false}, type, memory);
    return type == ReturnType::key ? elements[index].key : elements[index].value;
}

Bytes tell_none(ReturnType type, Arena& memory) {
    if (is_place(type)) return integer_element(-1, memory);
    if (type == ReturnType::count) return integer_element(0, memory);
    if (type == ReturnType::exists) return boolean_element(false);
    if (!is_map_of_pairs(type)) return nil_element;
    Buffer buffer;
    MsgpackWriter(buffer).map(0, flags_of(type));
    return kept(buffer, memory);
}

}  // namespace winnow
