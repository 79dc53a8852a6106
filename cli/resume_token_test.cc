#include "cli/resume_token.h"

#include <gtest/gtest.h>

namespace winnow::cli {
namespace {

using client::PartitionProgress;
using client::PartitionStatus;

client::Query query_of(std::string set, int64_t first = 1) {
    client::Query query{.ns = "test", .set = std::move(set)};
    query.where = client::Predicate::range("a", first, 10);
    return query;
}

// Done up to one that is begun, the rest not begun.
PartitionProgress some_progress() {
    PartitionProgress progress = *PartitionProgress::range(10, 100);
    for (uint32_t id = 10; id < 50; id++) progress.find(id)->done = true;
    PartitionStatus& begun = *progress.find(50);
    begun.started = true;
    begun.digest.bytes[0] = 50;
    begun.digest.bytes[19] = 7;
    begun.index_value = -5;
    return progress;
}

TEST(ResumeToken, GivesBackWhatItWasMadeOf) {
    PartitionProgress progress = some_progress();
    std::string token = resume_token(query_of("s"), progress);
    EXPECT_LT(token.size(), 100u);
    auto back = progress_of_token(query_of("s"), token);
    ASSERT_TRUE(back) << back.error().text;
    ASSERT_EQ(back->statuses().size(), progress.statuses().size());
    for (size_t i = 0; i < back->statuses().size(); i++) {
        const PartitionStatus &was = progress.statuses()[i], &is = back->statuses()[i];
        EXPECT_EQ(is.id, was.id);
        EXPECT_EQ(is.done, was.done);
        EXPECT_EQ(is.started, was.started);
        EXPECT_EQ(is.digest, was.digest);
        EXPECT_EQ(is.index_value, was.index_value);
    }
}

TEST(ResumeToken, OfAnotherQueryIsRefused) {
    std::string token = resume_token(query_of("s"), some_progress());
    EXPECT_FALSE(progress_of_token(query_of("t"), token));
    EXPECT_FALSE(progress_of_token(query_of("s", 2), token));
    EXPECT_FALSE(progress_of_token({.ns = "test", .set = "s"}, token));
}

TEST(ResumeToken, DamageIsRefused) {
    std::string token = resume_token(query_of("s"), some_progress());
    for (size_t size = 0; size < token.size(); size++) {
        EXPECT_FALSE(progress_of_token(query_of("s"), std::string_view(token).substr(0, size)));
    }
    // A digit that is another one may go unseen, but does no harm.
    for (size_t at = 0; at < token.size(); at++) {
        std::string changed = token;
        changed[at] = changed[at] == 'f' ? '0' : 'f';
        auto progress = progress_of_token(query_of("s"), changed);
        EXPECT_TRUE(!progress || progress->statuses().size() == 100);
        changed[at] = 'x';
        EXPECT_FALSE(progress_of_token(query_of("s"), changed));
    }
    EXPECT_FALSE(progress_of_token(query_of("s"), ""));
    EXPECT_FALSE(progress_of_token(query_of("s"), token + "00"));
    EXPECT_FALSE(progress_of_token(query_of("s"), "02" + token.substr(2)));
}

}  // namespace
}  // namespace winnow::cli
