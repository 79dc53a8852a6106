#include "storage/file/format/entry_format.h"

#include <algorithm>

#include "storage/file/format/checksum.h"

namespace winnow {
namespace {

constexpr size_t body_check_at = 4, lsn_at = 8, shard_at = 14, body_size_at = 16, kind_at = 20,
                 set_length_at = 21, behind_at = 22;
constexpr size_t lsn_size = 6;

uint64_t seed_of(const EntryPlace& place) {
    // Odd constants: each of the three reaches the seed without a loss.
    return place.store_id ^ (place.segment * 0x9e3779b97f4a7c15u) ^
           (place.offset * 0xc2b2ae3d27d4eb4fu);
}

uint32_t check_of(Bytes bytes, uint64_t seed) {
    return static_cast<uint32_t>(checksum(bytes, seed));
}
uint32_t head_check(const uint8_t* at, uint64_t seed) {
    return check_of({at + body_check_at, entry_head_size - body_check_at}, seed);
}
uint32_t body_check(const uint8_t* at, size_t body_size, uint64_t seed) {
    return check_of({at + entry_head_size, body_size}, ~seed);
}

uint64_t load_48(const uint8_t* at) {
    return load_le<uint32_t>(at) | uint64_t{load_le<uint16_t>(at + 4)} << 32;
}
void store_48(uint8_t* at, uint64_t value) {
    store_le<uint32_t>(at, static_cast<uint32_t>(value));
    store_le<uint16_t>(at + 4, static_cast<uint16_t>(value >> 32));
}

bool holds_version(uint8_t kind) {
    return kind == static_cast<uint8_t>(EntryKind::version) ||
           kind == static_cast<uint8_t>(EntryKind::relocated);
}

// The size of a body without its set name; of a version, the least that it can be.
std::optional<size_t> body_size_min(uint8_t kind) {
    if (is_mark(kind)) return 0;
    switch (static_cast<EntryKind>(kind)) {
        case EntryKind::version:
        case EntryKind::relocated: return Version::head_size + digest_size;
        case EntryKind::tombstone: return digest_and_time_size;
        case EntryKind::truncate: return 2 * lsn_size;
        case EntryKind::clock: return lsn_size;
    }
    return std::nullopt;
}

size_t body_size_of(const Entry& entry) {
    auto kind = static_cast<uint8_t>(entry.kind);
    size_t size = holds_version(kind) ? entry.version.size() : *body_size_min(kind);
    return size + entry.set.size();
}

void encode_head(uint8_t kind, uint32_t shard, size_t body_size, size_t set_length, uint8_t* at) {
    std::memset(at, 0, entry_head_size);
    store_le(at + shard_at, static_cast<uint16_t>(shard));
    store_le(at + body_size_at, static_cast<uint32_t>(body_size));
    at[kind_at] = kind;
    at[set_length_at] = static_cast<uint8_t>(set_length);
}

uint8_t* put(uint8_t* at, Bytes bytes) {
    if (!bytes.empty()) std::memcpy(at, bytes.data(), bytes.size());
    return at + bytes.size();
}

uint8_t* encode_fields(const Entry& entry, uint8_t* at) {
    if (entry.kind == EntryKind::tombstone) at = put(at, entry.digest.bytes);
    if (entry.kind == EntryKind::truncate) {
        store_48(at, entry.below);
        at += lsn_size;
    }
    store_48(at, entry.last_update_ms);
    return at + lsn_size;
}

}  // namespace

size_t entry_size(const Entry& entry) {
    return padded(entry_head_size + body_size_of(entry));
}

void encode_entry(const Entry& entry, Lsn lsn, uint8_t* at) {
    CHECK(entry.set.size() <= set_name_length_max);
    auto kind = static_cast<uint8_t>(entry.kind);
    const size_t body_size = body_size_of(entry);
    encode_head(kind, entry.shard, body_size, entry.set.size(), at);
    uint8_t* end = at + entry_head_size;
    end = holds_version(kind) ? put(end, entry.version) : encode_fields(entry, end);
    end = put(end, bytes_of(entry.set));
    std::fill(end, at + padded(entry_head_size + body_size), uint8_t{0});
    stamp_lsn(at, lsn);
}

void stamp_lsn(uint8_t* at, Lsn lsn) {
    store_48(at + lsn_at, lsn);
    if (holds_version(at[kind_at])) store_48(at + entry_head_size, lsn);
}

void encode_mark(uint8_t kind, Lsn next_lsn, uint8_t* at) {
    CHECK(is_mark(kind));
    encode_head(kind, 0, 0, 0, at);
    stamp_lsn(at, next_lsn);
}

void seal_entry(uint8_t* at, const EntryPlace& place, Lsn durable) {
    const EntryHead head = head_of(at);
    CHECK(durable < head.lsn);
    store_le(at + behind_at,
             static_cast<uint16_t>(std::min<uint64_t>(head.lsn - durable, far_behind)));
    const uint64_t seed = seed_of(place);
    store_le(at + body_check_at, body_check(at, head.body_size, seed));
    store_le(at, head_check(at, seed));
}

EntryHead head_of(const uint8_t* at) {
    return {load_48(at + lsn_at),
            load_le<uint16_t>(at + shard_at),
            load_le<uint32_t>(at + body_size_at),
            at[kind_at],
            at[set_length_at],
            load_le<uint16_t>(at + behind_at)};
}

std::optional<EntryHead> read_head(Bytes bytes, const EntryPlace& place) {
    if (bytes.size() < entry_head_size) return std::nullopt;
    if (load_le<uint32_t>(bytes.data()) != head_check(bytes.data(), seed_of(place)))
        return std::nullopt;
    EntryHead head = head_of(bytes.data());
    auto size_min = body_size_min(head.kind);
    if (head.lsn == 0 || !size_min || head.set_length > set_name_length_max) return std::nullopt;
    const size_t least = *size_min + head.set_length;
    if (head.body_size < least || head.size() > bytes.size()) return std::nullopt;
    if (!holds_version(head.kind) && head.body_size != least) return std::nullopt;
    return head;
}

bool body_is_whole(const EntryHead& head, Bytes bytes, const EntryPlace& place) {
    return load_le<uint32_t>(bytes.data() + body_check_at) ==
           body_check(bytes.data(), head.body_size, seed_of(place));
}

std::optional<Entry> decode_entry(const EntryHead& head, Bytes bytes) {
    if (is_mark(head.kind)) return std::nullopt;
    Bytes body = bytes.subspan(entry_head_size, head.body_size);
    Entry entry{.kind = static_cast<EntryKind>(head.kind),
                .shard = head.shard,
                .set = text_of(body.last(head.set_length)),
                .version = {},
                .digest = {}};
    body = body.first(body.size() - head.set_length);
    if (holds_version(head.kind)) {
        if (!is_valid_version(body) || load_48(body.data()) != head.lsn) return std::nullopt;
        entry.version = body;
        entry.digest = Digest::from(body.data() + body.size() - digest_size);
        entry.last_update_ms = load_48(body.data() + 16);
        return entry;
    }
    if (entry.kind == EntryKind::tombstone) entry.digest = Digest::from(body.data());
    if (entry.kind == EntryKind::truncate) {
        entry.below = load_48(body.data());
        if (entry.below == 0) entry.below = head.lsn;
    }
    entry.last_update_ms = load_48(body.data() + body.size() - lsn_size);
    return entry;
}

}  // namespace winnow
