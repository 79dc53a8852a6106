#pragma once
// Reads one segment whole and tells its entries from damage.
//
// Only what passes its checks is an entry. Between whole entries there may be a hole: bytes that
// pass no check, and with them the LSNs that are missing (they are dense). Behind a hole the search
// goes on at every possible place, so damage costs what it hit and nothing more.
//
// In the last segment a hole may also be a torn tail: writes that never were confirmed. Each entry
// says up to where the log was durable when it was written. A hole whose first missing LSN was
// confirmed by any entry is damage and is contained; the first hole that was not ends the log, and
// whatever lies behind it is cut: nobody was ever told of it, and an entry behind a missing one
// would break the order. In all other segments everything had been confirmed.
//
// Thread rules: functions without state; the image must stay while contents are used.

#include <optional>
#include <vector>

#include "storage/file/format/entry_format.h"
#include "storage/file/format/segment_format.h"

namespace winnow {

struct Hole {
    uint64_t offset = 0;
    uint64_t bytes = 0;
    Lsn first_missing = 0;  // 0: not known
    Lsn next = 0;           // the first LSN behind it; 0: not known

    // Confirmed entries that are lost, as far as known.
    uint64_t missing() const { return first_missing != 0 && next != 0 ? next - first_missing : 0; }
};

struct FoundEntry {
    uint64_t offset = 0;
    EntryHead head;
};

struct SegmentContents {
    std::optional<SegmentHead> head;   // empty: damaged
    std::vector<FoundEntry> entries;   // whole ones, in order of LSN; no marks
    std::vector<Hole> holes;           // damage
    Lsn first_lsn = 0;                 // 0: not known
    Lsn next_lsn = 0;                  // 0: not known
    uint64_t end = segment_head_size;  // where the next entry would go
    uint64_t cut_bytes = 0;            // of the torn tail, from `end` to its last byte
    bool sealed = false;
    bool closed = false;  // by a clean close: nothing was left unsynced

    bool empty() const { return !head && entries.empty() && !sealed; }
};

struct SegmentImage {
    uint64_t store_id = 0;
    uint64_t number = 0;
    Bytes bytes;
    bool is_last = false;  // the newest segment that has anything in it
};

SegmentContents read_segment(const SegmentImage& image);

// Calls back for each entry. One that decodes to nothing in spite of its checks becomes a hole.
void deliver(const SegmentImage& image, SegmentContents& contents, const Store::ScanEntry& entry);

// Whether all bytes are zero: of a segment that was made but never begun.
bool is_blank(Bytes bytes);

}  // namespace winnow
