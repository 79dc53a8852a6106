#include "client/client.h"

#include "client/command/request.h"
#include "client/command/single_command.h"
#include "client/transport/tcp_transport.h"

namespace winnow::client {
namespace {

// Room for an ordinary request, so that building it does not grow step by step.
constexpr size_t request_size_usual = 256;

}  // namespace

Outcome<std::unique_ptr<Client>> Client::connect(ClusterOptions options) {
    return connect(std::move(options), std::make_unique<TcpTransport>());
}

Outcome<std::unique_ptr<Client>> Client::connect(ClusterOptions options,
                                                 std::unique_ptr<Transport> transport) {
    auto cluster = Cluster::connect(std::move(options), std::move(transport));
    if (!cluster) return fail(cluster.error());
    return std::unique_ptr<Client>(new Client(std::move(*cluster)));
}

Outcome<> Client::get(const Key& key, const BinSelection& bins, Record& record,
                      const ReadPolicy& policy) const {
    Buffer frame;
    frame.reserve(request_size_usual);
    RequestWriter writer(frame);
    begin_command(writer, key, read_bits(bins, policy.read_touch_ttl_percent), policy, false);
    add_selection(writer, bins);
    writer.end(policy.compress);
    return run(*cluster_, {key, frame.bytes(), policy, policy.replica, false}, &record);
}

Outcome<bool> Client::exists(const Key& key, const ReadPolicy& policy) const {
    Record header;
    Outcome<> got = get(key, BinSelection::none(), header, policy);
    if (got) return true;
    if (got.error().code == ResultCode::not_found) return false;
    return fail(std::move(got.error()));
}

Outcome<> Client::put(const Key& key, std::span<const Bin> bins, const WritePolicy& policy) const {
    WINNOW_TRY(check_bins(bins));
    Buffer frame;
    frame.reserve(request_size_usual);
    RequestWriter writer(frame);
    begin_command(writer, key, write_bits(policy), policy, policy.send_key);
    for (const Bin& bin : bins)
        writer.add_operation(OperationCode::write, static_cast<uint8_t>(bin.value.particle()),
                             bin.name, bin.value.bytes());
    writer.end(policy.compress);
    return run(*cluster_, {key, frame.bytes(), policy, policy.replica, true}, nullptr);
}

Outcome<> Client::remove(const Key& key, const WritePolicy& policy) const {
    Buffer frame;
    RequestWriter writer(frame);
    begin_command(writer, key, remove_bits(policy), policy, policy.send_key);
    writer.end(policy.compress);
    return run(*cluster_, {key, frame.bytes(), policy, policy.replica, true}, nullptr);
}

Outcome<> Client::write_one(const Key& key, const BinOperation& op,
                            const WritePolicy& policy) const {
    std::span<const BinOperation> ops(&op, 1);
    WINNOW_TRY(check_operations(ops));
    Buffer frame;
    RequestWriter writer(frame);
    begin_command(writer, key, operate_bits(ops, policy, false), policy, policy.send_key);
    add_operations(writer, ops);
    writer.end(policy.compress);
    return run(*cluster_, {key, frame.bytes(), policy, policy.replica, true}, nullptr);
}

Outcome<> Client::touch(const Key& key, const WritePolicy& policy) const {
    return write_one(key, BinOperation::touch(), policy);
}

Outcome<> Client::append(const Key& key, std::string_view bin, const ValueView& value,
                         const WritePolicy& policy) const {
    return write_one(key, BinOperation::append(bin, value), policy);
}

Outcome<> Client::prepend(const Key& key, std::string_view bin, const ValueView& value,
                          const WritePolicy& policy) const {
    return write_one(key, BinOperation::prepend(bin, value), policy);
}

Outcome<> Client::add(const Key& key, std::string_view bin, const ValueView& number,
                      const WritePolicy& policy) const {
    return write_one(key, BinOperation::add(bin, number), policy);
}

Outcome<> Client::operate(const Key& key, std::span<const BinOperation> ops, Record& record,
                          const WritePolicy& policy, bool respond_all) const {
    WINNOW_TRY(check_operations(ops));
    CommandBits bits = operate_bits(ops, policy, respond_all);
    Buffer frame;
    RequestWriter writer(frame);
    begin_command(writer, key, bits, policy, bits.writes() && policy.send_key);
    add_operations(writer, ops);
    writer.end(policy.compress);
    return run(*cluster_, {key, frame.bytes(), policy, policy.replica, bits.writes()}, &record);
}

Outcome<> Client::query(const Query& query, PartitionProgress& progress, const RecordVisitor& visit,
                        const QueryPolicy& policy) const {
    return query_frames(
        query, progress,
        [&](RecordFrame& frame) {
            while (const RecordView* record = frame.next()) {
                if (!visit(*record)) return false;
            }
            return true;
        },
        policy);
}

}  // namespace winnow::client
