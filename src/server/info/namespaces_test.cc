#include <set>

#include "server/info/info_testing.h"

namespace winnow {
namespace {

TEST_F(InfoTest, NamespaceShowsItsRecords) {
    EXPECT_EQ(ask("namespaces"), "test;bar");
    EXPECT_EQ(ask("namespace/"), "type=unknown");
    EXPECT_EQ(ask("namespace/zz"), "type=unknown");
    for (int64_t key = 0; key < 5; key++) put("test", "demo", key, key);
    (*database_.find("test"))->statistics().add(Statistic::client_write_success, 5);
    std::string shown = ask("namespace/test");
    EXPECT_EQ(value_of(shown, "objects"), "5");
    EXPECT_EQ(value_of(shown, "master_objects"), "5");
    EXPECT_EQ(value_of(shown, "client_write_success"), "5");
    EXPECT_EQ(value_of(shown, "stop_writes"), "false");
    EXPECT_EQ(value_of(shown, "storage-engine"), "memory");
    EXPECT_EQ(value_of(shown, "migrate_tx_partitions_remaining"), "0");
    EXPECT_EQ(std::stoull(value_of(shown, "data_used_bytes")),
              (*database_.find("test"))->data_bytes());
    EXPECT_GT(std::stoull(value_of(shown, "index_used_bytes")), 0u);
    EXPECT_EQ(value_of(ask("namespace/bar"), "objects"), "0");
}

TEST_F(InfoTest, NoKeyOfANamespaceComesTwice) {
    std::string shown = ask("namespace/test") + ";";
    std::set<std::string> keys;
    for (size_t at = 0; at < shown.size();) {
        size_t end = shown.find(';', at);
        std::string key = shown.substr(at, shown.find('=', at) - at);
        EXPECT_TRUE(keys.insert(key).second) << key;
        at = end + 1;
    }
}

TEST_F(InfoTest, SetsComeInThreeForms) {
    EXPECT_EQ(ask("sets"), "");
    for (int64_t key = 0; key < 3; key++) put("test", "demo", key, key);
    put("bar", "other", 1, 1);
    EXPECT_EQ(ask("sindex-create:ns=test;set=demo;indexname=i;indexdata=n,NUMERIC"), "ok");

    std::string one = ask("sets/test/demo");
    EXPECT_TRUE(one.starts_with("objects=3:tombstones=0:")) << one;
    EXPECT_EQ(one.back(), ';');
    EXPECT_EQ(value_of(one, "sindexes", ':'), "1");
    EXPECT_EQ(value_of(one, "disable-eviction", ':'), "false");
    EXPECT_EQ(ask("sets/test"), "ns=test:set=demo:" + one);
    EXPECT_EQ(ask("sets"), ask("sets/test") + ask("sets/bar"));
    EXPECT_TRUE(ask("sets/bar").starts_with("ns=bar:set=other:objects=1:"));
    EXPECT_EQ(ask("sets/zz"), "ns_type=unknown");
    EXPECT_EQ(ask("sets/test/nope"), "");
}

}  // namespace
}  // namespace winnow
