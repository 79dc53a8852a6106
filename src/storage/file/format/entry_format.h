#pragma once
// An entry of the log, byte by byte. docs/formats/log.md draws it with the rest.
//
//   offset size
//        0    4  check of bytes 4 to 23
//        4    4  check of the body
//        8    6  LSN; of a mark: the LSN of the next entry
//       14    2  shard
//       16    4  size of the body in bytes
//       20    1  kind: EntryKind, or a mark: 254 closed, 255 sealed
//       21    1  length of the set's name
//       22    2  behind: LSN - durable LSN when this was written; 65535: that or more
//       24       body, then zeros up to a multiple of 8
//
//   body of  version, relocated   the version's block, set name
//            tombstone            digest (20), last update (6), set name
//            truncate             bounding LSN or 0 (6), last update (6), set name
//            clock                last update (6)
//            a mark               nothing
//
// Numbers are little-endian. A check is the low half of XXH3-64, seeded with the store's id, the
// segment's number and the entry's offset: bytes that lie in the wrong place are not valid, nor are
// bytes that somebody stored in a value to look like an entry. XXH3 and not a CRC, because a CRC
// with an unknown seed is still linear in what a client writes; its cost is about 5 ns for the head
// and 15 ns for a body of 150 bytes. The head has a check of its own, so that a damaged body costs
// one entry only, and so that the search for the next entry never hashes what a stray length says.
//
// Entries start at multiples of 8: the search tries an eighth of the places, and a version's block
// lies aligned as in memory. It costs 3.5 bytes an entry.
//
// Thread rules: functions without state.

#include <optional>

#include "storage/store.h"

namespace winnow {

inline constexpr size_t entry_head_size = 24;
inline constexpr size_t entry_alignment = 8;
inline constexpr size_t set_name_length_max = 63;
inline constexpr size_t digest_and_time_size = digest_size + 6;
// What an entry takes beyond what reserve() was told, at most.
inline constexpr size_t entry_overhead_max =
    entry_head_size + set_name_length_max + entry_alignment - 1;
inline constexpr uint16_t far_behind = 65535;
inline constexpr uint8_t kind_closed = 254;  // all before it is durable: written by a clean close
inline constexpr uint8_t kind_sealed = 255;  // and nothing follows in this segment

inline bool is_mark(uint8_t kind) {
    return kind == kind_closed || kind == kind_sealed;
}
inline size_t padded(size_t size) {
    return (size + entry_alignment - 1) & ~(entry_alignment - 1);
}

// Where an entry lies: what its checks are seeded with.
struct EntryPlace {
    uint64_t store_id = 0;
    uint64_t segment = 0;
    uint64_t offset = 0;
};

struct EntryHead {
    Lsn lsn = 0;
    uint16_t shard = 0;
    uint32_t body_size = 0;
    uint8_t kind = 0;
    uint8_t set_length = 0;
    uint16_t behind = 0;

    size_t size() const { return padded(entry_head_size + body_size); }
    // The LSN up to which all was durable when this was written, as far as it says; else 0.
    Lsn durable() const { return behind == far_behind || behind > lsn ? 0 : lsn - behind; }
};

// The bytes that an entry takes in the log.
size_t entry_size(const Entry& entry);

// Writes an entry, its checks apart. REQUIRES: entry_size(entry) bytes at `at`; the LSN may be 0
// and be set with stamp_lsn() before it is sealed.
void encode_entry(const Entry& entry, Lsn lsn, uint8_t* at);
void stamp_lsn(uint8_t* at, Lsn lsn);
// Writes a mark whole, entry_head_size bytes.
void encode_mark(uint8_t kind, Lsn next_lsn, uint8_t* at);
// Fills in `behind` and the checks, when the place is known.
void seal_entry(uint8_t* at, const EntryPlace& place, Lsn durable);

// The head at the start of `bytes` if its check is right and it is possible: a known kind, a body
// that ends within `bytes` and has the size its kind needs.
std::optional<EntryHead> read_head(Bytes bytes, const EntryPlace& place);
// The head as it stands, unchecked: of an entry that this process wrote.
EntryHead head_of(const uint8_t* at);
// Whether the body that belongs to a head is whole. `bytes` starts with the head.
bool body_is_whole(const EntryHead& head, Bytes bytes, const EntryPlace& place);
// The entry, viewing `bytes`. Empty if it is a mark, or its version is not a valid one.
std::optional<Entry> decode_entry(const EntryHead& head, Bytes bytes);

}  // namespace winnow
