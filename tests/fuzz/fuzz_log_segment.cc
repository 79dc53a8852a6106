// A segment of the log, as a damaged disk may hold it. The checks would stop nearly every mutated
// entry at once, so the input says whether they are set right again first: then everything behind
// them is reached too.

#include <vector>

#include "storage/file/format/segment_reader.h"
#include "touch.h"

using namespace winnow;
using winnow::fuzz::require;
using winnow::fuzz::touch;

namespace {

constexpr uint64_t store_id = 1, number = 2;

// Gives every place that could be an entry the right checks, one behind the other.
void mend_checks(std::vector<uint8_t>& bytes) {
    for (uint64_t at = segment_head_size; at + entry_head_size <= bytes.size();) {
        const EntryHead head = head_of(bytes.data() + at);
        if (head.lsn == 0 || head.size() > bytes.size() - at) {
            at += entry_alignment;
            continue;
        }
        Lsn durable = head.behind < head.lsn ? head.lsn - head.behind : 0;
        seal_entry(bytes.data() + at, {store_id, number, at}, durable == head.lsn ? 0 : durable);
        at += head.size();
    }
}

void read(const SegmentImage& image) {
    SegmentContents contents = read_segment(image);
    uint64_t end = 0;
    Lsn last = 0;
    deliver(image, contents, [&](Lsn lsn, const Entry& entry, const Location& location) {
        require(lsn > last && location.offset >= end);
        require(location.offset + location.size <= image.bytes.size());
        require(entry.set.size() <= set_name_length_max);
        require(entry.version.empty() || is_valid_version(entry.version));
        touch(entry.version);
        touch(entry.set);
        last = lsn;
        end = location.offset + location.size;
    });
    require(end <= contents.end && contents.end + contents.cut_bytes <= image.bytes.size() + 96);
    require(contents.next_lsn == 0 || contents.next_lsn > last);
    for (const Hole& hole : contents.holes)
        require(hole.next == 0 || hole.next >= hole.first_missing);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size == 0) return 0;
    std::vector<uint8_t> bytes(data + 1, data + size);
    if (data[0] & 1) mend_checks(bytes);
    if ((data[0] & 2) && bytes.size() >= segment_head_size)
        encode_segment_head({.number = number, .first_lsn = 1, .store_id = store_id, .name = "n"},
                            bytes.data());
    read({store_id, number, bytes, (data[0] & 4) != 0});
    return 0;
}
