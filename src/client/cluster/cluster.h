#pragma once
// The cluster as the client knows it: nodes found from seeds, and which node has which partition.
//
// tend() brings that up to date: it asks every node for its generations, follows its peers, reads
// partition maps that have changed, and gives up nodes that no longer answer. A background thread
// calls it, unless the interval is 0: then it is the caller's to call, and connect() does it once.
//
// Any thread. Routing takes no lock; with a single node it is two loads.
//
// A child of fork() cannot use its parent's cluster: it would talk into the parent's conversations,
// and nobody tends. It gets an error from everything here.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/fork.h"
#include "client/cluster/node.h"
#include "client/cluster/partition_table.h"
#include "client/cluster/peers.h"
#include "client/failure.h"
#include "client/transport/transport.h"

namespace winnow::client {

struct ClusterOptions {
    std::vector<NodeAddress> seeds = {};
    // Empty: any. Nodes that say they belong to another cluster are refused.
    std::string cluster_name = {};
    uint32_t connect_timeout_ms = 1000;  // also for each answer while tending; 0: no limit
    uint32_t tend_interval_ms = 1000;    // 0: no thread, tend() is the caller's business
    size_t idle_channels_max = 256;      // kept open for each node
};

class Cluster {
public:
    // In a child of fork() nothing can be put away: it stays where it is.
    struct Delete {
        void operator()(Cluster* cluster) const;
    };
    using Owner = std::unique_ptr<Cluster, Delete>;

    // Fails if no seed can be used.
    static Outcome<Owner> connect(ClusterOptions options, std::unique_ptr<Transport> transport);
    // No call may be under way.
    ~Cluster();
    Cluster(const Cluster&) = delete;
    Cluster& operator=(const Cluster&) = delete;

    // The node for one partition. `replica` counts attempts: 0 is the master, others go round. What
    // has no node: namespace_not_found or unavailable.
    Outcome<Node*> route(std::string_view ns, uint32_t partition, size_t replica) const {
        if (process_.foreign()) [[unlikely]]
            return fail(after_fork());
        // The server knows best what it serves; a single node needs no map.
        if (Node* only = only_.load(std::memory_order_acquire)) return only;
        return route_by_map(ns, partition, replica);
    }
    // False: no node has ever told of it. Routing to a single node does not ask.
    bool has_namespace(std::string_view ns) const { return partitions_.has_namespace(ns); }
    // The active nodes; never empty if it succeeds.
    Outcome<std::vector<Node*>> nodes() const;
    // An active node of that name.
    Outcome<Node*> node(std::string_view name) const;

    // Fails if no node is left or can be found; what is wrong with one of several does not show.
    Outcome<> tend();

private:
    // What tending remembers of a node. Guarded by tend_mutex_.
    struct Member {
        std::unique_ptr<Node> node;
        uint64_t peers_generation = UINT64_MAX;  // UINT64_MAX: not read yet
        uint64_t partition_generation = UINT64_MAX;
        bool masters_all = false;
        uint32_t failures = 0;
    };
    // The first answers of a node that is not known yet.
    struct Greeting {
        std::string name;
        NodeAddress address;
    };

    Cluster(ClusterOptions options, std::unique_ptr<Transport> transport);

    Outcome<Node*> route_by_map(std::string_view ns, uint32_t partition, size_t replica) const;
    Failure after_fork() const;

    Outcome<> tend_locked();
    Outcome<> find_seeds();
    Outcome<> tend_member(Member& member);
    Outcome<> read_peers(Member& member);
    Outcome<> read_partitions(Member& member);
    Outcome<Greeting> greet(const NodeAddress& address);
    Member& adopt(const Greeting& greeting);
    Member* find_member(std::string_view name);
    void drop(Member& member);
    void publish();

    void run_tending();

    const ProcessMark process_;
    const ClusterOptions options_;
    const std::unique_ptr<Transport> transport_;

    std::mutex tend_mutex_;
    std::vector<std::unique_ptr<Member>> members_;  // grows only; guarded by tend_mutex_
    PartitionTable partitions_;
    std::atomic<Node*> only_{nullptr};

    mutable std::mutex nodes_mutex_;
    std::vector<Node*> active_nodes_;  // guarded by nodes_mutex_

    std::mutex stop_mutex_;
    std::condition_variable stop_changed_;
    bool stopping_ = false;  // guarded by stop_mutex_
    std::thread tending_;
};

}  // namespace winnow::client
