// Texts of info answers: peers, errors, lines.

#include <gtest/gtest.h>

#include "client/cluster/info_reply.h"
#include "client/cluster/peers.h"

namespace winnow::client {
namespace {

TEST(Peers, ReadsNamesAndAddresses) {
    auto list = parse_peers("3,3000,[[BB1,,[10.0.0.1]],[BB2,tls,[h:3100,[::1]:3200,[fe80::2]]]]");
    ASSERT_TRUE(list);
    EXPECT_EQ(list->generation, 3u);
    ASSERT_EQ(list->peers.size(), 2u);
    EXPECT_EQ(list->peers[0].name, "BB1");
    EXPECT_EQ(list->peers[0].addresses, (std::vector<NodeAddress>{{"10.0.0.1", 3000}}));
    EXPECT_EQ(list->peers[1].addresses,
              (std::vector<NodeAddress>{{"h", 3100}, {"::1", 3200}, {"fe80::2", 3000}}));
    EXPECT_TRUE(parse_peers("1,3000,[]")->peers.empty());
    EXPECT_TRUE(parse_peers("0,,[]")->peers.empty());
}

TEST(Peers, RefusesWhatIsNoList) {
    for (const char* bad : {"", "1", "1,3000", "1,3000,", "1,3000,[", "1,3000,[]]", "x,3000,[]",
                            "1,3000,[[]]", "1,3000,[[a,,[h]]", "1,3000,[[a,,[]],]", "1,,[[a,,[h]]]",
                            "1,99999,[]", "1,3000,[[a,,[[::1]]", "1,3000,[[,,[h]]]"})
        EXPECT_FALSE(parse_peers(bad)) << bad;
}

TEST(InfoReply, FindsTheLineThatWasAsked) {
    InfoReply reply("node\tBB9\nbuild\t8.0.0.0\nempty\t\nno-tab\n");
    EXPECT_EQ(reply.value("node"), "BB9");
    EXPECT_EQ(reply.value("build"), "8.0.0.0");
    EXPECT_EQ(reply.value("empty"), "");
    EXPECT_EQ(reply.value("no-tab"), "");
    EXPECT_EQ(reply.value("buil"), std::nullopt);
    EXPECT_EQ(InfoReply("").value("x"), std::nullopt);
}

TEST(InfoReply, ErrorsBecomeFailures) {
    EXPECT_FALSE(info_failure("ok", "n"));
    EXPECT_FALSE(info_failure("ERRORS", "n"));
    auto failure = info_failure("FAIL:200:index already exists", "n");
    ASSERT_TRUE(failure);
    EXPECT_EQ(failure->code, ResultCode::index_found);
    EXPECT_EQ(failure->text, "index already exists");
    EXPECT_EQ(failure->node, "n");
    EXPECT_EQ(info_failure("ERROR:4:bad", "n")->code, ResultCode::parameter);
    EXPECT_EQ(info_failure("ERROR::unstable-cluster", "n")->code, ResultCode::server_error);
    EXPECT_EQ(info_failure("ERROR::unstable-cluster", "n")->text, "unstable-cluster");
    EXPECT_EQ(info_failure("ERROR:some words", "n")->text, "some words");
    EXPECT_EQ(info_failure("ERROR:201", "n")->code, ResultCode::index_not_found);
    EXPECT_EQ(InfoReply("ERROR:80:not authenticated\n").need("node", "n").error().code,
              static_cast<ResultCode>(80));
    EXPECT_EQ(InfoReply("other\tx\n").need("node", "n").error().source, FailureSource::reply);
}

TEST(InfoNames, NothingThatWouldChangeTheCommand) {
    EXPECT_TRUE(fits_info("by_delay-2"));
    for (const char* bad : {"", "a;b", "a:b", "a=b", "a,b", "a\tb", "a\nb"})
        EXPECT_FALSE(fits_info(bad)) << bad;
}

}  // namespace
}  // namespace winnow::client
