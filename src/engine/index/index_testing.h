#pragma once
// What the tests and the benchmark of the indexes share: versions that carry a number, and digests
// of several temperaments.

#include <cstdint>
#include <vector>

#include "base/random.h"
#include "record/version.h"

namespace winnow::index_testing {

// A version whose last update time is `number`.
inline Version* numbered_version(const Digest& digest, uint64_t number) {
    return build_version({.digest = digest, .last_update_ms = number, .key = {}, .bins = {}});
}

// What a digest shares with the others of its family; the rest is random.
enum class Family {
    spread,         // nothing: digests of keys
    one_partition,  // the partition
    first_bytes,    // bytes 0 to 3: half of the order key
    order_key,      // bytes 0 to 5: told apart by the full digest alone
    prefix,         // bytes 0 to 7: one entry of a secondary index for all
    last_bytes,     // all but the two last bytes
    few_bits,       // bytes are 0 or 255, mostly 255
};
inline constexpr Family families[] = {Family::spread,    Family::one_partition, Family::first_bytes,
                                      Family::order_key, Family::prefix,        Family::last_bytes,
                                      Family::few_bits};

inline Digest member_of(Family family, Random& random) {
    Digest digest;
    for (uint8_t& byte : digest.bytes) byte = static_cast<uint8_t>(random.next());
    auto fix = [&](size_t count) {
        for (size_t i = 0; i < count; i++) digest.bytes[i] = static_cast<uint8_t>(0x5a + i * 37);
    };
    switch (family) {
        case Family::spread: break;
        case Family::one_partition:
            digest.bytes[0] = 0x21;
            digest.bytes[1] = static_cast<uint8_t>((digest.bytes[1] & 0xf0) | 0x3);
            break;
        case Family::first_bytes: fix(4); break;
        case Family::order_key: fix(6); break;
        case Family::prefix: fix(8); break;
        case Family::last_bytes: fix(18); break;
        case Family::few_bits:
            for (uint8_t& byte : digest.bytes) byte = random.one_in(6) ? 0 : 255;
            break;
    }
    return digest;
}

inline std::vector<Digest> members_of(Family family, size_t count, uint64_t seed) {
    Random random(seed);
    std::vector<Digest> digests(count);
    for (Digest& digest : digests) digest = member_of(family, random);
    return digests;
}

}  // namespace winnow::index_testing
