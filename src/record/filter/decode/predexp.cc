#include "record/filter/decode/predexp.h"

#include "record/filter/evaluation.h"
#include "record/value/particle.h"

namespace winnow::filter {
namespace {

enum class Kind : uint8_t { logical, integer, string, geojson, list, map };

enum class Payload : uint8_t { none, count, integer, text, geojson, name, modulus, flags };

// One row for each node of the language.
struct Tag {
    uint16_t code;
    Op op;
    Payload payload;
    Kind gives;
    uint8_t operands;  // 2: values of type `takes`; 1: logical; and, or: as many as they say
    Kind takes = Kind::logical;
};

constexpr Tag tags[] = {
    {1, Op::both, Payload::count, Kind::logical, 0},
    {2, Op::either, Payload::count, Kind::logical, 0},
    {3, Op::negate, Payload::none, Kind::logical, 1},
    {10, Op::constant, Payload::integer, Kind::integer, 0},
    {11, Op::constant, Payload::text, Kind::string, 0},
    {12, Op::constant, Payload::geojson, Kind::geojson, 0},
    {100, Op::bin, Payload::name, Kind::integer, 0},
    {101, Op::bin, Payload::name, Kind::string, 0},
    {102, Op::bin, Payload::name, Kind::geojson, 0},
    {103, Op::bin, Payload::name, Kind::list, 0},
    {104, Op::bin, Payload::name, Kind::map, 0},
    {120, Op::var, Payload::name, Kind::integer, 0},
    {121, Op::var, Payload::name, Kind::string, 0},
    {122, Op::var, Payload::name, Kind::geojson, 0},
    {150, Op::device_size, Payload::none, Kind::integer, 0},
    {151, Op::last_update, Payload::none, Kind::integer, 0},
    {152, Op::void_time, Payload::none, Kind::integer, 0},
    {153, Op::digest_modulo, Payload::modulus, Kind::integer, 0},
    {200, Op::eq, Payload::none, Kind::logical, 2, Kind::integer},
    {201, Op::ne, Payload::none, Kind::logical, 2, Kind::integer},
    {202, Op::gt, Payload::none, Kind::logical, 2, Kind::integer},
    {203, Op::ge, Payload::none, Kind::logical, 2, Kind::integer},
    {204, Op::lt, Payload::none, Kind::logical, 2, Kind::integer},
    {205, Op::le, Payload::none, Kind::logical, 2, Kind::integer},
    {210, Op::eq, Payload::none, Kind::logical, 2, Kind::string},
    {211, Op::ne, Payload::none, Kind::logical, 2, Kind::string},
    {212, Op::regex, Payload::flags, Kind::logical, 2, Kind::string},
    {220, Op::geo, Payload::none, Kind::logical, 2, Kind::geojson},
    {221, Op::geo, Payload::none, Kind::logical, 2, Kind::geojson},
    {250, Op::any_element, Payload::name, Kind::logical, 2, Kind::list},
    {251, Op::any_key, Payload::name, Kind::logical, 2, Kind::map},
    {252, Op::any_value, Payload::name, Kind::logical, 2, Kind::map},
    {253, Op::every_element, Payload::name, Kind::logical, 2, Kind::list},
    {254, Op::every_key, Payload::name, Kind::logical, 2, Kind::map},
    {255, Op::every_value, Payload::name, Kind::logical, 2, Kind::map},
};

const Tag* find_tag(uint16_t code) {
    for (const Tag& tag : tags)
        if (tag.code == code) return &tag;
    return nullptr;
}

constexpr Type type_of(Kind kind) {
    switch (kind) {
        case Kind::logical: return Type::boolean;
        case Kind::integer: return Type::integer;
        case Kind::string: return Type::string;
        case Kind::geojson: return Type::geojson;
        case Kind::list: return Type::list;
        case Kind::map: return Type::map;
    }
    return Type::unknown;
}

// A node as it was read: operands stand in front of it.
struct Item {
    const Tag* tag;
    Bytes payload;
    uint32_t size;   // items of its subtree, itself included
    uint32_t depth;  // levels
    uint32_t operands;
};

class PredexpDecoder {
public:
    PredexpDecoder(Bytes encoded, Tree& tree) : encoded_(encoded), tree_(tree) {}

    Result<> decode() {
        size_t offset = 0;
        while (offset < encoded_.size())
            if (!read_item(offset)) return failure();
        if (stack_.size() != 1)
            return fail(ResultCode::parameter, "not one condition, but several or none, are left");
        if (items_.back().tag->gives != Kind::logical)
            return fail(ResultCode::parameter, "what is left at the end is a value");
        if (!emit(static_cast<uint32_t>(items_.size()) - 1)) return failure();
        // Refused only now: what is malformed answers so first.
        if (uses_geo_)
            return fail(ResultCode::unsupported, "comparisons of GeoJSON are not served yet");
        return {};
    }

private:
    bool refuse(const char* text) {
        error_ = text;
        return false;
    }
    Result<> failure() const { return fail(ResultCode::parameter, error_); }

    // --- reading, in the order in which nodes come

    bool read_item(size_t& offset) {
        constexpr size_t head_size = 6;
        if (encoded_.size() - offset < head_size) return refuse("a node is cut");
        const Tag* tag = find_tag(load_be<uint16_t>(encoded_.data() + offset));
        size_t size = load_be<uint32_t>(encoded_.data() + offset + 2);
        offset += head_size;
        if (tag == nullptr) return refuse("an unknown node");
        if (size > encoded_.size() - offset) return refuse("a node is cut");
        if (items_.size() >= nodes_max) return refuse("a filter has at most 65,536 nodes");
        Item item{tag, encoded_.subspan(offset, size), 1, 1, tag->operands};
        offset += size;
        if (!check_payload(item)) return false;
        if (!(tag->payload == Payload::count ? take_conditions(item) : take_operands(item)))
            return false;
        if (item.depth > depth_max) return refuse("a filter nests at most 1,024 levels deep");
        stack_.push_back(static_cast<uint32_t>(items_.size()));
        items_.push_back(item);
        return true;
    }

    bool check_payload(Item& item) {
        const Bytes& payload = item.payload;
        switch (item.tag->payload) {
            case Payload::none:
                return payload.empty() || refuse("a node has a payload where none belongs");
            case Payload::count:
                if (payload.size() != 2) return refuse("and, or have a count of 2 bytes");
                item.operands = load_be<uint16_t>(payload.data());
                return true;
            case Payload::integer: return payload.size() == 8 || refuse("an integer has 8 bytes");
            case Payload::text: return true;
            case Payload::geojson:
                return !geojson_text(payload).empty() ||
                       refuse("a GeoJSON value begins with 3 bytes: flags and number of cells");
            case Payload::name:
                return payload.size() <= bin_name_length_max ||
                       refuse("the name of a bin or variable has at most 15 bytes");
            case Payload::modulus:
                if (payload.size() != 4) return refuse("the modulus of a digest has 4 bytes");
                return load_be<uint32_t>(payload.data()) != 0 ||
                       refuse("the modulus of a digest is not 0");
            case Payload::flags: return payload.size() == 4 || refuse("regex flags have 4 bytes");
        }
        return false;
    }

    // Takes the uppermost of the stack as an operand of `item`; null if there is none of that kind.
    const Item* take(Item& item, Kind kind) {
        if (stack_.empty()) {
            refuse("a node finds too few operands");
            return nullptr;
        }
        const Item& operand = items_[stack_.back()];
        stack_.pop_back();
        if (operand.tag->gives != kind) {
            refuse("a node finds an operand of the wrong kind");
            return nullptr;
        }
        item.size += operand.size;
        item.depth = std::max(item.depth, operand.depth + 1);
        return &operand;
    }

    bool take_conditions(Item& item) {
        for (uint32_t i = 0; i < item.operands; i++)
            if (take(item, Kind::logical) == nullptr) return false;
        return true;
    }

    bool take_operands(Item& item) {
        const Tag& tag = *item.tag;
        if (tag.operands == 0) return true;
        if (tag.operands == 1) return take(item, Kind::logical) != nullptr;
        const Item* right = take(item, tag.takes);
        if (right == nullptr) return false;
        if (is_iteration(tag.op)) {
            bool bin = right->tag->op == Op::bin;
            return (bin || refuse("only bins are iterated")) &&
                   take(item, Kind::logical) != nullptr;
        }
        bool needs_constant = tag.op == Op::regex || tag.takes == Kind::geojson;
        if (needs_constant && right->tag->op != Op::constant)
            return refuse("the right side of a regex or GeoJSON comparison is a constant");
        return take(item, tag.takes) != nullptr;
    }

    // --- building, from the root

    bool emit(uint32_t place) {
        const Item item = items_[place];
        if (tree_.full()) return refuse("a filter has at most 65,536 nodes");
        size_t at = tree_.open(item.tag->op);
        tree_[at].type = type_of(item.tag->gives);
        tree_[at].missing = Truth::no;
        bool built = item.operands == 0 ? emit_leaf(item, at) : emit_operands(item, place, at);
        tree_.close(at);
        return built;
    }

    bool emit_leaf(const Item& item, size_t at) {
        Node& node = tree_[at];
        const Bytes payload = item.payload;
        node.text = payload.data();
        node.text_size = static_cast<uint32_t>(payload.size());
        switch (item.tag->payload) {
            case Payload::count:  // of nothing: and is true, or is false
                node.boolean = node.op == Op::both;
                node.op = Op::constant;
                break;
            case Payload::integer: node.integer = load_be<int64_t>(payload.data()); break;
            case Payload::modulus: node.integer = load_be<uint32_t>(payload.data()); break;
            case Payload::geojson:
                node.text = geojson_text(payload).data();
                node.text_size = static_cast<uint32_t>(geojson_text(payload).size());
                break;
            case Payload::name:
                if (node.op == Op::var) find_variable(node);
                break;
            default: break;
        }
        return true;
    }

    // The innermost of that name; one that nobody binds has no value.
    void find_variable(Node& node) {
        for (size_t slot = scope_.size(); slot-- > 0;) {
            if (scope_[slot] != node.name()) continue;
            node.slot = static_cast<uint16_t>(slot);
            return;
        }
        node.op = Op::unknown;
    }

    bool emit_operands(const Item& item, uint32_t place, size_t at) {
        const Op op = item.tag->op;
        if (is_iteration(op)) return emit_iteration(item, place, at);
        if (item.tag->takes == Kind::geojson) {
            uses_geo_ = true;
            return true;
        }
        SmallVector<uint32_t, 8> places(item.operands);
        for (uint32_t i = item.operands, behind = place; i-- > 0;) {
            places[i] = behind - 1;
            behind -= items_[behind - 1].size;
        }
        if (op == Op::regex) return emit_regex(item, places[0], places[1], at);
        for (uint32_t operand : places)
            if (!emit(operand)) return false;
        return true;
    }

    bool emit_regex(const Item& item, uint32_t text, uint32_t pattern, size_t at) {
        uint32_t flags = load_be<uint32_t>(item.payload.data());
        Bytes source = items_[pattern].payload;
        auto compiled = Regex::compile(text_of(source), flags);
        if (!compiled) return refuse(compiled.error().text);
        tree_[at].regex = tree_.keep(std::move(*compiled));
        tree_[at].text = source.data();
        tree_[at].text_size = static_cast<uint32_t>(source.size());
        tree_[at].integer = flags;
        return emit(text);
    }

    bool emit_iteration(const Item& item, uint32_t place, size_t at) {
        if (scope_.size() >= variables_max)
            return refuse("iterations nest at most 128 levels deep");
        tree_[at].slot = static_cast<uint16_t>(scope_.size());
        tree_[at].text = item.payload.data();
        tree_[at].text_size = static_cast<uint32_t>(item.payload.size());
        if (!emit(place - 1)) return false;  // the bin
        scope_.push_back(text_of(item.payload));
        bool built = emit(place - 1 - items_[place - 1].size);
        scope_.pop_back();
        return built;
    }

    Bytes encoded_;
    Tree& tree_;
    SmallVector<Item, 24> items_;
    SmallVector<uint32_t, 24> stack_;
    SmallVector<std::string_view, 4> scope_;
    bool uses_geo_ = false;
    const char* error_ = "";
};

}  // namespace

Result<> decode_predexp(Bytes encoded, Tree& tree) {
    return PredexpDecoder(encoded, tree).decode();
}

}  // namespace winnow::filter
