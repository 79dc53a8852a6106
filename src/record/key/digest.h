#pragma once
// A record is addressed by its digest: RIPEMD-160 of set name, key type and key bytes. The server
// never needs the key; it trusts the digest a client sends (wire reference §4.6).
//
//   digest     = RIPEMD160( set name | u8 particle type | key bytes )
//   partition  = (digest[0] | digest[1] << 8) & 4095
//
// Inside a partition records stand in descending order of their digests, bytes compared from the
// left. As all digests of a partition agree in byte 0 and the low half of byte 1, the next 32 bits
// (high half of byte 1 to high half of byte 5) decide nearly always: the order key.

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/bytes.h"

namespace winnow {

inline constexpr size_t digest_size = 20;
inline constexpr uint32_t partition_count = 4096;

struct Digest {
    std::array<uint8_t, digest_size> bytes{};

    static Digest from(const uint8_t* at) {
        Digest digest;
        std::memcpy(digest.bytes.data(), at, digest_size);
        return digest;
    }
    uint32_t partition() const { return load_le<uint16_t>(bytes.data()) & (partition_count - 1); }
    // The 32 bits after the partition's, most significant first: orders within a partition.
    uint32_t order_key() const {
        // The low half of byte 1 is the partition's, so its high half goes in front by itself.
        return (bytes[1] & 0xf0u) << 24 | load_be<uint32_t>(bytes.data() + 2) >> 4;
    }
    // What digest-modulo reads: u32 little-endian of bytes 16 to 19.
    uint32_t modulo_word() const { return load_le<uint32_t>(bytes.data() + 16); }
    // Evenly spread bits that neither the partition nor the order key uses: for lock stripes.
    uint32_t stripe_word() const { return load_le<uint32_t>(bytes.data() + 8); }

    bool operator==(const Digest& other) const = default;
    std::strong_ordering operator<=>(const Digest& other) const {
        return std::memcmp(bytes.data(), other.bytes.data(), digest_size) <=> 0;
    }
};

// The digest of a key: `type` is its particle type (1, 2, 3, 4), integers and doubles are 8 bytes
// big-endian. An empty set name is no set. About 0.5 us.
Digest digest_of(std::string_view set, uint8_t type, Bytes key);
Digest digest_of(std::string_view set, int64_t key);
Digest digest_of(std::string_view set, std::string_view key);

}  // namespace winnow
