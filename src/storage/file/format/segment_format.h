#pragma once
// The start of a segment's file, and its name.
//
//   offset size
//        0    8  "WNWSEGMT"
//        8    4  format version, 1
//       12    4  0
//       16    8  segment number
//       24    8  LSN of the first entry
//       32    8  the store's id, a random number
//       40    8  when it was begun, ms since 1970-01-01 00:00 UTC
//       48   32  the namespace's name, zeros behind it
//       80    8  0
//       88    8  check: XXH3-64 of bytes 0 to 87
//       96       entries
//
// The file has its full size from the start: zeros follow the last entry.

#include <optional>
#include <string>
#include <string_view>

#include "record/version.h"

namespace winnow {

inline constexpr size_t segment_head_size = 96;
inline constexpr uint32_t segment_format_version = 1;
inline constexpr size_t namespace_name_length_max = 31;

struct SegmentHead {
    uint32_t format_version = segment_format_version;
    uint64_t number = 0;
    Lsn first_lsn = 0;
    uint64_t store_id = 0;
    uint64_t begun_ms = 0;
    std::string name;  // of the namespace
};

// Writes segment_head_size bytes. REQUIRES: a name of at most namespace_name_length_max bytes.
void encode_segment_head(const SegmentHead& head, uint8_t* at);
// Empty if the bytes are not such a head, or damaged. The caller looks at the version.
std::optional<SegmentHead> decode_segment_head(Bytes bytes);

// "0000000001.log", and back; empty for any other name.
std::string segment_file_name(uint64_t number);
std::optional<uint64_t> segment_number(std::string_view file_name);

}  // namespace winnow
