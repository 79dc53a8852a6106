#include "storage/file/file_store.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <thread>

#include "storage/file/file_store_testing.h"
#include "storage/file/log_thread.h"

namespace winnow {
namespace {

using testing::make_version;
using testing::StoreOnDisk;
using testing::text_of_entry;
using testing::tombstone_entry;
using testing::version_entry;
using State = StoreStatus::State;

struct FileStoreTest : ::testing::Test {
    FileStoreTest() { EXPECT_TRUE(on_disk.open()) << on_disk.error; }
    FileStore& store() { return *on_disk.store; }
    // Puts records until one is refused; how many went in.
    int fill_up(size_t value_size) {
        int count = 0;
        const std::string value(value_size, 'x');
        while (count < 100'000 && on_disk.put(1, value) != 0) {
            on_disk.drive();
            count++;
        }
        return count;
    }

    SimulatedFiles disk{1};
    StoreOnDisk on_disk{disk};
};

TEST_F(FileStoreTest, EverythingComesBack) {
    auto version = make_version(1, "one");
    EXPECT_EQ(on_disk.append(version_entry(*version)), 1u);
    EXPECT_EQ(on_disk.remove(2), 2u);
    Entry truncate{.kind = EntryKind::truncate, .set = "s", .last_update_ms = 9};
    EXPECT_EQ(on_disk.append(truncate, RoomFor::removal), 3u);
    EXPECT_EQ(store().durable(), 0u);
    on_disk.drive();
    EXPECT_EQ(store().durable(), 3u);
    ASSERT_TRUE(store().put_manifest(bytes_of("catalog")));

    ASSERT_TRUE(on_disk.open());
    std::map<Lsn, std::string> expected{{1, text_of_entry(version_entry(*version))},
                                        {2, text_of_entry(tombstone_entry(2))},
                                        {3, text_of_entry(truncate)}};
    EXPECT_EQ(on_disk.recovered, expected);
    EXPECT_EQ(on_disk.report.next_lsn, 4u);
    EXPECT_EQ(on_disk.report.cut_bytes, 0u);
    EXPECT_TRUE(on_disk.report.damage.empty());
    EXPECT_EQ(text_of(store().get_manifest().value()), "catalog");
    EXPECT_EQ(store().durable(), 3u);
    EXPECT_EQ(on_disk.put(5, "five"), 4u);
}

TEST_F(FileStoreTest, ACloseWritesWhatWaits) {
    on_disk.put(1, "one");
    ASSERT_TRUE(on_disk.open());
    EXPECT_EQ(on_disk.recovered.size(), 1u);
}

TEST_F(FileStoreTest, TellsWhenItIsDurable) {
    std::vector<Lsn> told;
    store().on_durable([&](Lsn lsn) { told.push_back(lsn); });
    on_disk.put(1, "one");
    on_disk.put(2, "two");
    EXPECT_TRUE(told.empty());
    on_disk.drive();
    EXPECT_EQ(told, std::vector<Lsn>{2});  // one sync for both
    EXPECT_EQ(store().status().syncs, 1u);
    EXPECT_TRUE(store().replies_wait());
}

TEST_F(FileStoreTest, IntervalSyncsWhenItsTimeHasCome) {
    on_disk.options.mode = SyncMode::interval;
    on_disk.options.interval_ms = 100;
    ASSERT_TRUE(on_disk.open());
    EXPECT_FALSE(store().replies_wait());
    on_disk.put(1, "one");
    on_disk.drive();
    on_disk.clock.advance_ms(99);
    on_disk.put(2, "two");
    on_disk.drive();
    EXPECT_EQ(store().durable(), 0u);
    on_disk.clock.advance_ms(1);
    on_disk.drive();
    EXPECT_EQ(store().durable(), 2u);
}

TEST_F(FileStoreTest, ReservationsThatAreDroppedGiveTheirRoomBack) {
    on_disk.options.buffer_max = 10'000;
    ASSERT_TRUE(on_disk.open());
    for (int i = 0; i < 100; i++) ASSERT_TRUE(store().reserve(5'000, RoomFor::write));
    auto held = store().reserve(9'000, RoomFor::write);
    ASSERT_TRUE(held);
    EXPECT_EQ(store().reserve(5'000, RoomFor::write).error().code, ResultCode::device_overload);
    *held = Reservation();
    EXPECT_TRUE(store().reserve(5'000, RoomFor::write));
    // More than may wait, but nothing else waits.
    EXPECT_TRUE(store().reserve(20'000, RoomFor::write));
    EXPECT_EQ(store().reserve(FileStore::segment_size_min, RoomFor::write).error().code,
              ResultCode::record_too_big);
}

// ---- segments -----------------------------------------------------------------------------------

TEST_F(FileStoreTest, SegmentsFollowEachOther) {
    const std::string value(3'000, 'v');
    for (uint64_t i = 0; i < 100; i++) {
        ASSERT_EQ(on_disk.put(i, value), i + 1);
        if (i % 7 == 0) on_disk.drive();
    }
    on_disk.drive();
    auto segments = store().segments();
    ASSERT_GT(segments.size(), 4u);
    for (size_t i = 0; i + 1 < segments.size(); i++) {
        EXPECT_TRUE(segments[i].sealed);
        EXPECT_LT(segments[i].first_lsn, segments[i + 1].first_lsn);
        EXPECT_EQ(segments[i].live_bytes, segments[i].data_bytes);
        EXPECT_GT(segments[i].bytes, segments[i].data_bytes);
    }
    EXPECT_FALSE(segments.back().sealed);
    ASSERT_TRUE(on_disk.open());
    EXPECT_EQ(on_disk.recovered.size(), 100u);
    auto again = store().segments();
    ASSERT_EQ(again.size(), segments.size());
    for (size_t i = 0; i < segments.size(); i++) {
        EXPECT_EQ(again[i].first_lsn, segments[i].first_lsn);
        EXPECT_EQ(again[i].data_bytes, segments[i].data_bytes);
        EXPECT_EQ(again[i].sealed, segments[i].sealed);
    }
}

TEST_F(FileStoreTest, LargeEntriesTakeTheirPlaceInTheOrder) {
    on_disk.options.segment_size = 1 << 20;
    disk.replace("d/manifest", encode_manifest({.store_id = 1, .name = "test", .contents = {}}));
    ASSERT_TRUE(on_disk.open());
    std::map<Lsn, std::string> expected;
    for (uint64_t i = 0; i < 12; i++) {
        auto version = make_version(i, std::string(i % 3 == 1 ? 300'000 : 100, 'v'));
        Lsn lsn = on_disk.append(version_entry(*version));
        ASSERT_NE(lsn, 0u);
        expected[lsn] = text_of_entry(version_entry(*version));
    }
    on_disk.drive();
    ASSERT_TRUE(on_disk.open());
    EXPECT_EQ(on_disk.recovered, expected);
}

TEST_F(FileStoreTest, SealScanReadAndRelease) {
    for (uint64_t i = 1; i <= 5; i++) on_disk.put(i, "value");
    on_disk.drive();
    uint64_t sealed = store().seal().value();
    on_disk.drive();
    on_disk.put(6, "more");
    on_disk.drive();
    ASSERT_EQ(store().segments().size(), 2u);

    std::vector<Location> locations;
    std::vector<Lsn> lsns;
    ASSERT_TRUE(store().scan(sealed, [&](Lsn lsn, const Entry&, const Location& location) {
        lsns.push_back(lsn);
        locations.push_back(location);
    }));
    EXPECT_EQ(lsns, (std::vector<Lsn>{1, 2, 3, 4, 5}));
    locations.push_back({sealed, locations[0].offset + 8, locations[0].size});
    std::vector<std::string> answers(locations.size());
    store().read(locations, [&](size_t i, Result<Bytes> bytes) {
        if (bytes) answers[i] = std::string(text_of(*bytes));
    });
    for (size_t i = 0; i < 5; i++) {
        auto version = make_version(i + 1, "value");
        version->set_lsn(i + 1);
        EXPECT_EQ(answers[i], text_of(version->bytes()));
    }
    EXPECT_EQ(answers[5], "");

    uint64_t active = store().segments()[1].segment;
    EXPECT_FALSE(store().release_segment(active));
    EXPECT_FALSE(store().release_segment(99));
    ASSERT_TRUE(store().release_segment(sealed));
    EXPECT_EQ(store().scan(sealed, [](Lsn, const Entry&, const Location&) {}).error().code,
              ResultCode::not_found);
    disk.restart();
    ASSERT_TRUE(on_disk.open());
    EXPECT_EQ(on_disk.recovered.size(), 1u);
    EXPECT_TRUE(on_disk.report.damage.empty());
    EXPECT_EQ(on_disk.report.next_lsn, 7u);
}

TEST_F(FileStoreTest, KnowsWhatIsDeadInEachSegment) {
    auto version = make_version(1, "value");
    const size_t size = version->size();
    for (uint64_t i = 0; i < 4; i++) on_disk.append(version_entry(*version));
    on_disk.drive();
    store().seal();
    on_disk.drive();
    for (uint64_t i = 0; i < 4; i++) on_disk.append(version_entry(*version));
    store().note_dead(2, size);
    store().note_dead(3, size);
    store().note_dead(8, size);
    on_disk.drive();
    auto segments = store().segments();
    ASSERT_EQ(segments.size(), 2u);
    EXPECT_EQ(segments[0].live_bytes, 2 * size);
    EXPECT_EQ(segments[1].live_bytes, 3 * size);
    EXPECT_EQ(store().status().live_bytes, 5 * size);

    // An LSN that no segment holds any more.
    ASSERT_TRUE(store().release_segment(segments[0].segment));
    store().note_dead(4, size);
    on_disk.drive();
    EXPECT_EQ(store().status().live_bytes, 3 * size);

    ASSERT_TRUE(on_disk.open());
    EXPECT_EQ(store().status().live_bytes, 4 * size);  // what is dead is told anew
}

// ---- trouble ------------------------------------------------------------------------------------

TEST_F(FileStoreTest, AFullDiskRefusesWritesAndThenTakesThemAgain) {
    disk.set_capacity(disk.used() + 2 * FileStore::segment_size_min);
    EXPECT_GT(fill_up(1'000), 100);
    EXPECT_EQ(on_disk.refused, ResultCode::out_of_space);
    EXPECT_EQ(store().status().state, State::full);
    EXPECT_EQ(on_disk.lines_at(LogLevel::warning), 1u) << on_disk.all_lines();
    EXPECT_NE(on_disk.all_lines().find("No space left"), std::string::npos);

    // Deletes go on, and so do versions that compaction moves.
    int removals = 0;
    while (removals < 100'000 && on_disk.remove(7) != 0) {
        on_disk.drive();
        removals++;
    }
    EXPECT_GT(removals, 100);
    EXPECT_LT(removals, 100'000);
    Entry moved = version_entry(*make_version(1, std::string(1'000, 'x')));
    moved.kind = EntryKind::relocated;
    uint64_t moved_bytes = 0;
    while (moved_bytes < FileStore::segment_size_min * 8 / 10) {
        auto version = make_version(1, std::string(1'000, 'x'));
        moved.version = version->bytes();
        ASSERT_NE(on_disk.append(moved, RoomFor::relocation), 0u);
        on_disk.drive();
        moved_bytes += entry_size(moved);
    }
    EXPECT_EQ(store().durable(), store().log().durable());

    // Room is made, here by compaction.
    ASSERT_TRUE(store().release_segment(store().segments()[0].segment));
    ASSERT_TRUE(store().release_segment(store().segments()[0].segment));
    on_disk.drive();
    EXPECT_NE(on_disk.put(1, "x"), 0u);
    EXPECT_EQ(store().status().state, State::open);
    const size_t records = on_disk.report.next_lsn;
    on_disk.drive();
    ASSERT_TRUE(on_disk.open()) << on_disk.error;
    EXPECT_TRUE(on_disk.report.damage.empty());
    EXPECT_GT(on_disk.report.next_lsn, records);
}

TEST_F(FileStoreTest, RoomThatOthersMakeIsFoundInTime) {
    disk.set_capacity(disk.used());
    fill_up(1'000);
    disk.set_capacity(UINT64_MAX);
    on_disk.drive();
    EXPECT_EQ(on_disk.put(1, std::string(1'000, 'x')), 0u);
    on_disk.clock.advance_ms(1'000);
    on_disk.drive();
    EXPECT_NE(on_disk.put(1, std::string(1'000, 'x')), 0u);
    EXPECT_EQ(on_disk.lines_at(LogLevel::warning), 1u);
    EXPECT_EQ(on_disk.lines_at(LogLevel::info), 1u);
}

TEST_F(FileStoreTest, OpensOnAFullDisk) {
    disk.set_capacity(disk.used());
    fill_up(1'000);
    ASSERT_TRUE(on_disk.open()) << on_disk.error;
    EXPECT_FALSE(on_disk.recovered.empty());
    EXPECT_EQ(on_disk.put(1, std::string(1'000, 'x')), 0u);
    EXPECT_EQ(on_disk.refused, ResultCode::out_of_space);
    EXPECT_NE(on_disk.remove(1), 0u);
}

TEST_F(FileStoreTest, AWriteThatFindsNoRoomIsTriedAgain) {
    disk.set_faults({.write_full = 1});
    on_disk.put(1, "one");
    for (int i = 0; i < 5; i++) {
        on_disk.drive();
        on_disk.clock.advance_ms(1'000);
    }
    EXPECT_EQ(store().durable(), 0u);
    EXPECT_FALSE(store().failed());
    disk.set_faults({});
    on_disk.put(2, "two");
    on_disk.drive();
    EXPECT_EQ(store().durable(), 2u);
    EXPECT_EQ(on_disk.lines_at(LogLevel::warning), 1u) << on_disk.all_lines();
    EXPECT_EQ(on_disk.lines_at(LogLevel::info), 1u);
}

TEST_F(FileStoreTest, AFailedSyncIsTheEndOfWriting) {
    on_disk.put(1, "one");
    on_disk.drive();
    std::vector<Lsn> told;
    store().on_durable([&](Lsn lsn) { told.push_back(lsn); });
    auto promised = store().reserve(1'000, RoomFor::write);
    on_disk.put(2, "two");
    disk.set_faults({.sync_error = 1});
    on_disk.drive();
    disk.set_faults({});
    EXPECT_TRUE(store().failed());
    EXPECT_EQ(told, std::vector<Lsn>{1});
    EXPECT_EQ(on_disk.lines_at(LogLevel::error), 1u) << on_disk.all_lines();
    EXPECT_NE(on_disk.all_lines().find("syncing the log failed: Input/output error"),
              std::string::npos);
    EXPECT_EQ(store().status().state, State::read_only);

    // Never again, though syncs would work now. What was promised is still taken.
    EXPECT_EQ(on_disk.put(3, "three"), 0u);
    EXPECT_EQ(on_disk.refused, ResultCode::forbidden);
    EXPECT_EQ(store().append(std::move(*promised), tombstone_entry(1)), 3u);
    on_disk.drive();
    EXPECT_EQ(store().durable(), 1u);
    EXPECT_FALSE(store().put_manifest({}));
    disk.restart();
    ASSERT_TRUE(on_disk.open());
    EXPECT_EQ(on_disk.recovered.count(1), 1u);
    EXPECT_NE(on_disk.put(3, "three"), 0u);
}

TEST_F(FileStoreTest, AFailedWriteIsTheEndOfWritingToo) {
    disk.set_faults({.write_error = 1});
    on_disk.put(1, "one");
    on_disk.drive();
    EXPECT_TRUE(store().failed());
    EXPECT_EQ(on_disk.lines_at(LogLevel::error), 1u);
}

// ---- the directory ------------------------------------------------------------------------------

TEST_F(FileStoreTest, ADirectoryIsUsedOnce) {
    StoreOnDisk second(disk);
    EXPECT_FALSE(second.open());
    EXPECT_NE(second.error.find("d is in use by another process"), std::string::npos)
        << second.error;
    on_disk.store.reset();
    EXPECT_TRUE(second.open());
}

TEST_F(FileStoreTest, AManifestThatDoesNotFitIsRefused) {
    on_disk.put(1, "one");
    on_disk.drive();
    on_disk.store.reset();
    const auto good = disk.contents("d/manifest");
    auto refused_with = [&](const char* text) {
        EXPECT_FALSE(on_disk.open());
        EXPECT_NE(on_disk.error.find(text), std::string::npos) << on_disk.error;
        EXPECT_EQ(on_disk.error.find('\n'), std::string::npos);
        disk.replace("d/manifest", good);
    };
    auto later = decode_manifest(good).value();
    later.format_version = 2;
    disk.replace("d/manifest", encode_manifest(later));
    refused_with("d/manifest has format version 2, and this program knows only 1");
    for (size_t i = 0; i < good.size(); i++) {
        disk.flip_bit("d/manifest", i, 3);
        bool is_version = i >= 8 && i < 12;
        refused_with(is_version ? "format version" : "d/manifest is damaged");
    }
    disk.replace("d/manifest", {});
    refused_with("d/manifest is damaged");
    ASSERT_TRUE(disk.remove("d/manifest"));
    refused_with("d/manifest is missing beside the log");
    on_disk.options.name = "other";
    refused_with("belongs to the namespace test, not to other");
    on_disk.options.name = "test";
    EXPECT_TRUE(on_disk.open());
    EXPECT_EQ(on_disk.recovered.size(), 1u);
}

TEST_F(FileStoreTest, SegmentsOfOthersAreRefused) {
    on_disk.put(1, "one");
    on_disk.drive();
    on_disk.store.reset();
    auto bytes = disk.contents("d/0000000001.log");
    auto with_head = [&](SegmentHead head) {
        encode_segment_head(head, bytes.data());
        disk.replace("d/0000000001.log", bytes);
        EXPECT_FALSE(on_disk.open());
        return on_disk.error;
    };
    const SegmentHead head = decode_segment_head(bytes).value();
    SegmentHead other = head;
    other.format_version = 9;
    EXPECT_NE(with_head(other).find("has format version 9"), std::string::npos);
    other = head;
    other.store_id++;
    EXPECT_NE(with_head(other).find("of another store"), std::string::npos);
    encode_segment_head(head, bytes.data());
    disk.replace("d/0000000001.log", bytes);
    EXPECT_TRUE(on_disk.open());
}

TEST(FileStoreOpen, AnUnusableDirectoryIsOneClearLine) {
    std::string pattern = ::testing::TempDir() + "winnow-store-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    ASSERT_TRUE(posix_files().open(pattern + "/file", OpenMode::create));
    auto opened = FileStore::open({.path = pattern + "/file/test", .name = "test"});
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error(), "cannot use the data directory " + pattern +
                                  "/file/test: Not a directory. Name another one, or run with "
                                  "memory storage");
    EXPECT_FALSE(FileStore::open({.path = pattern, .name = "test", .segment_size = 1}));
    EXPECT_FALSE(FileStore::open({.path = pattern, .name = ""}));
    std::filesystem::remove_all(pattern);
}

// ---- threads ------------------------------------------------------------------------------------

class FileStoreThreads : public ::testing::TestWithParam<SyncMode> {};

TEST_P(FileStoreThreads, ManyWritersAndOneLog) {
    std::string path = ::testing::TempDir() + "winnow-store-XXXXXX";
    ASSERT_NE(mkdtemp(path.data()), nullptr);
    FileStoreOptions options{.path = path + "/test",
                             .name = "test",
                             .mode = GetParam(),
                             .interval_ms = 5,
                             .segment_size = 1 << 20};
    constexpr uint64_t writers = 4, writes = 3'000;
    std::vector<std::vector<Lsn>> lsns(writers);
    {
        auto store = FileStore::open(options).value();
        ASSERT_TRUE(store->finish_recovery());
        std::atomic<Lsn> told{0};
        store->on_durable([&](Lsn lsn) {
            told.store(lsn);
            told.notify_all();
        });
        LogThread log(store->log());
        std::vector<std::thread> threads;
        for (uint64_t writer = 0; writer < writers; writer++)
            threads.emplace_back([&, writer] {
                for (uint64_t i = 0; i < writes; i++) {
                    auto version = make_version(writer * writes + i, std::string(100, 'v'));
                    auto room = store->reserve(version->size(), RoomFor::write);
                    ASSERT_TRUE(room) << room.error().text;
                    Lsn lsn = store->append(std::move(*room), version_entry(*version));
                    lsns[writer].push_back(lsn);
                    if (i > 0) store->note_dead(lsns[writer][i - 1], version->size());
                    if (i % 100 != 0) continue;
                    for (Lsn seen = told.load(); seen < lsn; seen = told.load()) told.wait(seen);
                    ASSERT_GE(store->durable(), lsn);
                }
            });
        for (auto& thread : threads) thread.join();
    }
    auto store = FileStore::open(options).value();
    std::mutex mutex;
    std::map<Lsn, Digest> found;
    std::vector<std::thread> readers;
    for (int i = 0; i < 2; i++)
        readers.emplace_back([&] {
            while (store->recover_some([&](Lsn lsn, const Entry& entry, const Location&) {
                std::lock_guard hold(mutex);
                found[lsn] = entry.digest;
            })) {
            }
        });
    for (auto& reader : readers) reader.join();
    auto report = store->finish_recovery();
    ASSERT_TRUE(report);
    EXPECT_TRUE(report->damage.empty());
    EXPECT_EQ(report->entries, writers * writes);
    ASSERT_EQ(found.size(), writers * writes);
    for (uint64_t writer = 0; writer < writers; writer++) {
        EXPECT_TRUE(std::is_sorted(lsns[writer].begin(), lsns[writer].end()));
        for (uint64_t i = 0; i < writes; i++)
            ASSERT_EQ(found.at(lsns[writer][i]), testing::digest_number(writer * writes + i));
    }
    store.reset();
    std::filesystem::remove_all(path);
}

INSTANTIATE_TEST_SUITE_P(Modes, FileStoreThreads,
                         ::testing::Values(SyncMode::commit, SyncMode::interval),
                         [](const auto& mode) {
                             return mode.param == SyncMode::commit ? "commit" : "interval";
                         });

}  // namespace
}  // namespace winnow
