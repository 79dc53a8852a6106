#include "record/value/canonical.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "record/value/compare.h"
#include "record/value/msgpack.h"

namespace winnow {
namespace {

// Why a value is refused; null if it is not.
using Refusal = const char*;

constexpr Refusal cut = "the list or map is cut or not msgpack";
constexpr Refusal left_over = "bytes are left over behind the list or map";
constexpr Refusal wrong_kind = "a list where a map is declared, or the reverse";
constexpr Refusal argument_only = "wildcard and infinity cannot be stored";
constexpr Refusal bad_key = "a map key is an integer, a string or a blob";
constexpr Refusal duplicate_key = "a map has the same key twice";
constexpr Refusal not_sorted = "a list or map is marked as ordered, but not sorted";
constexpr Refusal second_header = "a list has two order headers";
constexpr Refusal too_deep = "lists and maps are nested too deep";

constexpr uint8_t stored_flags(MsgpackKind kind, uint8_t flags) {
    return kind == MsgpackKind::array ? flags & order_sorted
                                      : flags & (order_sorted | order_by_value);
}

bool is_key(const MsgpackToken& token) {
    return token.kind == MsgpackKind::integer || token.kind == MsgpackKind::uinteger ||
           token.is_string_of(Particle::string) || token.is_string_of(Particle::blob);
}

bool is_argument_only(const MsgpackToken& token) {
    return token.kind == MsgpackKind::wildcard || token.kind == MsgpackKind::infinity ||
           (token.kind == MsgpackKind::ext && token.ext_type == 0xff);
}

bool is_collection(const MsgpackToken& token) {
    return token.kind == MsgpackKind::array || token.kind == MsgpackKind::map;
}

// The order header of a collection whose head was just read, with what is left of its flags.
struct Order {
    uint8_t flags = 0;
    bool minimal = true;  // written as the stored form has it
    Refusal refusal = nullptr;
};

Order read_order(MsgpackReader& reader, MsgpackToken& head) {
    Order order;
    uint8_t flags;
    Bytes rest = reader.rest();
    uint32_t count = head.count;
    if (!reader.order_header(head, flags)) {
        order.refusal = cut;
    } else if (head.count != count) {
        order.flags = stored_flags(head.kind, flags);
        order.minimal = order.flags == flags && order.flags != 0 && rest[0] == 0xc7 && rest[1] == 0;
    }
    return order;
}

// Walks a value until something is not in the stored form.
class Check {
public:
    explicit Check(Bytes value) : value_(value), reader_(value) {}

    // False if something is not in the stored form, or must be refused: see refusal().
    bool whole(Particle type) {
        MsgpackToken head;
        if (!reader_.next(head)) return refuse(cut);
        bool fits = type == Particle::list ? head.kind == MsgpackKind::array
                                           : head.kind == MsgpackKind::map;
        if (!fits) return refuse(wrong_kind);
        if (!collection(head, 1)) return false;
        return reader_.at_end() || refuse(left_over);
    }
    Refusal refusal() const { return refusal_; }

private:
    bool refuse(Refusal why) {
        refusal_ = why;
        return false;
    }

    bool collection(MsgpackToken& head, unsigned depth) {
        if (depth > value_depth_max) return refuse(too_deep);
        if (!head.minimal) return false;
        Order order = read_order(reader_, head);
        if (order.refusal != nullptr) return refuse(order.refusal);
        if (!order.minimal) return false;
        return head.kind == MsgpackKind::array ? list(head.count, order.flags != 0, depth)
                                               : map(head.count, order.flags, depth);
    }

    bool list(uint32_t count, bool sorted, unsigned depth) {
        size_t previous = 0;
        for (uint32_t i = 0; i < count; i++) {
            size_t at = reader_.position();
            if (!value(depth)) return false;
            if (sorted && i != 0 && compare_at(previous, at) > 0) return refuse(not_sorted);
            previous = at;
        }
        return true;
    }

    bool map(uint32_t count, uint8_t flags, unsigned depth) {
        size_t previous = 0;
        MsgpackToken key;
        for (uint32_t i = 0; i < count; i++) {
            size_t at = reader_.position();
            if (!reader_.next(key)) return refuse(cut);
            if (!is_key(key)) return refuse(bad_key);
            if (!key.minimal) return false;
            int order = i == 0 ? -1 : compare_at(previous, at);
            if (order == 0) return refuse(duplicate_key);
            if (order > 0) return (flags & order_sorted) != 0 && refuse(not_sorted);
            if (!value(depth)) return false;
            previous = at;
        }
        return true;
    }

    bool value(unsigned depth) {
        if (reader_.pass_short()) return true;
        MsgpackToken token;
        if (!reader_.next(token)) return refuse(cut);
        if (is_collection(token)) return collection(token, depth + 1);
        if (is_argument_only(token)) return refuse(argument_only);
        return token.minimal;
    }

    int compare_at(size_t a, size_t b) const {
        return compare_values(value_.subspan(a), value_.subspan(b));
    }

    Bytes value_;
    MsgpackReader reader_;
    Refusal refusal_ = nullptr;
};

// What a first pass finds out about the unordered maps of a value, in the order in which they
// begin. The second pass visits the pairs of each in key order, and so writes all of them sorted
// without ever moving a byte twice, however deep they nest.
struct Pair {
    uint32_t at;    // where its key begins
    uint32_t maps;  // how many unordered maps begin before it
};
struct Survey {
    std::vector<Pair> pairs;     // those of one map side by side, sorted by key
    std::vector<uint32_t> maps;  // where its pairs begin
};

// The first pass: checks everything but the order of sorted lists.
class Surveyor {
public:
    Surveyor(Bytes value, Survey& survey) : value_(value), reader_(value), survey_(survey) {}

    Refusal whole(Particle type) {
        MsgpackToken head;
        if (!reader_.next(head)) return cut;
        bool fits = type == Particle::list ? head.kind == MsgpackKind::array
                                           : head.kind == MsgpackKind::map;
        if (!fits) return wrong_kind;
        if (Refusal why = collection(head, 1)) return why;
        return reader_.at_end() ? nullptr : left_over;
    }

private:
    Refusal value(unsigned depth) {
        owed_--;
        if (reader_.pass_short()) return nullptr;
        MsgpackToken token;
        if (!reader_.next(token)) return cut;
        if (is_collection(token)) return collection(token, depth + 1);
        return is_argument_only(token) ? argument_only : nullptr;
    }

    Refusal collection(MsgpackToken& head, unsigned depth) {
        if (depth > value_depth_max) return too_deep;
        uint32_t count = head.count;
        Order order = read_order(reader_, head);
        if (order.refusal != nullptr) return order.refusal;
        // Each value takes a byte: what is owed at every depth together must fit into the rest.
        // Hence all counts together, and the memory for them, are bounded by the input.
        owed_ += head.children();
        if (owed_ > reader_.left()) return cut;
        if (head.kind == MsgpackKind::map) return map(head.count, order.flags, depth);
        bool header_dropped = head.count != count && order.flags == 0;
        for (uint32_t i = 0; i < head.count; i++) {
            if (i == 0 && header_dropped && begins_with_ext()) return second_header;
            if (Refusal why = value(depth)) return why;
        }
        return nullptr;
    }

    // What would be taken for the header that was dropped in front of it.
    bool begins_with_ext() const {
        MsgpackToken token;
        return MsgpackReader(reader_.rest()).next(token) && token.kind == MsgpackKind::ext;
    }

    Refusal map(uint32_t count, uint8_t flags, unsigned depth) {
        bool sorted = (flags & order_sorted) != 0, unsorted = false;
        size_t first = survey_.pairs.size(), previous = 0;
        if (!sorted) {
            survey_.maps.push_back(static_cast<uint32_t>(first));
            survey_.pairs.resize(first + count);
        }
        MsgpackToken key;
        for (uint32_t i = 0; i < count; i++) {
            size_t at = reader_.position();
            if (!reader_.next(key)) return cut;
            owed_--;
            if (!is_key(key)) return bad_key;
            int order = i == 0 ? -1 : compare_at(previous, at);
            if (order == 0) return duplicate_key;
            if (order > 0 && sorted) return not_sorted;
            unsorted |= order > 0;
            previous = at;
            if (!sorted) {
                auto maps = static_cast<uint32_t>(survey_.maps.size());
                survey_.pairs[first + i] = {static_cast<uint32_t>(at), maps};
            }
            if (Refusal why = value(depth)) return why;
        }
        return unsorted ? sort(first, count) : nullptr;
    }

    Refusal sort(size_t first, uint32_t count) {
        auto from = survey_.pairs.begin() + static_cast<ptrdiff_t>(first), to = from + count;
        std::sort(from, to, [&](Pair a, Pair b) { return compare_at(a.at, b.at) < 0; });
        auto same = [&](Pair a, Pair b) { return compare_at(a.at, b.at) == 0; };
        return std::adjacent_find(from, to, same) == to ? nullptr : duplicate_key;
    }

    int compare_at(size_t a, size_t b) const {
        return compare_values(value_.subspan(a), value_.subspan(b));
    }

    Bytes value_;
    MsgpackReader reader_;
    Survey& survey_;
    uint64_t owed_ = 0;  // values that heads have announced and that were not read yet
};

// The second pass: writes the stored form of what the first has accepted, and checks the order of
// sorted lists on what it has written, whose maps are sorted.
class Rewrite {
public:
    Rewrite(Bytes value, const Survey& survey, Buffer& out)
        : reader_(value), survey_(survey), out_(out), writer_(out) {}

    Refusal value() {
        size_t at = reader_.position();
        if (reader_.pass_short()) {
            copy_from(at);
            return nullptr;
        }
        MsgpackToken token;
        CHECK(reader_.next(token));
        switch (token.kind) {
            case MsgpackKind::integer: writer_.integer(token.integer); return nullptr;
            case MsgpackKind::uinteger: writer_.uinteger(token.uinteger); return nullptr;
            case MsgpackKind::string: writer_.raw(token.bytes); return nullptr;
            case MsgpackKind::array: return list(token);
            case MsgpackKind::map: return map(token);
            default: copy_from(at); return nullptr;
        }
    }

private:
    void copy_from(size_t at) {
        size_t size = reader_.position() - at;
        reader_.seek(at);
        out_.append(reader_.rest().first(size));
        reader_.seek(at + size);
    }

    Refusal list(MsgpackToken head) {
        Order order = read_order(reader_, head);
        writer_.array(head.count, order.flags);
        size_t previous = 0;
        for (uint32_t i = 0; i < head.count; i++) {
            size_t at = out_.size();
            if (Refusal why = value()) return why;
            if (order.flags != 0 && i != 0) {
                Bytes written = out_.bytes();
                if (compare_values(written.subspan(previous), written.subspan(at)) > 0)
                    return not_sorted;
            }
            previous = at;
        }
        return nullptr;
    }

    Refusal map(MsgpackToken head) {
        Order order = read_order(reader_, head);
        writer_.map(head.count, order.flags);
        if ((order.flags & order_sorted) == 0) return sorted_pairs(head.count);
        for (uint64_t i = 0; i < head.children(); i++)
            if (Refusal why = value()) return why;
        return nullptr;
    }

    Refusal sorted_pairs(uint32_t count) {
        const Pair* pairs = survey_.pairs.data() + survey_.maps[maps_++];
        // Where the map ends, as the last of its pairs in the input shows.
        size_t end = reader_.position();
        uint32_t end_maps = maps_;
        for (uint32_t i = 0; i < count; i++) {
            reader_.seek(pairs[i].at);
            maps_ = pairs[i].maps;
            if (Refusal why = value()) return why;
            if (Refusal why = value()) return why;
            end = std::max(end, reader_.position());
            end_maps = std::max(end_maps, maps_);
        }
        reader_.seek(end);
        maps_ = end_maps;
        return nullptr;
    }

    MsgpackReader reader_;
    const Survey& survey_;
    Buffer& out_;
    MsgpackWriter writer_;
    uint32_t maps_ = 0;  // how many unordered maps begin before the position
};

}  // namespace

Result<bool> check_canonical(Particle type, Bytes value, ResultCode refusal) {
    CHECK(is_collection(type));
    Check check(value);
    if (check.whole(type)) return true;
    if (check.refusal() != nullptr) return fail(refusal, check.refusal());
    return false;
}

Result<> canonicalize(Particle type, Bytes value, Buffer& out, ResultCode refusal) {
    CHECK(is_collection(type));
    if (value.size() > std::numeric_limits<uint32_t>::max())
        return fail(ResultCode::record_too_big, "a list or map of more than 4 GiB");
    Survey survey;
    if (Refusal why = Surveyor(value, survey).whole(type)) return fail(refusal, why);
    size_t before = out.size();
    if (Refusal why = Rewrite(value, survey, out).value()) {
        out.truncate(before);
        return fail(refusal, why);
    }
    return {};
}

}  // namespace winnow
