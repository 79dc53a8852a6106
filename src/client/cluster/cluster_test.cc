#include "client/cluster/cluster.h"

#include <gtest/gtest.h>

#include <chrono>

#include "client/scripted_transport.h"

namespace winnow::client {
namespace {

bool everything(uint32_t) {
    return true;
}
bool lower(uint32_t partition) {
    return partition < 2048;
}
bool upper(uint32_t partition) {
    return partition >= 2048;
}

// Two nodes that know each other, each master of one half and replica of the other.
ScriptedTransport::Nodes two_nodes() {
    ScriptedTransport::Nodes nodes;
    nodes["a:3000"].name = "A";
    nodes["b:3000"].name = "B";
    describe(nodes["a:3000"], lower, upper);
    describe(nodes["b:3000"], upper, lower);
    nodes["a:3000"].info["peers-clear-std"] = "1,3000,[[B,,[b]]]";
    nodes["b:3000"].info["peers-clear-std"] = "1,3000,[[A,,[a]]]";
    return nodes;
}

Outcome<Cluster::Owner> connect(ScriptedTransport::Nodes& nodes, std::vector<NodeAddress> seeds) {
    return Cluster::connect({.seeds = std::move(seeds), .tend_interval_ms = 0},
                            std::make_unique<ScriptedTransport>(nodes));
}

std::string routed(const Cluster& cluster, uint32_t partition, size_t replica = 0) {
    auto node = cluster.route("test", partition, replica);
    return node ? (*node)->name() : "none";
}

TEST(Cluster, FindsPeersAndPartitions) {
    auto nodes = two_nodes();
    auto cluster = connect(nodes, {{"a", 3000}});
    ASSERT_TRUE(cluster) << cluster.error().message();
    EXPECT_EQ((*cluster)->nodes()->size(), 2u);
    EXPECT_EQ(routed(**cluster, 0), "A");
    EXPECT_EQ(routed(**cluster, 4095), "B");
    EXPECT_EQ(routed(**cluster, 0, 1), "B");
    EXPECT_EQ(routed(**cluster, 0, 2), "A");
    EXPECT_EQ((*cluster)->route("nowhere", 0, 0).error().code, ResultCode::namespace_not_found);
    EXPECT_TRUE((*cluster)->node("B"));
    EXPECT_FALSE((*cluster)->node("C"));
}

TEST(Cluster, ASingleNodeTakesEverything) {
    ScriptedTransport::Nodes nodes;
    nodes["a:3000"].name = "A";
    describe(nodes["a:3000"], everything);
    auto cluster = connect(nodes, {{"a", 3000}});
    ASSERT_TRUE(cluster);
    EXPECT_EQ(routed(**cluster, 77), "A");
    // It is asked: it may have more namespaces than it had.
    EXPECT_TRUE((*cluster)->route("new", 0, 0));
}

TEST(Cluster, TriesSeedAfterSeed) {
    auto nodes = two_nodes();
    nodes["a:3000"].reachable = false;
    auto cluster = connect(nodes, {{"nobody", 3000}, {"a", 3000}, {"b", 3000}});
    ASSERT_TRUE(cluster) << cluster.error().message();
    EXPECT_EQ((*cluster)->nodes()->size(), 1u);
    // With A as a hole in the map, its half is served by the replica.
    EXPECT_EQ(routed(**cluster, 0), "B");
    // B has told of it all along.
    nodes["a:3000"].reachable = true;
    ASSERT_TRUE((*cluster)->tend());
    EXPECT_EQ(routed(**cluster, 0), "A");
}

TEST(Cluster, SaysWhyItCannotConnect) {
    auto nodes = two_nodes();
    EXPECT_EQ(connect(nodes, {}).error().code, ResultCode::parameter);
    auto nobody = connect(nodes, {{"nobody", 3000}});
    EXPECT_EQ(nobody.error().source, FailureSource::connection);
    EXPECT_EQ(nobody.error().node, "nobody:3000");

    nodes["a:3000"].info["partition-generation"] = "-1";
    EXPECT_FALSE(connect(nodes, {{"a", 3000}}));
    nodes["a:3000"].info["partition-generation"] = "1";
    nodes["a:3000"].info["features"] = "peers;pquery-not;batch-any";
    EXPECT_EQ(connect(nodes, {{"a", 3000}}).error().code, ResultCode::unsupported);
}

TEST(Cluster, BrokenMapsAreFailuresOfTheNode) {
    auto nodes = two_nodes();
    nodes["a:3000"].info["replicas"] = "test:0,1,AAAA";
    auto cluster = connect(nodes, {{"a", 3000}});
    ASSERT_FALSE(cluster);
    EXPECT_EQ(cluster.error().source, FailureSource::reply);
}

TEST(Cluster, RefusesNodesOfAnotherCluster) {
    auto nodes = two_nodes();
    nodes["a:3000"].info["cluster-name"] = "blue";
    auto other =
        Cluster::connect({.seeds = {{"a", 3000}}, .cluster_name = "green", .tend_interval_ms = 0},
                         std::make_unique<ScriptedTransport>(nodes));
    EXPECT_FALSE(other);
    auto same =
        Cluster::connect({.seeds = {{"a", 3000}}, .cluster_name = "blue", .tend_interval_ms = 0},
                         std::make_unique<ScriptedTransport>(nodes));
    ASSERT_TRUE(same);
    EXPECT_EQ((*same)->nodes()->size(), 1u);  // B does not say which cluster it belongs to
}

TEST(Cluster, GivesUpANodeThatStaysAway) {
    auto nodes = two_nodes();
    auto cluster = connect(nodes, {{"a", 3000}});
    ASSERT_TRUE(cluster);
    nodes["b:3000"].reachable = false;
    ASSERT_TRUE((*cluster)->tend());
    EXPECT_EQ(routed(**cluster, 4095), "B");  // once is nothing
    for (int i = 0; i < 3; i++) ASSERT_TRUE((*cluster)->tend());
    EXPECT_EQ(routed(**cluster, 4095), "A");
    EXPECT_EQ((*cluster)->nodes()->size(), 1u);

    nodes["b:3000"].reachable = true;
    nodes["a:3000"].info["peers-generation"] = "2";
    nodes["a:3000"].info["peers-clear-std"] = "2,3000,[[B,,[b]]]";
    ASSERT_TRUE((*cluster)->tend());
    EXPECT_EQ(routed(**cluster, 4095), "B");
}

TEST(Cluster, ReadsMapsOnlyWhenTheyHaveChanged) {
    auto nodes = two_nodes();
    auto cluster = connect(nodes, {{"a", 3000}});
    ASSERT_TRUE(cluster);
    auto count = [&] {
        const auto& asked = nodes["a:3000"].asked;
        return std::count(asked.begin(), asked.end(), "replicas");
    };
    EXPECT_EQ(count(), 1);
    ASSERT_TRUE((*cluster)->tend());
    EXPECT_EQ(count(), 1);
    // A takes over all.
    describe(nodes["a:3000"], everything);
    nodes["a:3000"].info["partition-generation"] = "2";
    ASSERT_TRUE((*cluster)->tend());
    EXPECT_EQ(count(), 2);
    EXPECT_EQ(routed(**cluster, 4095), "A");
}

TEST(Cluster, AServerThatStartsAnewUnderAnotherNameIsFoundAgain) {
    ScriptedTransport::Nodes nodes;
    nodes["a:3000"].name = "A";
    describe(nodes["a:3000"], everything);
    auto cluster = connect(nodes, {{"a", 3000}});
    ASSERT_TRUE(cluster);
    nodes["a:3000"].name = "A2";
    describe(nodes["a:3000"], everything);
    ASSERT_TRUE((*cluster)->tend());
    EXPECT_EQ(routed(**cluster, 0), "A2");
    EXPECT_EQ((*cluster)->nodes()->size(), 1u);
}

TEST(Cluster, WithoutAnyNodeItSaysSo) {
    ScriptedTransport::Nodes nodes;
    nodes["a:3000"].name = "A";
    describe(nodes["a:3000"], everything);
    auto cluster = connect(nodes, {{"a", 3000}});
    ASSERT_TRUE(cluster);
    nodes["a:3000"].reachable = false;
    for (int i = 0; i < 3; i++) (void)(*cluster)->tend();
    EXPECT_FALSE((*cluster)->tend());
    EXPECT_EQ((*cluster)->route("test", 0, 0).error().code, ResultCode::unavailable);
    nodes["a:3000"].reachable = true;
    ASSERT_TRUE((*cluster)->tend());
    EXPECT_EQ(routed(**cluster, 0), "A");
}

TEST(Cluster, TendsInTheBackground) {
    auto nodes = two_nodes();
    auto cluster = Cluster::connect({.seeds = {{"a", 3000}}, .tend_interval_ms = 1},
                                    std::make_unique<ScriptedTransport>(nodes));
    ASSERT_TRUE(cluster);
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    cluster->reset();  // ends the thread; what it did can be looked at now
    const auto& asked = nodes["b:3000"].asked;
    EXPECT_GT(std::count(asked.begin(), asked.end(), "peers-generation"), 2);
}

TEST(Node, KeepsChannelsAndDropsCutOnes) {
    ScriptedTransport::Nodes nodes;
    nodes["a:3000"].name = "A";
    describe(nodes["a:3000"], everything);
    ScriptedTransport transport(nodes);
    Node node(transport, "A", {"a", 3000}, {.idle_channels_max = 1});
    {
        auto first = node.take(Deadline::never());
        auto second = node.take(Deadline::never());
        ASSERT_TRUE(first && second);
        first->keep();
        second->keep();  // one too many
    }
    auto kept = node.take(Deadline::never());
    EXPECT_FALSE(kept->fresh());
    EXPECT_TRUE(node.take(Deadline::never())->fresh());
    EXPECT_EQ(nodes["a:3000"].opened, 3);
    // A lease that is not kept closes its channel.
    kept = node.take(Deadline::never(), true);
    EXPECT_TRUE(node.take(Deadline::never())->fresh());
}

}  // namespace
}  // namespace winnow::client
