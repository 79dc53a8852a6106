#include "record/collection/read.h"

#include <algorithm>
#include <limits>

#include "record/collection/selection.h"
#include "record/value/compare.h"

namespace winnow {
namespace {

// How an operation selects.
enum class By : uint8_t {
    size,
    plain_index,  // GET, GET_RANGE: without a return type
    plain_range,
    index,
    rank,
    key,
    first_value,
    value,
    value_list,
    key_list,
    index_range,
    rank_range,
    value_interval,
    key_interval,
    value_rel_rank,
    key_rel_index,
};

struct Code {
    uint8_t code;
    By by;
    ReadArguments arguments;
};

constexpr uint8_t first_map_code = 64;

// SIZE takes any number of arguments and ignores them (golden list-00837).
constexpr Code codes[] = {
    {16, By::size, {0, 0xfe}},         {17, By::plain_index, {1, 1}},
    {18, By::plain_range, {1, 2}},     {19, By::index, {2, 2}},
    {20, By::first_value, {2, 2}},     {21, By::rank, {2, 2}},
    {22, By::value, {2, 2}},           {23, By::value_list, {2, 2}},
    {24, By::index_range, {2, 3}},     {25, By::value_interval, {2, 3}},
    {26, By::rank_range, {2, 3}},      {27, By::value_rel_rank, {3, 4}},
    {96, By::size, {0, 0xfe}},         {97, By::key, {2, 2}},
    {98, By::index, {2, 2}},           {99, By::first_value, {2, 2}},
    {100, By::rank, {2, 2}},           {102, By::value, {2, 2}},
    {103, By::key_interval, {2, 3}},   {104, By::index_range, {2, 3}},
    {105, By::value_interval, {2, 3}}, {106, By::rank_range, {2, 3}},
    {107, By::key_list, {2, 2}},       {108, By::value_list, {2, 2}},
    {109, By::key_rel_index, {3, 4}},  {110, By::value_rel_rank, {3, 4}},
};

const Code* find_code(uint8_t number) {
    for (const Code& code : codes)
        if (code.code == number) return &code;
    return nullptr;
}

auto wrong_argument() {
    return fail(ResultCode::parameter, "an argument of a list or map operation has a wrong type");
}
auto out_of_range() {
    return fail(ResultCode::not_applicable, "no such index or rank");
}
auto wrong_return_type() {
    return fail(ResultCode::not_applicable, "this return type does not belong here");
}

Result<int64_t> integer_of(Bytes argument) {
    MsgpackReader reader(argument);
    MsgpackToken token;
    if (!reader.next(token) || token.kind != MsgpackKind::integer) return wrong_argument();
    return token.integer;
}

Result<Returned> return_type(Bytes argument, bool is_map) {
    constexpr int64_t inverted_bit = 0x10000;
    auto number = integer_of(argument);
    if (!number) return fail(number.error());
    Returned returned;
    returned.inverted = (*number & inverted_bit) != 0;
    int64_t type = *number & ~inverted_bit;
    bool for_both = (type >= 0 && type <= 5) || type == 7 || type == 13;
    bool for_maps = type == 6 || type == 8 || type == 16 || type == 17;
    if (!for_both && !(for_maps && is_map)) return wrong_return_type();
    returned.type = static_cast<ReturnType>(type);
    return returned;
}

struct Range {
    uint32_t from;
    uint32_t size;
};

// [start, start + count) of what is there. A start before the first uses up its count.
Range clip(int64_t start, uint64_t count, uint32_t size) {
    if (start < 0) {
        uint64_t missing = 0 - static_cast<uint64_t>(start);
        count -= std::min(count, missing);
        start = 0;
    }
    if (static_cast<uint64_t>(start) >= size) return {size, 0};
    auto from = static_cast<uint32_t>(start);
    return {from, static_cast<uint32_t>(std::min<uint64_t>(count, size - from))};
}

class Reading {
public:
    Reading(Elements& elements, const Code& code, std::span<const Bytes> arguments, Arena& memory)
        : elements_(elements), code_(code), arguments_(arguments), memory_(memory) {}

    Result<Bytes> run() {
        if (code_.by == By::size) return integer_element(elements_.size(), memory_);
        if (code_.by == By::plain_index || code_.by == By::plain_range) return run_plain();
        auto returned = return_type(arguments_[0], elements_.is_map());
        if (!returned) return fail(returned.error());
        switch (code_.by) {
            case By::index:
            case By::rank:
            case By::key:
            case By::first_value: return run_single(*returned);
            default: return run_multiple(*returned);
        }
    }

private:
    uint32_t size() const { return elements_.size(); }
    Bytes argument(size_t i) const { return i < arguments_.size() ? arguments_[i] : Bytes{}; }

    // An index or rank, counted from the end if it is negative.
    Result<uint32_t> place(size_t i) {
        auto at = integer_of(argument(i));
        if (!at) return fail(at.error());
        int64_t from_start = *at < 0 ? *at + size() : *at;
        if (from_start < 0 || from_start >= int64_t{size()}) return out_of_range();
        return static_cast<uint32_t>(from_start);
    }

    // A start at argument i and perhaps a count behind it, which is unsigned.
    Result<Range> range(size_t i, int64_t offset, bool from_end) {
        auto start = integer_of(argument(i));
        if (!start) return fail(start.error());
        uint64_t count = std::numeric_limits<uint64_t>::max();
        if (i + 1 < arguments_.size()) {
            auto given = integer_of(argument(i + 1));
            if (!given) return fail(given.error());
            count = static_cast<uint64_t>(*given);
        }
        // Far beyond any size, and safe to add to.
        constexpr int64_t far = int64_t{1} << 40;
        int64_t at = std::clamp(*start, -far, far) + offset;
        if (from_end && at < 0) at += size();
        return clip(at, count, size());
    }

    Result<Bytes> run_plain() {
        if (code_.by == By::plain_index) {
            auto at = place(0);
            if (!at) return fail(at.error());
            return elements_[*at].value;
        }
        auto selected = range(0, 0, true);
        if (!selected) return fail(selected.error());
        return tell(elements_, of_indexes(*selected), ReturnType::value, memory_);
    }

    Result<Bytes> run_single(const Returned& returned) {
        if (returned.inverted) return wrong_return_type();
        if (code_.by == By::key) return found(find_key(argument(1)), returned.type);
        if (code_.by == By::first_value) return found(find_value(argument(1)), returned.type);
        auto at = place(1);
        if (!at) return fail(at.error());
        uint32_t index = code_.by == By::rank ? elements_.by_rank()[*at] : *at;
        return tell_one(elements_, index, returned.type, memory_);
    }
    Bytes found(uint32_t index, ReturnType type) {
        if (index == size()) return tell_none(type, memory_);
        return tell_one(elements_, index, type, memory_);
    }

    Result<Bytes> run_multiple(const Returned& returned) {
        auto selection = select(returned.type);
        if (!selection) return fail(selection.error());
        if (!returned.inverted) {
            turn_round(*selection, returned.type);
            return tell(elements_, *selection, returned.type, memory_);
        }
        return tell(elements_, inverted(elements_, *selection, memory_), returned.type, memory_);
    }

    // Values of a rank range of an unsorted list come as a partial sort leaves them: those taken
    // from the low end descending (golden list-01149).
    void turn_round(const Selection& selection, ReturnType type) {
        if (!selection.by_rank || elements_.is_map() || elements_.is_sorted()) return;
        if (type != ReturnType::value || selection.size == 0) return;
        uint32_t start = elements_.ranks()[selection.at[0]];
        if (start <= size() - start - selection.size)
            std::reverse(selection.at, selection.at + selection.size);
    }

    Result<Selection> select(ReturnType type) {
        switch (code_.by) {
            case By::index_range: return range_of_indexes(0);
            case By::rank_range: return range_of_ranks(0, 1, true);
            case By::value: return all_of_value(argument(1));
            case By::value_interval: return interval(false);
            case By::key_interval: return interval(true);
            case By::value_list: return any_of_values();
            case By::key_list: return any_of_keys(type);
            case By::value_rel_rank: return range_of_ranks(values_below(argument(1)), 2, false);
            default: return range_from_key();
        }
    }

    Selection of_indexes(const Range& range) {
        Selection selection{allocate_array<uint32_t>(memory_, range.size), range.size, false};
        for (uint32_t i = 0; i < range.size; i++) selection.at[i] = range.from + i;
        return selection;
    }
    Result<Selection> range_of_indexes(int64_t offset) {
        auto selected = range(1, offset, true);
        if (!selected) return fail(selected.error());
        Selection selection = of_indexes(*selected);
        selection.ranks_ascend = true;
        return selection;
    }
    Result<Selection> range_from_key() {
        auto selected = range(2, keys_below(argument(1)), false);
        if (!selected) return fail(selected.error());
        return of_indexes(*selected);
    }
    Result<Selection> range_of_ranks(int64_t offset, size_t at, bool from_end) {
        auto selected = range(at, offset, from_end);
        if (!selected) return fail(selected.error());
        Selection selection = of_indexes(*selected);
        selection.by_rank = true;
        for (uint32_t i = 0; i < selection.size; i++)
            selection.at[i] = elements_.by_rank()[selection.at[i]];
        return selection;
    }

    // In list or key order, all that `chosen` says yes to.
    template <class Chosen>
    Selection where(Chosen chosen) {
        Selection selection{allocate_array<uint32_t>(memory_, size()), 0, false};
        for (uint32_t i = 0; i < size(); i++)
            if (chosen(elements_[i])) selection.at[selection.size++] = i;
        return selection;
    }
    Selection all_of_value(Bytes wanted) {
        return where(
            [&](const Element& element) { return compare_values(element.value, wanted) == 0; });
    }
    // From begin on, up to but not with end; without an end to the last.
    Selection interval(bool of_keys) {
        Bytes begin = argument(1), end = argument(2);
        Selection selection = where([&](const Element& element) {
            Bytes value = of_keys ? element.key : element.value;
            return compare_values(value, begin) >= 0 &&
                   (end.empty() || compare_values(value, end) < 0);
        });
        selection.ranks_ascend = true;
        return selection;
    }

    // A list argument, which is compared with every element.
    Result<Elements> wanted(size_t i) {
        constexpr uint64_t comparisons_max = 1'000'000;
        Elements list;
        if (!list.open(argument(i), memory_) || list.is_map()) return wrong_argument();
        if (uint64_t{size()} * list.size() > comparisons_max)
            return fail(ResultCode::not_applicable, "too many keys or values are asked for");
        return list;
    }
    static bool holds(const Elements& list, Bytes wanted) {
        for (uint32_t i = 0; i < list.size(); i++)
            if (compare_values(wanted, list[i].value) == 0) return true;
        return false;
    }

    Result<Selection> any_of_values() {
        auto values = wanted(1);
        if (!values) return fail(values.error());
        if (!elements_.is_map() && elements_.is_sorted()) return values_in_given_order(*values);
        return where([&](const Element& element) { return holds(*values, element.value); });
    }
    // A sorted list is searched once for each value, and repeats what is asked twice.
    Selection values_in_given_order(const Elements& values) {
        Selection all{allocate_array<uint32_t>(memory_, size_t{size()} * values.size()), 0, false};
        for (uint32_t wanted = 0; wanted < values.size(); wanted++)
            for (uint32_t i = 0; i < size(); i++)
                if (compare_values(elements_[i].value, values[wanted].value) == 0)
                    all.at[all.size++] = i;
        return all;
    }
    Result<Selection> any_of_keys(ReturnType type) {
        // The recorded server tells no ranks here (golden map-00555).
        if (type == ReturnType::rank || type == ReturnType::reverse_rank)
            return wrong_return_type();
        auto keys = wanted(1);
        if (!keys) return fail(keys.error());
        return where([&](const Element& element) { return holds(*keys, element.key); });
    }

    uint32_t find_key(Bytes wanted) const {
        for (uint32_t i = 0; i < size(); i++)
            if (compare_values(elements_[i].key, wanted) == 0) return i;
        return size();
    }
    uint32_t find_value(Bytes wanted) const {
        for (uint32_t i = 0; i < size(); i++)
            if (compare_values(elements_[i].value, wanted) == 0) return i;
        return size();
    }
    uint32_t values_below(Bytes wanted) const {
        uint32_t count = 0;
        for (uint32_t i = 0; i < size(); i++)
            count += compare_values(elements_[i].value, wanted) < 0;
        return count;
    }
    uint32_t keys_below(Bytes wanted) const {
        uint32_t count = 0;
        for (uint32_t i = 0; i < size(); i++) count += compare_values(elements_[i].key, wanted) < 0;
        return count;
    }

    Elements& elements_;
    const Code& code_;
    std::span<const Bytes> arguments_;
    Arena& memory_;
};

// One step of a context, within the elements of a list or map.
Result<Bytes> follow_step(Elements& elements, int64_t step, Bytes value, Arena& memory) {
    enum : int64_t { list_step = 0x10, map_step = 0x20 };
    enum : int64_t { at_index = 0, at_rank = 1, at_key = 2, at_value = 3 };
    constexpr int64_t create_bits = 0xc0;
    step &= ~create_bits;
    int64_t where = step & 0x0f, kind = step & ~int64_t{0x0f};
    if (kind != (elements.is_map() ? map_step : list_step) || where > at_value ||
        (where == at_key && !elements.is_map()))
        return out_of_range();
    constexpr uint8_t value_type[] = {static_cast<uint8_t>(ReturnType::value)};
    if (where == at_key || where == at_value) {
        for (uint32_t i = 0; i < elements.size(); i++) {
            uint32_t index = where == at_key ? i : elements.by_rank()[i];
            const Element element = elements[index];
            if (compare_values(where == at_key ? element.key : element.value, value) == 0)
                return element.value;
        }
        return out_of_range();
    }
    Bytes arguments[] = {value_type, value};
    const Code code{0, where == at_index ? By::index : By::rank, {2, 2}};
    return Reading(elements, code, arguments, memory).run();
}

}  // namespace

ReadArguments read_arguments(uint8_t code) {
    const Code* known = find_code(code);
    return known == nullptr ? ReadArguments{} : known->arguments;
}

bool is_collection_modify(uint8_t code) {
    return code <= 13 || (code >= 32 && code <= 40) || (code >= 64 && code <= 89);
}

Result<Bytes> read_collection(Bytes collection, uint8_t code, std::span<const Bytes> arguments,
                              Arena& memory) {
    const Code* known = find_code(code);
    if (known == nullptr) return fail(ResultCode::parameter, "no reading operation has this code");
    Elements elements;
    if (!elements.open(collection, memory))
        return fail(ResultCode::bin_type, "neither a list nor a map");
    if (elements.is_map() != (code >= first_map_code))
        return fail(ResultCode::bin_type, "a list operation on a map, or the reverse");
    return Reading(elements, *known, arguments, memory).run();
}

Result<Bytes> follow_context(Bytes collection, Bytes context, Arena& memory) {
    Elements steps;
    if (!steps.open(context, memory) || steps.is_map() || steps.size() == 0 ||
        steps.size() % 2 != 0)
        return fail(ResultCode::parameter, "a context is a list of steps and their values");
    for (uint32_t i = 0; i < steps.size(); i += 2) {
        auto step = integer_of(steps[i].value);
        if (!step) return fail(step.error());
        Elements elements;
        if (!elements.open(collection, memory)) return out_of_range();
        auto next = follow_step(elements, *step, steps[i + 1].value, memory);
        if (!next) return fail(next.error());
        collection = *next;
    }
    return collection;
}

}  // namespace winnow
