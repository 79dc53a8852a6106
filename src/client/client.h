#pragma once
// The client of Winnow: connects to a cluster and runs commands, batches, queries and
// administration. Shell, tests, benchmarks and bindings stand on it.
//
//   auto client = Client::connect({.seeds = {{"127.0.0.1", 3000}}});
//   if (!client) ...client.error().message()...
//   Key key = Key::of("test", "demo", "k1");
//   (*client)->put(key, std::array{Bin{"a", 1}, Bin{"b", "x"}});
//   Record record;
//   if ((*client)->get(key, record)) record.find("a");
//
// Any thread, without limit: each command takes a channel of its own and blocks its thread until it
// is done. Failures are values (failure.h); nothing throws. Bounds on time are in the policies.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "client/bin_operation.h"
#include "client/cluster/cluster.h"
#include "client/command/batch.h"
#include "client/failure.h"
#include "client/key.h"
#include "client/policies.h"
#include "client/query/query.h"
#include "client/record.h"

namespace winnow::client {

enum class IndexType : uint8_t { integer, string, blob, geo };

struct IndexSpec {
    std::string ns;
    std::string set;  // empty: the whole namespace
    std::string name;
    std::string bin;
    IndexType type = IndexType::integer;
    CollectionType collection = CollectionType::none;
};

// A module in Lua that the servers have, with user-defined functions.
struct UdfModule {
    std::string name;
    std::string hash;  // SHA-1 of its text, in hex
    std::string type;  // LUA
};

class Client {
public:
    // Over TCP, or over a transport of the caller's.
    static Outcome<std::unique_ptr<Client>> connect(ClusterOptions options);
    static Outcome<std::unique_ptr<Client>> connect(ClusterOptions options,
                                                    std::unique_ptr<Transport> transport);

    // One record. `record` keeps its memory from call to call.
    Outcome<> get(const Key& key, Record& record, const ReadPolicy& policy = {}) const {
        return get(key, BinSelection::all(), record, policy);
    }
    Outcome<> get(const Key& key, const BinSelection& bins, Record& record,
                  const ReadPolicy& policy = {}) const;
    Outcome<bool> exists(const Key& key, const ReadPolicy& policy = {}) const;
    Outcome<> put(const Key& key, std::span<const Bin> bins, const WritePolicy& policy = {}) const;
    // not_found: there was none.
    Outcome<> remove(const Key& key, const WritePolicy& policy = {}) const;
    Outcome<> touch(const Key& key, const WritePolicy& policy = {}) const;
    Outcome<> append(const Key& key, std::string_view bin, const ValueView& value,
                     const WritePolicy& policy = {}) const;
    Outcome<> prepend(const Key& key, std::string_view bin, const ValueView& value,
                      const WritePolicy& policy = {}) const;
    Outcome<> add(const Key& key, std::string_view bin, const ValueView& number,
                  const WritePolicy& policy = {}) const;
    // Several operations as one, in order. `record` gets what they answer: a result for each
    // operation if `respond_all` (or if one is of a list, map, ...), else only what was read.
    Outcome<> operate(const Key& key, std::span<const BinOperation> ops, Record& record,
                      const WritePolicy& policy = {}, bool respond_all = false) const;

    // Many records.
    Outcome<> batch(std::span<const BatchEntry> entries, const BatchVisitor& visit,
                    const BatchPolicy& policy = {}) const {
        return run_batch(*cluster_, entries, policy, visit);
    }
    Outcome<> batch_read(std::span<const Key> keys, const BinSelection& bins,
                         const BatchVisitor& visit, const BatchPolicy& policy = {}) const {
        return run_batch_read(*cluster_, keys, bins, policy, visit);
    }
    Outcome<> query(const Query& query, PartitionProgress& progress, const RecordVisitor& visit,
                    const QueryPolicy& policy = {}) const;
    Outcome<> query_frames(const Query& query, PartitionProgress& progress,
                           const FrameVisitor& visit, const QueryPolicy& policy = {}) const {
        return run_query(*cluster_, query, policy, progress, visit);
    }

    // Info commands: of any node, of one by name, of all. The answer as it comes, an error of the
    // server as a Failure.
    Outcome<std::string> info(std::string_view command, const AdminPolicy& policy = {}) const;
    Outcome<std::string> info(std::string_view node, std::string_view command,
                              const AdminPolicy& policy) const;
    using NodeAnswer = std::pair<std::string, Outcome<std::string>>;  // node name, its answer
    Outcome<std::vector<NodeAnswer>> info_all(std::string_view command,
                                              const AdminPolicy& policy = {}) const;

    // Waits until every node can be queried by the index, unless the policy says otherwise.
    Outcome<> create_index(const IndexSpec& index, const AdminPolicy& policy = {}) const;
    Outcome<> wait_for_index(std::string_view ns, std::string_view name,
                             const AdminPolicy& policy = {}) const;
    Outcome<> drop_index(std::string_view ns, std::string_view name,
                         const AdminPolicy& policy = {}) const;
    // Removes what was last written before `before_ns` (since 1970; 0: now). No set: all of the
    // namespace.
    Outcome<> truncate(std::string_view ns, std::string_view set, uint64_t before_ns = 0,
                       const AdminPolicy& policy = {}) const;

    // Modules of user-defined functions; their names have the suffix .lua. Puts and removes wait
    // until every node knows, unless the policy says otherwise. A text that does not compile is
    // udf, with line and reason; a module that is not there is udf too, but removing it is no
    // failure.
    Outcome<> udf_put(std::string_view name, std::string_view text,
                      const AdminPolicy& policy = {}) const;
    Outcome<> udf_remove(std::string_view name, const AdminPolicy& policy = {}) const;
    Outcome<std::vector<UdfModule>> udf_list(const AdminPolicy& policy = {}) const;
    Outcome<std::string> udf_get(std::string_view name, const AdminPolicy& policy = {}) const;

    // Nodes, routing, tending.
    Cluster& cluster() const { return *cluster_; }

private:
    explicit Client(Cluster::Owner cluster) : cluster_(std::move(cluster)) {}
    Outcome<> wait_for_module(std::string_view name, bool present, const AdminPolicy& policy) const;
    Outcome<> write_one(const Key& key, const BinOperation& op, const WritePolicy& policy) const;

    Cluster::Owner cluster_;
};

}  // namespace winnow::client
