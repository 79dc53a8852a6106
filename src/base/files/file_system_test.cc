#include "base/files/file_system.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <functional>

#include "base/files/simulated_files.h"

namespace winnow {
namespace {

// Both kinds of files must behave alike as long as nothing goes wrong.
class Files : public ::testing::TestWithParam<const char*> {
protected:
    void SetUp() override {
        std::string pattern = ::testing::TempDir() + "winnow-files-XXXXXX";
        ASSERT_NE(mkdtemp(pattern.data()), nullptr);
        path_ = pattern;
        if (GetParam() == std::string("simulated")) files_ = &simulated_;
    }
    void TearDown() override { std::filesystem::remove_all(path_); }

    std::string in(const char* name) const { return path_ + "/" + name; }
    std::string text(const std::string& path) {
        auto file = files_->open(path, OpenMode::read).value();
        std::vector<uint8_t> bytes(file->size().value() + 10);
        bytes.resize(file->read_at(0, bytes).value());
        return std::string(text_of(bytes));
    }

    std::string path_;
    SimulatedFiles simulated_{1};
    FileSystem* files_ = &posix_files();
};

TEST_P(Files, WriteReadAndSize) {
    EXPECT_EQ(files_->open(in("a"), OpenMode::read).error().number, ENOENT);
    auto file = files_->open(in("a"), OpenMode::create).value();
    EXPECT_EQ(files_->open(in("a"), OpenMode::create).error().number, EEXIST);
    const Bytes pieces[] = {bytes_of("one "), {}, bytes_of("two "), bytes_of("three")};
    ASSERT_TRUE(write_all(*file, 0, pieces));
    ASSERT_TRUE(write_all(*file, 4, bytes_of("TWO")));
    ASSERT_TRUE(file->sync_data());
    EXPECT_EQ(text(in("a")), "one TWO three");
    ASSERT_TRUE(file->allocate(100));
    EXPECT_EQ(file->size().value(), 100u);
    EXPECT_EQ(text(in("a")), "one TWO three" + std::string(87, '\0'));
}

TEST_P(Files, NamesMoveAndGo) {
    auto file = files_->open(in("a"), OpenMode::create).value();
    ASSERT_TRUE(write_all(*file, 0, bytes_of("new")));
    ASSERT_TRUE(files_->open(in("b"), OpenMode::create));
    ASSERT_TRUE(files_->rename(in("a"), in("b")));
    ASSERT_TRUE(files_->sync_directory(path_));
    EXPECT_EQ(files_->list(path_).value(), std::vector<std::string>{"b"});
    EXPECT_EQ(text(in("b")), "new");
    ASSERT_TRUE(files_->remove(in("b")));
    EXPECT_EQ(files_->remove(in("b")).error().number, ENOENT);
    EXPECT_TRUE(files_->list(path_).value().empty());
}

TEST_P(Files, ALockIsHeldOnce) {
    auto lock = files_->lock(in("lock"));
    ASSERT_TRUE(lock);
    EXPECT_EQ(files_->lock(in("lock")).error().number, EWOULDBLOCK);
    lock->reset();
    EXPECT_TRUE(files_->lock(in("lock")));
}

INSTANTIATE_TEST_SUITE_P(Both, Files, ::testing::Values("posix", "simulated"),
                         [](const auto& kind) { return kind.param; });

TEST(PosixFiles, DirectoriesAreMadeWithThoseAboveThem) {
    std::string pattern = ::testing::TempDir() + "winnow-files-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    ASSERT_TRUE(posix_files().make_directory(pattern + "/a/b/c"));
    ASSERT_TRUE(posix_files().make_directory(pattern + "/a/b/c"));
    EXPECT_TRUE(std::filesystem::is_directory(pattern + "/a/b/c"));
    ASSERT_TRUE(posix_files().open(pattern + "/file", OpenMode::create));
    EXPECT_EQ(posix_files().make_directory(pattern + "/file/x").error().number, ENOTDIR);
    std::filesystem::remove_all(pattern);
}

std::string text_in(SimulatedFiles& disk, const std::string& path) {
    auto bytes = disk.contents(path);
    return std::string(text_of(bytes));
}

TEST(SimulatedFiles, WhatWasSyncedSurvives) {
    for (uint64_t seed = 1; seed < 200; seed++) {
        SimulatedFiles disk(seed);
        auto file = disk.open("d/a", OpenMode::create).value();
        ASSERT_TRUE(write_all(*file, 0, bytes_of("safe")));
        ASSERT_TRUE(file->sync_data());
        ASSERT_TRUE(disk.sync_directory("d"));
        ASSERT_TRUE(write_all(*file, 4, bytes_of("more")));
        disk.restart();
        ASSERT_EQ(text_in(disk, "d/a").substr(0, 4), "safe");
        ASSERT_EQ(file->sync_data().error().number, EIO);
    }
}

// How many of 200 seeds have the outcome.
int count_seeds(const std::function<bool(SimulatedFiles&)>& outcome) {
    int count = 0;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        SimulatedFiles disk(seed);
        count += outcome(disk);
    }
    return count;
}

TEST(SimulatedFiles, WhatWasNotSyncedIsLostKeptOrTorn) {
    auto after_cut = [](SimulatedFiles& disk) {
        auto file = disk.open("d/a", OpenMode::create).value();
        EXPECT_TRUE(disk.sync_directory("d"));
        EXPECT_TRUE(write_all(*file, 0, bytes_of(std::string(1024, 'x'))));
        disk.restart();
        std::string text = text_in(disk, "d/a");
        text.resize(1024);
        return static_cast<size_t>(std::count(text.begin(), text.end(), 'x'));
    };
    EXPECT_GT(count_seeds([&](SimulatedFiles& disk) { return after_cut(disk) == 0; }), 10);
    EXPECT_GT(count_seeds([&](SimulatedFiles& disk) { return after_cut(disk) == 512; }), 10);
    EXPECT_GT(count_seeds([&](SimulatedFiles& disk) { return after_cut(disk) == 1024; }), 10);
    EXPECT_GT(count_seeds([&](SimulatedFiles& disk) { return after_cut(disk) % 512 != 0; }), 10);
}

TEST(SimulatedFiles, NamesThatWereNotSyncedMayBeLost) {
    int lost = count_seeds([](SimulatedFiles& disk) {
        EXPECT_TRUE(disk.open("d/a", OpenMode::create));
        disk.restart();
        return disk.list("d").value().empty();
    });
    EXPECT_GT(lost, 20);
    EXPECT_LT(lost, 180);
}

TEST(SimulatedFiles, AFailedSyncIsNotMendedByTheNext) {
    int lost = count_seeds([](SimulatedFiles& disk) {
        auto file = disk.open("d/a", OpenMode::create).value();
        EXPECT_TRUE(disk.sync_directory("d"));
        EXPECT_TRUE(write_all(*file, 0, bytes_of("text")));
        disk.set_faults({.sync_error = 1});
        EXPECT_EQ(file->sync_data().error().number, EIO);
        disk.set_faults({});
        EXPECT_TRUE(file->sync_data());
        disk.restart();
        return text_in(disk, "d/a") != "text";
    });
    EXPECT_GT(lost, 20);
}

TEST(SimulatedFiles, AFullDiskAndThePowerCut) {
    SimulatedFiles disk(1);
    disk.set_capacity(100);
    auto file = disk.open("d/a", OpenMode::create).value();
    ASSERT_TRUE(file->allocate(90));
    EXPECT_EQ(file->allocate(101).error().number, ENOSPC);
    EXPECT_EQ(write_all(*file, 90, bytes_of("12345678901")).error().number, ENOSPC);
    EXPECT_TRUE(write_all(*file, 80, bytes_of("1234567890")));
    disk.cut_power_after(2);
    EXPECT_TRUE(file->sync_data());
    EXPECT_EQ(file->sync_data().error().number, EIO);
    EXPECT_TRUE(disk.power_is_out());
    EXPECT_FALSE(disk.open("d/a", OpenMode::read));
    disk.restart();
    EXPECT_FALSE(disk.power_is_out());
}

}  // namespace
}  // namespace winnow
