// Damage to a log that was whole: flipped bits, lost sectors, a disk that cannot read. What is
// answered was appended, and what is missing is told.

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>

#include "storage/file/file_store_testing.h"

namespace winnow {
namespace {

using testing::make_version;
using testing::StoreOnDisk;
using testing::text_of_entry;
using testing::version_entry;

// A store of 300 records in several segments, closed.
struct DamageTest : ::testing::Test {
    DamageTest() {
        EXPECT_TRUE(on_disk.open());
        for (uint64_t i = 0; i < 300; i++) {
            auto version = make_version(i, std::string(100 + i * 7 % 1'000, 'v'));
            Lsn lsn = on_disk.append(version_entry(*version));
            whole[lsn] = text_of_entry(version_entry(*version));
            if (i % 5 == 0) on_disk.drive();
        }
        on_disk.drive();
        for (const SegmentInfo& info : on_disk.store->segments())
            files.push_back("d/" + segment_file_name(info.segment));
        EXPECT_GE(files.size(), 3u);
        on_disk.store.reset();
    }

    // Opens again: nothing invented, and as much reported missing as is.
    void expect_told() {
        ASSERT_TRUE(on_disk.open()) << on_disk.error;
        size_t found = 0;
        for (const auto& [lsn, text] : on_disk.recovered) {
            ASSERT_TRUE(whole.contains(lsn));
            ASSERT_EQ(text, whole.at(lsn));
            found++;
        }
        ASSERT_EQ(found + on_disk.report.missing, whole.size()) << on_disk.all_lines();
        if (found != whole.size()) {
            ASSERT_FALSE(on_disk.report.damage.empty());
        }
        ASSERT_EQ(on_disk.report.next_lsn, whole.size() + 1);
    }

    SimulatedFiles disk{1};
    StoreOnDisk on_disk{disk};
    std::map<Lsn, std::string> whole;
    std::vector<std::string> files;
};

TEST_F(DamageTest, FlippedBitsAreContainedAndTold) {
    std::map<std::string, std::vector<uint8_t>> good;
    for (const std::string& file : files) good[file] = disk.contents(file);
    size_t lost = 0;
    for (uint64_t seed = 1; seed <= 300; seed++) {
        SCOPED_TRACE(::testing::Message() << "seed " << seed);
        Random random(seed);
        for (uint64_t flips = 1 + random.below(4); flips > 0; flips--) {
            const std::string& file = files[random.below(files.size())];
            disk.flip_bit(file, random.below(good[file].size()), random.below(8) & 7);
        }
        ASSERT_NO_FATAL_FAILURE(expect_told());
        lost += on_disk.report.missing;
        on_disk.store.reset();
        for (const auto& [file, bytes] : good) disk.replace(file, bytes);
    }
    EXPECT_GT(lost, 100u);
}

TEST_F(DamageTest, LostSectorsAreContainedAndTold) {
    for (const std::string& file : files) {
        const auto good = disk.contents(file);
        for (size_t at = 0; at + 512 <= good.size(); at += 4'096) {
            auto bytes = good;
            std::fill_n(bytes.begin() + static_cast<ptrdiff_t>(at), 512, uint8_t{0});
            disk.replace(file, bytes);
            ASSERT_NO_FATAL_FAILURE(expect_told());
            ASSERT_LE(on_disk.report.missing, 6u);
            on_disk.store.reset();
            disk.replace(file, good);
        }
    }
}

TEST_F(DamageTest, TheLinesSayWhereAndHowMuch) {
    disk.flip_bit(files[1], 300, 0);
    ASSERT_TRUE(on_disk.open());
    ASSERT_EQ(on_disk.report.damage.size(), 1u);
    EXPECT_TRUE(on_disk.report.damage[0].starts_with("0000000002.log: damaged at offset 96, "))
        << on_disk.report.damage[0];
    EXPECT_NE(on_disk.report.damage[0].find("1 changes are lost, LSN "), std::string::npos);
    EXPECT_EQ(on_disk.lines_at(LogLevel::error), 2u) << on_disk.all_lines();
    EXPECT_NE(on_disk.all_lines().find("at least 1 changes lost"), std::string::npos);

    // The segment serves what is whole, and says that it is not all.
    size_t whole_entries = 0;
    uint64_t segment = on_disk.store->segments()[1].segment;
    auto scanned =
        on_disk.store->scan(segment, [&](Lsn, const Entry&, const Location&) { whole_entries++; });
    EXPECT_EQ(scanned.error().code, ResultCode::server_error);
    EXPECT_GT(whole_entries, 10u);
}

TEST_F(DamageTest, ADiskThatCannotReadCostsWhatItCannotRead) {
    for (const std::string& file : {files[0], files[1]}) {
        disk.spoil(file, 9'000, 14'000);
        ASSERT_NO_FATAL_FAILURE(expect_told());
        EXPECT_GT(on_disk.report.missing, 4u);
        EXPECT_LT(on_disk.report.missing, 60u);
        EXPECT_NE(on_disk.all_lines().find("the disk could not read 8192 bytes"),
                  std::string::npos);
        on_disk.store.reset();
        disk.spoil(file, 0, 0);
    }
    disk.spoil(files.back(), 0, FileStore::segment_size_min);
    ASSERT_TRUE(on_disk.open());
    EXPECT_GT(on_disk.recovered.size(), 200u);
    // What is written from here on gets LSNs of its own.
    EXPECT_GT(on_disk.put(1, "new"), 300u);
}

TEST_F(DamageTest, AnEmptiedSegmentInTheMiddleIsTold) {
    disk.replace(files[1], std::vector<uint8_t>(FileStore::segment_size_min));
    ASSERT_TRUE(on_disk.open());
    EXPECT_LT(on_disk.recovered.size(), 300u);
    ASSERT_FALSE(on_disk.report.damage.empty());
    EXPECT_NE(on_disk.report.damage[0].find("0000000002.log: nothing in it can be read"),
              std::string::npos);
}

TEST_F(DamageTest, WritingGoesOnAfterDamage) {
    disk.flip_bit(files.back(), 500, 1);
    ASSERT_TRUE(on_disk.open());
    Lsn lsn = on_disk.put(1, "new");
    EXPECT_EQ(lsn, 301u);
    on_disk.drive();
    disk.restart();
    ASSERT_TRUE(on_disk.open());
    EXPECT_TRUE(on_disk.recovered.contains(lsn));
    EXPECT_FALSE(on_disk.report.damage.empty());
}

}  // namespace
}  // namespace winnow
