// The formats of entries and segments, and reading them when they are whole, torn or damaged.

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "storage/file/format/log_testing.h"

namespace winnow {
namespace {

using testing::make_version;
using testing::read_all;
using testing::ReadEntry;
using testing::SegmentBuilder;
using testing::text_of_entry;
using testing::tombstone_entry;
using testing::version_entry;

TEST(EntryFormat, EachKindComesBackAsItWas) {
    auto version = make_version(5, "some value", 1'700'000'000'123);
    const std::string long_name(set_name_length_max, 'x');
    Entry relocated = version_entry(*version, "");
    relocated.kind = EntryKind::relocated;
    Entry truncate{.kind = EntryKind::truncate, .shard = 9, .set = "s", .last_update_ms = 55};
    Entry clock{.kind = EntryKind::clock, .last_update_ms = 66};
    SegmentBuilder segment;
    std::vector<std::string> expected;
    for (const Entry& entry :
         {version_entry(*version, long_name), relocated, tombstone_entry(8), truncate, clock}) {
        uint64_t before = segment.end();
        segment.add(entry, 0);
        EXPECT_EQ(segment.end() - before, entry_size(entry));
        EXPECT_LE(entry_size(entry), std::max<size_t>(entry.version.size(), digest_and_time_size) +
                                         entry_overhead_max);
        expected.push_back(text_of_entry(entry));
    }
    segment.add_mark(kind_sealed);
    auto read = read_all(segment.image(false));
    ASSERT_EQ(read.entries.size(), expected.size());
    for (size_t i = 0; i < expected.size(); i++)
        EXPECT_EQ(read.entries[i], (ReadEntry{i + 1, expected[i]}));
    EXPECT_TRUE(read.contents.sealed);
    EXPECT_TRUE(read.contents.holes.empty());
    EXPECT_EQ(read.contents.next_lsn, 6u);
    EXPECT_EQ(read.contents.head->name, "test");
}

TEST(EntryFormat, AVersionCarriesTheLsnOfItsEntry) {
    auto version = make_version(5, "x");
    SegmentBuilder segment(4096, 0x123456789abc);
    segment.add(version_entry(*version), 0);
    auto image = segment.image(true);
    SegmentContents contents = read_segment(image);
    deliver(image, contents, [](Lsn lsn, const Entry& entry, const Location&) {
        EXPECT_EQ(lsn, 0x123456789abcu);
        EXPECT_EQ(reinterpret_cast<const Version*>(entry.version.data())->lsn(), lsn);
    });
    EXPECT_EQ(contents.entries.size(), 1u);
}

TEST(EntryFormat, ATruncateThatIsMovedKeepsItsBound) {
    Entry truncate{.kind = EntryKind::truncate, .last_update_ms = 1};
    Entry moved = truncate;
    moved.below = 3;
    SegmentBuilder segment(4096, 10);
    segment.add(truncate, 0);
    segment.add(moved, 0);
    auto image = segment.image(true);
    SegmentContents contents = read_segment(image);
    std::vector<Lsn> bounds;
    deliver(image, contents,
            [&](Lsn, const Entry& entry, const Location&) { bounds.push_back(entry.below); });
    EXPECT_EQ(bounds, (std::vector<Lsn>{10, 3}));
}

// Bytes on disks out there: a change here needs a new format version.
TEST(SegmentFormat, TheBytesAreThoseOfTheDocumentation) {
    SegmentBuilder segment(384, 1, 1);
    Digest digest;
    digest.bytes.fill(0xdd);
    const uint8_t one[] = {0, 0, 0, 0, 0, 0, 0, 1};
    BinView bin{"a", 1, one};
    testing::OwnedVersion version(build_version(
        {.digest = digest, .last_update_ms = 1'700'000'000'000, .key = {}, .bins = {&bin, 1}}));
    segment.add(version_entry(*version, "s"), 0);
    segment.add({.kind = EntryKind::tombstone,
                 .shard = digest.partition(),
                 .set = "s",
                 .digest = digest,
                 .last_update_ms = 1'700'000'000'001},
                1);
    segment.add_mark(kind_sealed);
    std::string hex;
    for (size_t i = 0; i < segment.end(); i++) hex += fmt::format("{:02x}", segment.bytes()[i]);
    EXPECT_EQ(hex,
              "574e575345474d54010000000000000001000000000000000100000000000000"
              "efcdab9078563412000000000000000074657374000000000000000000000000"
              "0000000000000000000000000000000000000000000000009e213010141b3f9d"
              "b9e6b97554f93a19010000000000dd0d3b000000010101000100000000000100"
              "000000003a0000000068e5cf8b010100b8011c00016100000000000000"
              "01dddddddddddddddddddddddddddddddddddddddd730000000000"
              "c4123dcab2d54bbf020000000000dd0d1b00000002010100dddddddddddddddd"
              "dddddddddddddddddddddddd0168e5cf8b01730000000000"
              "8e034647466547c7030000000000000000000000ff000100");
}

TEST(SegmentFormat, NamesOfFiles) {
    EXPECT_EQ(segment_file_name(12), "0000000012.log");
    EXPECT_EQ(segment_number("0000000012.log"), 12u);
    EXPECT_EQ(segment_number(segment_file_name(12'345'678'901)), 12'345'678'901u);
    for (const char* name : {"12.log", "0000000012", "000000001x.log", "manifest", ".log", ""})
        EXPECT_FALSE(segment_number(name)) << name;
}

// Ten versions under the LSNs 1 to 10, three in a batch that was synced as a whole.
struct TenVersions {
    TenVersions() {
        for (uint64_t i = 0; i < 10; i++) {
            auto version = make_version(i, "value " + std::to_string(i));
            Entry entry = version_entry(*version);
            offsets.push_back(segment.add(entry, i / 3 * 3));
            texts.push_back({i + 1, text_of_entry(entry)});
        }
    }
    // That what was read is some of what was written, in order, and nothing else.
    void expect_some(const std::vector<ReadEntry>& read) const {
        size_t at = 0;
        for (const ReadEntry& entry : read) {
            while (at < texts.size() && !(texts[at] == entry)) at++;
            ASSERT_LT(at, texts.size()) << "LSN " << entry.lsn << " was never written";
        }
    }

    SegmentBuilder segment;
    std::vector<uint64_t> offsets;
    std::vector<ReadEntry> texts;
};

TEST(SegmentReader, ATornTailIsCutAtEveryByte) {
    TenVersions all;
    const auto whole = all.segment.bytes();
    for (uint64_t torn = segment_head_size; torn < all.segment.end(); torn++) {
        std::fill(all.segment.bytes().begin() + static_cast<ptrdiff_t>(torn),
                  all.segment.bytes().end(), uint8_t{0});
        auto read = read_all(all.segment.image(true));
        all.expect_some(read.entries);
        ASSERT_EQ(read.contents.next_lsn, read.entries.size() + 1);
        ASSERT_TRUE(read.contents.holes.empty());
        ASSERT_LE(read.contents.end, torn + entry_alignment - 1);  // padding is zero anyway
        ASSERT_GT(read.contents.end + 200, torn);
        ASSERT_LE(read.contents.end + read.contents.cut_bytes, std::max(torn, read.contents.end));
        all.segment.bytes() = whole;
    }
}

TEST(SegmentReader, NoFlippedBitInventsOrHidesAnything) {
    TenVersions all;
    all.segment.add_mark(kind_sealed);
    for (uint64_t offset = 0; offset < all.segment.end(); offset++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            all.segment.bytes()[offset] ^= static_cast<uint8_t>(1u << bit);
            auto read = read_all(all.segment.image(false));
            all.expect_some(read.entries);
            ASSERT_GE(read.entries.size(), 9u) << "one bit costs one entry";
            if (read.entries.size() == 9) {
                ASSERT_EQ(read.contents.holes.size(), 1u);
                ASSERT_EQ(read.contents.holes[0].missing(), 1u);
            }
            // A bit of the head, of a mark or of padding costs nothing.
            all.segment.bytes()[offset] ^= static_cast<uint8_t>(1u << bit);
        }
    }
}

TEST(SegmentReader, AHoleThatWasConfirmedIsDamageAndContained) {
    TenVersions all;
    all.segment.bytes()[all.offsets[4] + 30] ^= 1;  // LSN 5; LSN 7 knows that 6 was durable
    auto read = read_all(all.segment.image(true));
    all.expect_some(read.entries);
    EXPECT_EQ(read.entries.size(), 9u);
    ASSERT_EQ(read.contents.holes.size(), 1u);
    EXPECT_EQ(read.contents.holes[0].offset, all.offsets[4]);
    EXPECT_EQ(read.contents.holes[0].first_missing, 5u);
    EXPECT_EQ(read.contents.holes[0].next, 6u);
    EXPECT_EQ(read.contents.next_lsn, 11u);
}

TEST(SegmentReader, AHoleThatNobodyConfirmedEndsTheLog) {
    TenVersions all;
    auto more = make_version(99, "more");
    all.segment.add(version_entry(*more), 9);  // in one batch with LSN 10
    all.segment.bytes()[all.offsets[9] + 3] ^= 1;
    auto read = read_all(all.segment.image(true));
    EXPECT_EQ(read.entries.size(), 9u);
    EXPECT_TRUE(read.contents.holes.empty());
    EXPECT_EQ(read.contents.end, all.offsets[9]);
    EXPECT_EQ(read.contents.next_lsn, 10u);
    EXPECT_GT(read.contents.cut_bytes, 100u);
}

TEST(SegmentReader, AfterACleanCloseEveryHoleIsDamage) {
    TenVersions all;
    all.segment.add_mark(kind_closed);
    all.segment.bytes()[all.offsets[9] + 3] ^= 1;
    auto read = read_all(all.segment.image(true));
    EXPECT_EQ(read.entries.size(), 9u);
    ASSERT_EQ(read.contents.holes.size(), 1u);
    EXPECT_EQ(read.contents.holes[0].first_missing, 10u);
    EXPECT_EQ(read.contents.next_lsn, 11u);
}

TEST(SegmentReader, ADamagedHeadCostsNoEntry) {
    TenVersions all;
    all.segment.bytes()[20] ^= 1;
    for (bool is_last : {false, true}) {
        auto read = read_all(all.segment.image(is_last));
        EXPECT_FALSE(read.contents.head);
        EXPECT_EQ(read.entries, all.texts);
        EXPECT_EQ(read.contents.first_lsn, 1u);
    }
}

TEST(SegmentReader, ATornFirstBatchIsCutWhole) {
    // Nothing was ever synced here; the sectors in front were lost, those behind were not.
    SegmentBuilder segment(8192, 50);
    std::vector<uint64_t> offsets;
    for (uint64_t i = 0; i < 8; i++) {
        auto version = make_version(i, "value");
        offsets.push_back(segment.add(version_entry(*version), 49));
    }
    std::fill_n(segment.bytes().begin(), 512, uint8_t{0});
    auto read = read_all(segment.image(true));
    EXPECT_TRUE(read.contents.empty());
    EXPECT_GT(read.contents.cut_bytes, 0u);
}

TEST(SegmentReader, TheEndOfASegmentThatIsNotTheLastMustBeSealed) {
    TenVersions all;
    auto read = read_all(all.segment.image(false));
    ASSERT_EQ(read.contents.holes.size(), 1u);
    EXPECT_EQ(read.contents.holes[0].first_missing, 11u);
    EXPECT_EQ(read.contents.holes[0].next, 0u);
}

TEST(SegmentReader, AnEntryInsideAValueIsNotOne) {
    // A client stores what it thinks an entry looks like; then the entry around it is damaged.
    SegmentBuilder inner(1024, 2);
    auto planted = make_version(66, "planted");
    uint64_t offset = inner.add(version_entry(*planted), 0);
    std::string forged(text_of(inner.image(true).bytes.subspan(offset, inner.end() - offset)));
    for (size_t shift = 0; shift < entry_alignment; shift++) {
        SegmentBuilder segment;
        auto version = make_version(1, std::string(shift, ' ') + forged);
        uint64_t outer = segment.add(version_entry(*version), 0);
        segment.add(tombstone_entry(2), 1);
        segment.bytes()[outer] ^= 1;
        auto read = read_all(segment.image(true));
        ASSERT_EQ(read.entries.size(), 1u);
        EXPECT_EQ(read.entries[0], (ReadEntry{2, text_of_entry(tombstone_entry(2))}));
    }
}

TEST(SegmentReader, AnEntryInTheWrongPlaceIsNotOne) {
    TenVersions all;
    auto& bytes = all.segment.bytes();
    // The last entry again, further behind; as a misplaced write leaves it.
    std::copy_n(bytes.begin() + static_cast<ptrdiff_t>(all.offsets[9]),
                all.segment.end() - all.offsets[9],
                bytes.begin() + static_cast<ptrdiff_t>(all.segment.end() + 64));
    auto read = read_all(all.segment.image(true));
    EXPECT_EQ(read.entries, all.texts);
    EXPECT_GT(read.contents.cut_bytes, 64u);

    SegmentImage other = all.segment.image(true);
    other.number++;
    EXPECT_TRUE(read_all(other).entries.empty());
    other = all.segment.image(true);
    other.store_id++;
    EXPECT_TRUE(read_all(other).entries.empty());
}

TEST(SegmentReader, BlankAndTinyImages) {
    std::vector<uint8_t> zeros(1000);
    EXPECT_TRUE(is_blank(zeros));
    EXPECT_TRUE(is_blank({}));
    EXPECT_TRUE(read_all({1, 1, zeros, true}).contents.empty());
    EXPECT_EQ(read_all({1, 1, zeros, true}).contents.cut_bytes, 0u);
    for (size_t size : {0u, 1u, 8u, 95u, 96u, 97u, 119u, 120u})
        EXPECT_TRUE(read_all({1, 1, Bytes(zeros).first(size), true}).contents.empty());
    zeros[999] = 1;
    EXPECT_FALSE(is_blank(zeros));
}

}  // namespace
}  // namespace winnow
