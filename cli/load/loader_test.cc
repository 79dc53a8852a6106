// Plans and loads, into a database embedded in the test.

#include "cli/load/loader.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "embedded/database.h"

namespace winnow::cli {
namespace {

class LoaderTest : public testing::Test {
protected:
    void SetUp() override {
        auto database = embedded::Database::open();
        ASSERT_TRUE(database);
        auto connected = (*database)->connect();
        ASSERT_TRUE(connected);
        client_ = std::move(*connected);
    }
    void TearDown() override { std::filesystem::remove(rejections_.file_name()); }

    static CsvReader reader_of(std::string_view text) {
        return CsvReader(
            [text](std::span<char> room) mutable {
                size_t size = std::min(room.size(), text.size());
                std::copy_n(text.data(), size, room.data());
                text.remove_prefix(size);
                return Answer<size_t>(size);
            },
            ',');
    }
    Answer<LoadPlan> plan_of(std::string_view header, OptionValues options) {
        options.emplace("set", "s");
        return plan_load(Call{session_, {}, std::move(options)}, header);
    }
    Answer<> load(const LoadPlan& plan, std::string_view text, size_t threads) {
        Loader loader(*client_, plan, rejections_, threads);
        CsvReader rows = reader_of(text);
        for (auto record = rows.next(); record && *record; record = rows.next()) {
            Answer<bool> added = loader.add(**record);
            if (!added) return fail(added.error());
        }
        Answer<> done = loader.finish();
        loaded_ = loader.loaded();
        return done;
    }
    uint64_t count_records() {
        uint64_t count = 0;
        auto progress = client::PartitionProgress::all();
        EXPECT_TRUE(client_->query({.ns = "test", .set = "s"}, progress,
                                   [&](const client::RecordView&) { return ++count != 0; }));
        return count;
    }

    Session session_;
    std::unique_ptr<client::Client> client_;
    Rejections rejections_{fmt::format("{}loader_test.{}", testing::TempDir(), getpid()), "k,n"};
    uint64_t loaded_ = 0;
};

TEST_F(LoaderTest, ManyThreadsLoadEachRowOnce) {
    auto plan = plan_of("k,n", {{"key", "k"}, {"types", "k=int,n=int"}});
    ASSERT_TRUE(plan) << plan.error().text;
    std::string text;
    uint64_t wrong = 0;
    for (int i = 0; i < 20'000; i++) {
        wrong += i % 7 == 0;
        text += fmt::format("{},{}\n", i, i % 7 == 0 ? "x" : "1");
    }
    Answer<> done = load(*plan, text, 8);
    ASSERT_TRUE(done) << done.error().text;
    EXPECT_EQ(loaded_, 20'000 - wrong);
    EXPECT_EQ(rejections_.count(), wrong);
    EXPECT_EQ(count_records(), 20'000 - wrong);
    ASSERT_EQ(rejections_.first().size(), 10u);
    EXPECT_EQ(rejections_.first()[1], "line 8: column n: 'x' is no int");

    ASSERT_TRUE(rejections_.close());
    std::ifstream file(rejections_.file_name());
    std::string line;
    uint64_t lines = 0;
    while (std::getline(file, line)) lines++;
    EXPECT_EQ(lines, wrong + 1);
}

TEST_F(LoaderTest, TroubleOfTheServerEndsIt) {
    auto plan = plan_of("k,n", {{"key", "k"}, {"namespace", "nowhere"}});
    ASSERT_TRUE(plan);
    std::string text;
    for (int i = 0; i < 20'000; i++) text += fmt::format("{},1\n", i);
    EXPECT_FALSE(load(*plan, text, 2));
    EXPECT_EQ(rejections_.count(), 0u);
}

TEST_F(LoaderTest, TypesAreToldByAllRows) {
    auto plan = plan_of("k,a,b,c", {{"key", "k"}, {"types", "b=str"}, {"null", "NA"}});
    ASSERT_TRUE(plan);
    EXPECT_FALSE(plan->all_types_given());
    CsvReader rows = reader_of("1,1,1,NA\n2,2.5,2,true\nwrong row\n3,NA,3,\n");
    ASSERT_TRUE(guess_types(*plan, rows, [](uint64_t) { return true; }));
    EXPECT_EQ(plan->types_text(), "k=int,a=float,b=str,c=bool");
    EXPECT_FALSE(guess_types(*plan, rows = reader_of("1,1,1,1\n"), [](uint64_t) { return false; }));
}

TEST_F(LoaderTest, Rows) {
    auto plan = plan_of("a,b,n", {{"key", "a,b"}, {"types", "n=int"}, {"rename", "n=count"}});
    ASSERT_TRUE(plan);
    RowReader reader(*plan);
    auto row = reader.read("x,\"y\",5", 1);
    ASSERT_TRUE(row);
    EXPECT_EQ(row->key.digest, client::Key::of("test", "s", "x:y").digest);
    ASSERT_EQ(row->bins.size(), 3u);
    EXPECT_EQ(row->bins[2].first->bin, "count");
    EXPECT_EQ(row->bins[2].second.text(), "5");
    EXPECT_EQ(reader.read("x,,5", 1).error(), "column b, of the key, has no value");
    EXPECT_EQ(reader.read("x,y", 1).error(), "2 values for 3 columns");
    EXPECT_EQ(reader.read("x,y,5.5", 1).error(), "column n: '5.5' is no int");
    EXPECT_EQ(reader.read("x,\"y,5", 1).error(), "a quote is not closed");

    auto numbered = plan_of("a", {{"key", "#"}});
    ASSERT_TRUE(numbered);
    RowReader by_number(*numbered);
    EXPECT_EQ(by_number.read("x", 7)->key.digest, client::Key::of("test", "s", 7).digest);
    EXPECT_EQ(by_number.read("", 7).error(), "no value at all");
}

}  // namespace
}  // namespace winnow::cli
