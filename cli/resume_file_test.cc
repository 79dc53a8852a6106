#include "cli/resume_file.h"

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace winnow::cli {
namespace {

using client::PartitionProgress;
using client::PartitionStatus;

client::Query query_of(std::string set, int64_t first = 1) {
    client::Query query{.ns = "test", .set = std::move(set)};
    query.where = client::Predicate::range("a", first, 10);
    return query;
}

PartitionProgress start() {
    return *PartitionProgress::range(10, 100);
}

// Done up to one that is begun, the rest not begun.
PartitionProgress some_progress() {
    PartitionProgress progress = start();
    for (uint32_t id = 10; id < 50; id++) progress.find(id)->done = true;
    PartitionStatus& begun = *progress.find(50);
    begun.started = true;
    begun.digest.bytes[0] = 50;
    begun.digest.bytes[19] = 7;
    begun.index_value = -5;
    return progress;
}

class ResumeFileTest : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(write_resume_file(name_, query_of("s"), some_progress()));
        std::ifstream file(name_);
        text_ = (std::stringstream() << file.rdbuf()).str();
    }
    void TearDown() override { std::filesystem::remove(name_); }

    Answer<> read(const client::Query& query, PartitionProgress progress = start()) {
        return read_resume_file(name_, query, progress);
    }
    bool reads_as(std::string_view text) {
        std::ofstream(name_) << text;
        return read(query_of("s")).has_value();
    }

    std::string name_ = fmt::format("{}resume_file_test.{}", testing::TempDir(), getpid());
    std::string text_;
};

TEST_F(ResumeFileTest, GivesBackWhatItWasMadeOf) {
    PartitionProgress was = some_progress(), is = start();
    ASSERT_TRUE(read_resume_file(name_, query_of("s"), is));
    ASSERT_EQ(is.statuses().size(), was.statuses().size());
    for (size_t i = 0; i < is.statuses().size(); i++) {
        EXPECT_EQ(is.statuses()[i].id, was.statuses()[i].id);
        EXPECT_EQ(is.statuses()[i].done, was.statuses()[i].done);
        EXPECT_EQ(is.statuses()[i].started, was.statuses()[i].started);
        EXPECT_EQ(is.statuses()[i].digest, was.statuses()[i].digest);
        EXPECT_EQ(is.statuses()[i].index_value, was.statuses()[i].index_value);
    }
}

TEST_F(ResumeFileTest, NoFileSaysNothing) {
    std::filesystem::remove(name_);
    PartitionProgress progress = start();
    ASSERT_TRUE(read_resume_file(name_, query_of("s"), progress));
    EXPECT_FALSE(progress.statuses()[0].done);
}

TEST_F(ResumeFileTest, OfAnotherQueryIsRefused) {
    EXPECT_TRUE(read(query_of("s")));
    EXPECT_FALSE(read(query_of("t")));
    EXPECT_FALSE(read(query_of("s", 2)));
    EXPECT_FALSE(read({.ns = "test", .set = "s"}));
    EXPECT_FALSE(read(query_of("s"), *PartitionProgress::range(10, 99)));
    EXPECT_FALSE(read(query_of("s"), *PartitionProgress::range(10, 101)));
    EXPECT_FALSE(read(query_of("s"), *PartitionProgress::range(9, 100)));
}

TEST_F(ResumeFileTest, DamageIsRefused) {
    EXPECT_TRUE(reads_as(text_));
    size_t last = text_.rfind('\n', text_.size() - 2) + 1;  // where the last line begins
    for (size_t size = 0; size <= last; size += size < 200 ? 1 : 97)
        EXPECT_FALSE(reads_as(text_.substr(0, size))) << size;
    EXPECT_FALSE(reads_as(text_ + "110\n"));
    EXPECT_FALSE(reads_as("words of something else\n"));
    size_t begun = text_.find("50 begun");
    for (std::string_view line : {"50 begun", "50 begun 32", "50 begin", "50 done 5", "51", ""}) {
        std::string changed = text_;
        changed.replace(begun, text_.find('\n', begun) - begun, line);
        EXPECT_FALSE(reads_as(changed)) << line;
    }
    // A digest that is not of the partition.
    std::string changed = text_;
    changed[begun + 10] = '5';
    EXPECT_FALSE(reads_as(changed));
}

TEST_F(ResumeFileTest, WhatCannotBeWritten) {
    EXPECT_FALSE(write_resume_file("/nowhere/a", query_of("s"), start()));
}

}  // namespace
}  // namespace winnow::cli
