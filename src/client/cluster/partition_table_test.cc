#include "client/cluster/partition_table.h"

#include <gtest/gtest.h>

#include "client/scripted_transport.h"

namespace winnow::client {
namespace {

std::string full() {
    return std::string(682, '/') + "8=";
}

// The table never looks into a node.
Node* node(int number) {
    static char nodes[4];
    return reinterpret_cast<Node*>(&nodes[number]);
}

TEST(PartitionBitmap, HighestBitIsTheFirstPartition) {
    PartitionBitmap bitmap;
    ASSERT_TRUE(bitmap.decode(bitmap_text([](uint32_t p) { return p == 0 || p == 4095; })));
    for (uint32_t p = 0; p < partition_count; p++)
        EXPECT_EQ(bitmap.has(p), p == 0 || p == 4095) << p;
    EXPECT_FALSE(bitmap.complete());
    // What every server that has all of it says.
    ASSERT_TRUE(bitmap.decode(full()));
    EXPECT_TRUE(bitmap.complete());
}

TEST(PartitionBitmap, RefusesWhatIsNoBitmap) {
    PartitionBitmap bitmap;
    EXPECT_FALSE(bitmap.decode(""));
    EXPECT_FALSE(bitmap.decode(full().substr(1)));
    EXPECT_FALSE(bitmap.decode(full() + "A"));
    EXPECT_FALSE(bitmap.decode(std::string(684, '/')));
    std::string odd = full();
    odd[100] = '*';
    EXPECT_FALSE(bitmap.decode(odd));
}

TEST(ParseReplicas, ReadsAllNamespaces) {
    auto parsed = parse_replicas("test:0,1," + full() + ";bar:7,2," + full() + "," + full());
    ASSERT_TRUE(parsed);
    ASSERT_EQ(parsed->size(), 2u);
    EXPECT_EQ((*parsed)[0].ns, "test");
    EXPECT_EQ((*parsed)[1].regime, 7u);
    EXPECT_EQ((*parsed)[1].bitmaps.size(), 2u);
    EXPECT_TRUE(parse_replicas("")->empty());
    EXPECT_EQ(parse_replicas("test:0,1," + full() + ";")->size(), 1u);
}

TEST(ParseReplicas, AllOrNothing) {
    for (const std::string& bad :
         {std::string("test"), "test:0," + full(), "test:0,2," + full(), "test:x,1," + full(),
          "test:0,1," + full() + "," + full(), ":0,1," + full(), "test:0,0," + full(),
          std::string(32, 'n') + ":0,1," + full(), "test:0,1," + full() + ";bar:0,1,AAAA"}) {
        EXPECT_FALSE(parse_replicas(bad)) << bad.substr(0, 40);
    }
}

std::vector<NamespaceReplicas> owned(const std::function<bool(uint32_t)>& has, uint32_t regime) {
    auto parsed = parse_replicas("test:" + std::to_string(regime) + ",1," + bitmap_text(has));
    EXPECT_TRUE(parsed);
    return *parsed;
}

TEST(PartitionTable, RoutesByOwnerAndForgetsNodesThatLeave) {
    PartitionTable table;
    EXPECT_EQ(table.node("test", 0, 0), nullptr);
    table.update(node(1), owned([](uint32_t p) { return p < 2048; }, 0));
    table.update(node(2), owned([](uint32_t p) { return p >= 2048; }, 0));
    EXPECT_EQ(table.node("test", 2047, 0), node(1));
    EXPECT_EQ(table.node("test", 2048, 0), node(2));
    EXPECT_EQ(table.node("test", 0, 1), nullptr);
    EXPECT_EQ(table.node("other", 0, 0), nullptr);
    EXPECT_EQ(table.replica_count("test", 5), 1u);
    table.remove(node(1));
    EXPECT_EQ(table.node("test", 2047, 0), nullptr);
    EXPECT_EQ(table.node("test", 2048, 0), node(2));
}

TEST(PartitionTable, AnOlderOwnershipDoesNotReplaceANewer) {
    PartitionTable table;
    auto all = [](uint32_t) { return true; };
    table.update(node(1), owned(all, 5));
    table.update(node(2), owned(all, 4));
    EXPECT_EQ(table.node("test", 9, 0), node(1));
    table.update(node(2), owned(all, 6));
    EXPECT_EQ(table.node("test", 9, 0), node(2));
}

}  // namespace
}  // namespace winnow::client
