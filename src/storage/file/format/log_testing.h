#pragma once
// What tests of the log build on: records, and segments as the log writes them.

#include <memory>
#include <string>
#include <vector>

#include "storage/file/format/segment_reader.h"

namespace winnow::testing {

struct VersionFree {
    void operator()(Version* version) const { free_version(version); }
};
using OwnedVersion = std::unique_ptr<Version, VersionFree>;

inline Digest digest_number(uint64_t number) {
    Digest digest;
    for (size_t i = 0; i < digest_size; i += 4)
        store_le(digest.bytes.data() + i, static_cast<uint32_t>(number * 0x9e3779b9u + i));
    return digest;
}

// A record with one bin "v" that holds `value`.
inline OwnedVersion make_version(uint64_t key, std::string_view value,
                                 uint64_t last_update_ms = 1) {
    BinView bin{"v", 4, bytes_of(value)};
    return OwnedVersion(build_version({.digest = digest_number(key),
                                       .last_update_ms = last_update_ms,
                                       .key = {},
                                       .bins = {&bin, 1}}));
}

inline Entry version_entry(const Version& version, std::string_view set = "set") {
    return {.kind = EntryKind::version,
            .shard = version.digest().partition(),
            .set = set,
            .version = version.bytes(),
            .digest = version.digest(),
            .last_update_ms = version.last_update_ms()};
}
inline Entry tombstone_entry(uint64_t key, std::string_view set = "set") {
    return {.kind = EntryKind::tombstone,
            .shard = digest_number(key).partition(),
            .set = set,
            .digest = digest_number(key),
            .last_update_ms = 77};
}

// Everything an entry says, to compare; the LSN inside a version apart.
inline std::string text_of_entry(const Entry& entry) {
    std::string version(text_of(entry.version));
    if (!version.empty()) version.replace(0, 6, 6, '\0');
    return std::to_string(static_cast<int>(entry.kind)) + "/" + std::to_string(entry.shard) + "/" +
           std::string(entry.set) + "/" + std::string(text_of(entry.digest.bytes)) + "/" +
           std::to_string(entry.last_update_ms) + "/" + version;
}

// A segment in memory, filled one entry after the other.
class SegmentBuilder {
public:
    explicit SegmentBuilder(size_t size = 4096, Lsn first_lsn = 1, uint64_t number = 7)
        : bytes_(size), number_(number), next_(first_lsn) {
        encode_segment_head(
            {.number = number, .first_lsn = first_lsn, .store_id = store_id, .name = "test"},
            bytes_.data());
    }
    // Adds an entry that knows `durable` as safe; returns where it lies.
    uint64_t add(const Entry& entry, Lsn durable) {
        encode_entry(entry, next_++, bytes_.data() + end_);
        return seal(durable);
    }
    uint64_t add_mark(uint8_t kind) {
        encode_mark(kind, next_, bytes_.data() + end_);
        return seal(next_ - 1);
    }
    void skip_lsn() { next_++; }

    std::vector<uint8_t>& bytes() { return bytes_; }
    uint64_t end() const { return end_; }
    SegmentImage image(bool is_last) const { return {store_id, number_, bytes_, is_last}; }

    static constexpr uint64_t store_id = 0x1234567890abcdef;

private:
    uint64_t seal(Lsn durable) {
        uint64_t offset = end_;
        seal_entry(bytes_.data() + offset, {store_id, number_, offset}, durable);
        end_ += head_of(bytes_.data() + offset).size();
        return offset;
    }

    std::vector<uint8_t> bytes_;
    uint64_t number_;
    uint64_t end_ = segment_head_size;
    Lsn next_;
};

struct ReadEntry {
    Lsn lsn;
    std::string text;
    bool operator==(const ReadEntry&) const = default;
};

struct ReadSegment {
    SegmentContents contents;
    std::vector<ReadEntry> entries;
};

inline ReadSegment read_all(const SegmentImage& image) {
    ReadSegment result{read_segment(image), {}};
    deliver(image, result.contents, [&](Lsn lsn, const Entry& entry, const Location& location) {
        CHECK(location.segment == image.number);
        CHECK(location.offset + location.size <= image.bytes.size());
        result.entries.push_back({lsn, text_of_entry(entry)});
    });
    return result;
}

}  // namespace winnow::testing
