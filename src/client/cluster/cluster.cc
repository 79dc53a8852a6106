#include "client/cluster/cluster.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include "base/log.h"

namespace winnow::client {
namespace {

// A node that has not answered so many times in a row is taken for gone.
constexpr uint32_t failures_max = 3;

Outcome<uint64_t> need_number(const InfoReply& reply, std::string_view line,
                              const std::string& node) {
    Outcome<std::string_view> value = reply.need(line, node);
    if (!value) return fail(value.error());
    uint64_t number = 0;
    auto parsed = std::from_chars(value->data(), value->data() + value->size(), number);
    if (parsed.ec != std::errc{} || parsed.ptr != value->data() + value->size())
        return fail(Failure{ResultCode::server_error, FailureSource::reply, false,
                            "a generation that is no number: the node is not ready", node});
    return number;
}

// Whether one of the tokens `a;b;c` is `wanted`.
bool has_token(std::string_view tokens, std::string_view wanted) {
    while (!tokens.empty()) {
        size_t end = std::min(tokens.find(';'), tokens.size());
        if (tokens.substr(0, end) == wanted) return true;
        tokens.remove_prefix(std::min(end + 1, tokens.size()));
    }
    return false;
}

Failure cluster_failure(ResultCode code, std::string_view text, std::string node = {}) {
    return {code, FailureSource::cluster, false, std::string(text), std::move(node)};
}

}  // namespace

Cluster::Cluster(ClusterOptions options, std::unique_ptr<Transport> transport)
    : options_(std::move(options)), transport_(std::move(transport)) {}

Outcome<Cluster::Owner> Cluster::connect(ClusterOptions options,
                                         std::unique_ptr<Transport> transport) {
    if (options.seeds.empty())
        return fail(request_failure(ResultCode::parameter, "no address of a server is given"));
    Owner cluster(new Cluster(std::move(options), std::move(transport)));
    WINNOW_TRY(cluster->tend());
    if (cluster->options_.tend_interval_ms != 0)
        cluster->tending_ = std::thread([raw = cluster.get()] { raw->run_tending(); });
    return cluster;
}

void Cluster::Delete::operator()(Cluster* cluster) const {
    if (!cluster->process_.foreign()) delete cluster;
}

Cluster::~Cluster() {
    {
        std::lock_guard lock(stop_mutex_);
        stopping_ = true;
    }
    stop_changed_.notify_all();
    if (tending_.joinable()) tending_.join();
}

void Cluster::run_tending() {
    std::string last_trouble;
    std::unique_lock lock(stop_mutex_);
    auto interval = std::chrono::milliseconds(options_.tend_interval_ms);
    while (!stop_changed_.wait_for(lock, interval, [&] { return stopping_; })) {
        lock.unlock();
        Outcome<> tended = tend();
        std::string trouble = tended ? std::string() : tended.error().message();
        // Once for each trouble, not once a second.
        if (!trouble.empty() && trouble != last_trouble) log_warning("cluster: {}", trouble);
        last_trouble = std::move(trouble);
        lock.lock();
    }
}

Outcome<Node*> Cluster::route_by_map(std::string_view ns, uint32_t partition,
                                     size_t replica) const {
    size_t count = partitions_.replica_count(ns, partition);
    if (count == 0) {
        WINNOW_TRY(nodes());  // no node at all is the better reason
        if (!partitions_.has_namespace(ns))
            return fail(cluster_failure(ResultCode::namespace_not_found,
                                        "no node has a namespace of that name"));
    }
    // Entries are kept by replica number; a gap (a master that has left) is passed over.
    size_t first = count == 0 ? 0 : replica % count;
    for (size_t i = 0; i < replicas_max; i++) {
        Node* node = partitions_.node(ns, partition, (first + i) % replicas_max);
        if (node != nullptr && node->active()) return node;
    }
    return fail(cluster_failure(ResultCode::unavailable, "no node has the partition"));
}

Failure Cluster::after_fork() const {
    return request_failure(ResultCode::server_error, transport_->text_after_fork());
}

Outcome<std::vector<Node*>> Cluster::nodes() const {
    if (process_.foreign()) return fail(after_fork());
    std::lock_guard lock(nodes_mutex_);
    if (active_nodes_.empty())
        return fail(cluster_failure(ResultCode::unavailable, "no node of the cluster answers"));
    return active_nodes_;
}

Outcome<Node*> Cluster::node(std::string_view name) const {
    if (process_.foreign()) return fail(after_fork());
    std::lock_guard lock(nodes_mutex_);
    for (Node* node : active_nodes_) {
        if (node->name() == name) return node;
    }
    return fail(
        cluster_failure(ResultCode::unavailable, "no node of that name", std::string(name)));
}

Outcome<> Cluster::tend() {
    if (process_.foreign()) return fail(after_fork());
    std::lock_guard lock(tend_mutex_);
    Outcome<> tended = tend_locked();
    publish();
    return tended;
}

Outcome<> Cluster::tend_locked() {
    bool any = false;
    // Members that are found on the way are tended in the same round.
    for (size_t i = 0; i < members_.size(); i++) {
        Member& member = *members_[i];
        if (!member.node->active()) continue;
        if (Outcome<> tended = tend_member(member); !tended) {
            bool renamed = tended.error().source == FailureSource::cluster;
            if (++member.failures >= failures_max || renamed) drop(member);
        }
        any |= member.node->active();
    }
    if (any) return {};
    WINNOW_TRY(find_seeds());
    return {};
}

// The first seed that answers; the others are its peers.
Outcome<> Cluster::find_seeds() {
    Failure last = cluster_failure(ResultCode::unavailable, "no address of a server is given");
    for (const NodeAddress& seed : options_.seeds) {
        Outcome<Greeting> greeting = greet(seed);
        if (!greeting) {
            last = greeting.error();
            continue;
        }
        adopt(*greeting);
        size_t known = 0;
        Outcome<> tended;
        while (known < members_.size()) {
            Member& member = *members_[known++];
            if (!member.node->active()) continue;
            Outcome<> one = tend_member(member);
            if (!one && member.node->name() == greeting->name) tended = one;
        }
        if (tended) return {};
        last = tended.error();
        drop(*find_member(greeting->name));
    }
    return fail(std::move(last));
}

Outcome<> Cluster::tend_member(Member& member) {
    Node& node = *member.node;
    static constexpr std::array<std::string_view, 3> lines{"node", "peers-generation",
                                                           "partition-generation"};
    Outcome<InfoReply> reply = node.info(lines, options_.connect_timeout_ms);
    if (!reply) return fail(reply.error());
    Outcome<std::string_view> name = reply->need("node", node.name());
    if (!name) return fail(name.error());
    if (*name != node.name())
        return fail(cluster_failure(ResultCode::cluster_changed,
                                    "another node answers at this address", node.name()));
    Outcome<uint64_t> peers = need_number(*reply, "peers-generation", node.name());
    if (!peers) return fail(peers.error());
    Outcome<uint64_t> partitions = need_number(*reply, "partition-generation", node.name());
    if (!partitions) return fail(partitions.error());
    if (*peers != member.peers_generation) WINNOW_TRY(read_peers(member));
    if (*partitions != member.partition_generation) WINNOW_TRY(read_partitions(member));
    member.failures = 0;
    return {};
}

Outcome<> Cluster::read_peers(Member& member) {
    static constexpr std::array<std::string_view, 1> lines{"peers-clear-std"};
    // Adopting a peer may move the members' vector, but not the members.
    const std::string& name = member.node->name();
    Outcome<InfoReply> reply = member.node->info(lines, options_.connect_timeout_ms);
    if (!reply) return fail(reply.error());
    Outcome<std::string_view> value = reply->need(lines[0], name);
    if (!value) return fail(value.error());
    Result<PeerList> list = parse_peers(*value);
    if (!list) return fail(failure_of(list.error(), FailureSource::reply, name));
    bool all_found = true;
    for (const Peer& peer : list->peers) {
        Member* known = find_member(peer.name);
        if (known != nullptr && known->node->active()) continue;
        bool found = false;
        for (const NodeAddress& address : peer.addresses) {
            Outcome<Greeting> greeting = greet(address);
            if (!greeting || greeting->name != peer.name) continue;
            adopt(*greeting);
            found = true;
            break;
        }
        all_found &= found;
    }
    // A peer that could not be reached is tried again with the next tend.
    if (all_found) member.peers_generation = list->generation;
    return {};
}

Outcome<> Cluster::read_partitions(Member& member) {
    static constexpr std::array<std::string_view, 2> lines{"partition-generation", "replicas"};
    const std::string& name = member.node->name();
    Outcome<InfoReply> reply = member.node->info(lines, options_.connect_timeout_ms);
    if (!reply) return fail(reply.error());
    Outcome<uint64_t> generation = need_number(*reply, lines[0], name);
    if (!generation) return fail(generation.error());
    Outcome<std::string_view> value = reply->need(lines[1], name);
    if (!value) return fail(value.error());
    Result<std::vector<NamespaceReplicas>> replicas = parse_replicas(*value);
    if (!replicas) return fail(failure_of(replicas.error(), FailureSource::reply, name));
    partitions_.update(member.node.get(), *replicas);
    member.partition_generation = *generation;
    member.masters_all = std::all_of(
        replicas->begin(), replicas->end(),
        [](const NamespaceReplicas& entry) { return entry.bitmaps.front().complete(); });
    return {};
}

// Who is there, and whether it can be talked to.
Outcome<Cluster::Greeting> Cluster::greet(const NodeAddress& address) {
    std::string where = address.text();
    Deadline deadline = Deadline::in(options_.connect_timeout_ms);
    Result<std::unique_ptr<Channel>> channel = transport_->open(address, deadline);
    if (!channel) return fail(failure_of(channel.error(), FailureSource::connection, where));
    std::vector<std::string_view> lines{"node", "partition-generation", "build", "features"};
    if (!options_.cluster_name.empty()) lines.push_back("cluster-name");
    Result<InfoReply> reply = ask_info(**channel, lines, deadline);
    if (!reply) return fail(failure_of(reply.error(), FailureSource::connection, where));

    Outcome<std::string_view> name = reply->need("node", where);
    if (!name) return fail(name.error());
    if (name->empty())
        return fail(cluster_failure(ResultCode::unavailable, "a node without a name", where));
    Outcome<uint64_t> generation = need_number(*reply, "partition-generation", where);
    if (!generation) return fail(generation.error());
    Outcome<std::string_view> features = reply->need("features", where);
    if (!features) return fail(features.error());
    // The only forms this client speaks.
    for (std::string_view needed : {"pquery", "batch-any", "replicas"}) {
        if (!has_token(*features, needed))
            return fail(cluster_failure(ResultCode::unsupported,
                                        "the server is too old for this client", where));
    }
    if (!options_.cluster_name.empty()) {
        Outcome<std::string_view> cluster = reply->need("cluster-name", where);
        if (!cluster) return fail(cluster.error());
        if (*cluster != options_.cluster_name)
            return fail(cluster_failure(ResultCode::unavailable,
                                        "the node belongs to another cluster", where));
    }
    return Greeting{std::string(*name), address};
}

Cluster::Member& Cluster::adopt(const Greeting& greeting) {
    if (Member* known = find_member(greeting.name)) {
        known->node->set_active(true);
        known->node->move_to(greeting.address);
        known->peers_generation = known->partition_generation = UINT64_MAX;
        known->failures = 0;
        return *known;
    }
    auto member = std::make_unique<Member>();
    Node::Options options{.connect_timeout_ms = options_.connect_timeout_ms,
                          .idle_channels_max = options_.idle_channels_max};
    member->node = std::make_unique<Node>(*transport_, greeting.name, greeting.address, options);
    members_.push_back(std::move(member));
    return *members_.back();
}

Cluster::Member* Cluster::find_member(std::string_view name) {
    for (const auto& member : members_) {
        if (member->node->name() == name) return member.get();
    }
    return nullptr;
}

void Cluster::drop(Member& member) {
    member.node->set_active(false);
    member.node->close_idle();
    partitions_.remove(member.node.get());
}

// What routing reads, after each round.
void Cluster::publish() {
    std::vector<Node*> active;
    bool masters_all = false;
    for (const auto& member : members_) {
        if (!member->node->active()) continue;
        active.push_back(member->node.get());
        masters_all = member->masters_all;
    }
    only_.store(active.size() == 1 && masters_all ? active[0] : nullptr, std::memory_order_release);
    std::lock_guard lock(nodes_mutex_);
    active_nodes_ = std::move(active);
}

}  // namespace winnow::client
