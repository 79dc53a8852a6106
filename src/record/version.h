#pragma once
// A version of a record: one flat, immutable block of memory. A write builds the next version and
// publishes its pointer; readers never wait. The block is self-contained (bin names lie in it), so
// the same bytes serve memory, log, backup and RADOS. The set is not in it: the index entry and the
// log entry carry it.
//
//   offset size
//        0    6  LSN: log sequence number, little-endian
//        6    2  generation, 1 to 65,535, then 1 again
//        8    4  void time, seconds since 2010-01-01, 0 = never
//       12    4  size of the block in bytes (27 bits), flags above (wide, key)
//       16    6  last update time, ms since 1970
//       22    2  number of bins n
//       24    n  per bin a hash of its name
//             n  per bin its particle type
//         n x 2  per bin where it starts, from the start of the block (n x 4 if wide)
//                bins, in the order of writing: u8 name length | name | value as on the wire
//                if flag key: u8 particle type | key bytes | u32 size of both
//               20  digest
//
// What filters and scans ask (times, generation, directory) lies in the first cache line, the
// digest, which only replies need, at the end. A bin stands as it does in a reply, so that sending
// it is one copy. An LSN has 48 bits: at a million writes a second it lasts nine years.
//
// Thread rules: a Version is read under an EpochGuard, or by whoever built it before publishing.

#include <cstdint>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "record/key/digest.h"

namespace winnow {

using Lsn = uint64_t;

inline constexpr size_t bin_name_length_max = 15;
inline constexpr size_t bins_per_record_max = 32767;
inline constexpr size_t record_size_limit = (size_t{1} << 27) - 1;

// One bin of a version, or of a record that is being built. Views only.
struct BinView {
    std::string_view name;
    uint8_t particle = 0;
    Bytes value;
};

// The key a record keeps if the client asked for it.
struct KeyView {
    static constexpr uint8_t none = 0xff;

    uint8_t particle = none;  // any other type may be a key's, even nil
    Bytes value;

    explicit operator bool() const { return particle != none; }
};

// One byte that tells most names apart; the directory is searched by it.
inline uint8_t bin_name_hash(std::string_view name) {
    if (name.empty()) return 0;
    auto at = [&](size_t i) { return static_cast<unsigned>(static_cast<uint8_t>(name[i])); };
    unsigned mixed = at(0) * 7 + at(name.size() - 1) * 31 + at(name.size() / 2) * 13;
    return static_cast<uint8_t>(mixed + static_cast<unsigned>(name.size()) * 101);
}

class Version {
public:
    static constexpr int none = -1;

    Lsn lsn() const { return load_le<uint64_t>(head_) & 0xffff'ffff'ffff; }
    uint16_t generation() const { return load_le<uint16_t>(head_ + 6); }
    uint32_t void_time() const { return load_le<uint32_t>(head_ + 8); }
    uint32_t size() const { return load_le<uint32_t>(head_ + 12) & size_mask; }
    uint64_t last_update_ms() const { return load_le<uint64_t>(head_ + 16) & 0xffff'ffff'ffff; }
    uint32_t bin_count() const { return load_le<uint16_t>(head_ + 22); }
    Digest digest() const { return Digest::from(head_ + size() - digest_size); }
    const uint8_t* digest_bytes() const { return head_ + size() - digest_size; }
    Bytes bytes() const { return {head_, size()}; }

    bool has_key() const { return load_le<uint32_t>(head_ + 12) & flag_key; }
    KeyView key() const;
    // Particle type and key bytes as they lie there, empty without a key.
    Bytes key_record() const;

    bool expired_at(uint32_t now_seconds) const {
        uint32_t end = void_time();
        return end != 0 && end <= now_seconds;
    }

    // The bin at a position; index < bin_count().
    BinView bin(uint32_t index) const {
        uint32_t from = bin_offset(index), to = bin_end(index);
        uint8_t length = head_[from];
        return {{reinterpret_cast<const char*>(head_) + from + 1, length},
                bin_particle(index),
                {head_ + from + 1 + length, to - from - 1 - length}};
    }
    uint8_t bin_particle(uint32_t index) const { return directory()[bin_count() + index]; }
    // The bin as it lies there: u8 name length, name, value.
    Bytes bin_record(uint32_t index) const {
        uint32_t from = bin_offset(index);
        return {head_ + from, bin_end(index) - from};
    }
    // The bytes of all bins as they lie there, one behind the other.
    size_t bin_records_size() const { return bin_count() == 0 ? 0 : bins_end() - bin_offset(0); }
    // The position of the bin of that name, or `none`. About 2 ns for up to 16 bins.
    int find_bin(std::string_view name) const { return find_bin(name, bin_name_hash(name)); }
    // The same with the hash of the name at hand.
    int find_bin(std::string_view name, uint8_t hash) const;

    // Only before it is published.
    void set_lsn(Lsn lsn) {
        store_le<uint32_t>(head_, static_cast<uint32_t>(lsn));
        store_le<uint16_t>(head_ + 4, static_cast<uint16_t>(lsn >> 32));
    }

    Version() = delete;
    Version(const Version&) = delete;

    static constexpr size_t head_size = 24;
    static constexpr uint32_t size_mask = (1u << 27) - 1;
    static constexpr uint32_t flag_wide = 1u << 27;
    static constexpr uint32_t flag_key = 1u << 28;

private:
    const uint8_t* directory() const { return head_ + head_size; }
    bool wide() const { return load_le<uint32_t>(head_ + 12) & flag_wide; }
    uint32_t bin_offset(uint32_t index) const {
        const uint8_t* offsets = directory() + 2 * bin_count();
        return wide() ? load_le<uint32_t>(offsets + 4 * index)
                      : load_le<uint16_t>(offsets + 2 * index);
    }
    uint32_t bin_end(uint32_t index) const {
        return index + 1 < bin_count() ? bin_offset(index + 1) : bins_end();
    }
    uint32_t bins_end() const {
        uint32_t end = size() - uint32_t{digest_size};
        if (has_key()) end -= 4 + load_le<uint32_t>(head_ + end - 4);
        return end;
    }

    uint8_t head_[head_size];  // the rest of the block follows
};

// What a version is built from.
struct VersionParts {
    Digest digest;
    uint16_t generation = 1;
    uint32_t void_time = 0;
    uint64_t last_update_ms = 0;
    KeyView key;
    std::span<const BinView> bins;
};

// The size a version of these parts will have.
size_t version_size(const VersionParts& parts);

// Builds a version in one allocation; its LSN is 0 until set. REQUIRES: names at most 15 bytes, at
// most bins_per_record_max bins, version_size(parts) <= record_size_limit. The caller owns it:
// free_version() while it is unpublished, retire_version() once readers may have seen it.
Version* build_version(const VersionParts& parts);
// A copy of a valid version's bytes, likewise.
Version* copy_version(Bytes bytes);
void free_version(Version* version);
void retire_version(Version* version);

// True if these bytes are a whole, consistent version: for whatever comes from a disk or a network.
bool is_valid_version(Bytes bytes);

}  // namespace winnow
