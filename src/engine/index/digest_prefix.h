#pragma once
// The first 8 bytes of a digest, rearranged so that the partition stands on top: how a secondary
// index names a record. Numbers compare as (partition, digest); two records that share a prefix are
// told apart by their full digests, which the primary index finds.
//
//   bits 63..52  partition
//   bits 51..20  the order key of the primary index (digest: high half of byte 1 to that of byte 5)
//   bits 19..0   low half of byte 5, bytes 6 and 7
//
// Digests of keys never share 64 bits by chance; digests made up by a client may, in any number.

#include "record/key/digest.h"

namespace winnow {

using DigestPrefix = uint64_t;

inline DigestPrefix digest_prefix(const Digest& digest) {
    uint64_t low = load_be<uint64_t>(digest.bytes.data()) & 0xffff'ffff'ffff;
    return uint64_t{digest.partition()} << 52 | uint64_t{digest.bytes[1]} >> 4 << 48 | low;
}
// The lowest digest with that prefix.
inline Digest lowest_digest(DigestPrefix prefix) {
    Digest digest;
    store_be<uint64_t>(digest.bytes.data(), prefix & 0xffff'ffff'ffff);
    digest.bytes[0] = static_cast<uint8_t>(prefix >> 52);
    digest.bytes[1] = static_cast<uint8_t>((prefix >> 48 & 0xf) << 4 | prefix >> 60);
    return digest;
}
inline uint32_t prefix_partition(DigestPrefix prefix) {
    return static_cast<uint32_t>(prefix >> 52);
}
inline uint32_t prefix_order_key(DigestPrefix prefix) {
    return static_cast<uint32_t>(prefix >> 20);
}

}  // namespace winnow
