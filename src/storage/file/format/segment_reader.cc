#include "storage/file/format/segment_reader.h"

#include <algorithm>

namespace winnow {
namespace {

constexpr size_t lsn_at = 8;

// Where the last byte that is not zero ends.
uint64_t end_of_bytes(Bytes bytes) {
    size_t end = bytes.size();
    while (end >= 8 && load_le<uint64_t>(bytes.data() + end - 8) == 0) end -= 8;
    while (end > 0 && bytes[end - 1] == 0) end--;
    return end;
}

// The search through one image. What it finds it adds to contents.
class Search {
public:
    Search(const SegmentImage& image, SegmentContents& contents)
        : image_(image), contents_(contents) {
        if (contents.head) next_ = contents.head->first_lsn;
    }

    void run() {
        uint64_t offset = segment_head_size;
        while (offset + entry_head_size <= image_.bytes.size())
            offset += possible(offset) ? look_at(offset) : entry_alignment;
        contents_.next_lsn = next_;
    }

    // The highest LSN that any head says was durable.
    Lsn confirmed() const { return confirmed_; }

private:
    // A quick look that refuses zeros and nearly all that is no entry.
    bool possible(uint64_t offset) const {
        Lsn lsn = load_le<uint64_t>(image_.bytes.data() + offset + lsn_at) & 0xffff'ffff'ffff;
        if (next_ == 0) return lsn != 0;
        return lsn >= next_ && lsn - next_ <= image_.bytes.size() / entry_head_size;
    }

    // Takes what stands there; returns how far to go on.
    uint64_t look_at(uint64_t offset) {
        Bytes rest = image_.bytes.subspan(offset);
        const EntryPlace place{image_.store_id, image_.number, offset};
        auto head = read_head(rest, place);
        if (!head) return entry_alignment;
        confirmed_ = std::max(confirmed_, head->durable());
        if (!body_is_whole(*head, rest, place)) return head->size();
        note_hole(offset, *head);
        contents_.sealed = head->kind == kind_sealed;
        contents_.closed = head->kind == kind_closed;
        next_ = head->lsn;
        if (!is_mark(head->kind)) {
            if (contents_.first_lsn == 0) contents_.first_lsn = head->lsn;
            contents_.entries.push_back({offset, *head});
            next_++;
        }
        contents_.end = offset + head->size();
        return head->size();
    }

    void note_hole(uint64_t offset, const EntryHead& head) {
        Lsn first_missing = next_;
        // Without the segment's head the first entry tells: what it knew as durable came before.
        if (next_ == 0) first_missing = head.durable() + 1;
        if (offset == contents_.end && first_missing == head.lsn) return;
        if (next_ == 0 && offset == contents_.end) return;  // the head alone is damaged
        contents_.holes.push_back({contents_.end, offset - contents_.end, first_missing, head.lsn});
    }

    const SegmentImage& image_;
    SegmentContents& contents_;
    Lsn next_ = 0;
    Lsn confirmed_ = 0;
};

// Ends the contents of the last segment at the first hole that no entry has confirmed.
void cut_tail(const SegmentImage& image, Lsn confirmed, SegmentContents& contents) {
    auto torn = std::find_if(contents.holes.begin(), contents.holes.end(), [&](const Hole& hole) {
        return hole.first_missing > confirmed && hole.missing() != 0;
    });
    if (torn != contents.holes.end()) {
        contents.end = torn->offset;
        contents.next_lsn = torn->first_missing;
        contents.sealed = contents.closed = false;
        std::erase_if(contents.entries,
                      [&](const FoundEntry& entry) { return entry.offset >= contents.end; });
        contents.holes.erase(torn, contents.holes.end());
    }
    uint64_t used = end_of_bytes(image.bytes);
    contents.cut_bytes = used > contents.end ? used - contents.end : 0;
}

}  // namespace

SegmentContents read_segment(const SegmentImage& image) {
    SegmentContents contents;
    contents.head = decode_segment_head(image.bytes);
    if (contents.head) contents.first_lsn = contents.head->first_lsn;
    Search search(image, contents);
    search.run();
    if (image.is_last)
        cut_tail(image, search.confirmed(), contents);
    else if (!contents.sealed && !contents.empty())
        contents.holes.push_back(
            {contents.end, image.bytes.size() - contents.end, contents.next_lsn, 0});
    return contents;
}

void deliver(const SegmentImage& image, SegmentContents& contents, const Store::ScanEntry& entry) {
    for (const FoundEntry& found : contents.entries) {
        const size_t size = found.head.size();
        if (auto decoded = decode_entry(found.head, image.bytes.subspan(found.offset, size)))
            entry(found.head.lsn, *decoded,
                  {image.number, found.offset, static_cast<uint32_t>(size)});
        else
            contents.holes.push_back({found.offset, size, found.head.lsn, found.head.lsn + 1});
    }
}

bool is_blank(Bytes bytes) {
    return end_of_bytes(bytes) == 0;
}

}  // namespace winnow
