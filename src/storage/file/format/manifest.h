#pragma once
// The manifest: what a store must know before it reads its log, and the engine's catalog.
//
//   offset size
//        0    8  "WNWMANIF"
//        8    4  format version, 1
//       12    4  size of the contents, n
//       16    8  the store's id, a random number
//       24   32  the namespace's name, zeros behind it
//       56    n  contents: the engine's
//     56+n    8  check: XXH3-64 of all before it
//
// It is replaced as a whole: written to manifest.new, synced, renamed, the directory synced.

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace winnow {

inline constexpr uint32_t manifest_format_version = 1;
inline constexpr size_t manifest_contents_max = size_t{1} << 30;

struct Manifest {
    uint32_t format_version = manifest_format_version;
    uint64_t store_id = 0;
    std::string name;
    std::vector<uint8_t> contents;
};

std::vector<uint8_t> encode_manifest(const Manifest& manifest);
// Of another format version only that number is read. Empty if damaged, or no manifest.
std::optional<Manifest> decode_manifest(Bytes bytes);

}  // namespace winnow
