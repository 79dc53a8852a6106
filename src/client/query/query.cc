#include "client/query/query.h"

#include <algorithm>

#include "base/random.h"
#include "client/command/call_timer.h"
#include "client/command/request.h"
#include "client/query/query_part.h"

namespace winnow::client {

Predicate Predicate::equals(std::string_view bin, const ValueView& value,
                            CollectionType collection) {
    std::string bytes(text_of(value.bytes()));
    return {std::string(bin), value.particle(), bytes, bytes, collection};
}

Predicate Predicate::range(std::string_view bin, int64_t first, int64_t last,
                           CollectionType collection) {
    Predicate predicate = equals(bin, ValueView(first), collection);
    predicate.last = text_of(ValueView(last).bytes());
    return predicate;
}

const RecordView* RecordFrame::next() {
    while (!part_.over) {
        Result<const Response*> response = reader_.next();
        if (!response) {
            part_.fail_reply(response.error().text);
            break;
        }
        if (*response == nullptr) break;
        const Response& message = **response;
        if (message.last() || (message.result != ResultCode::ok && !message.partition_done())) {
            part_.finish(message.result, progress_);
        } else if (message.partition_done()) {
            take_partition(message);
        } else if (take_record(message)) {
            view_.emplace(message);
            return &*view_;
        }
    }
    return nullptr;
}

bool RecordFrame::take_record(const Response& response) {
    Result<Digest> digest = response.fields.digest();
    if (!digest) {
        part_.fail_reply("a record without a digest");
        return false;
    }
    PartitionStatus* status = progress_.find(digest->partition());
    if (status == nullptr) {
        part_.fail_reply("a record of a partition that was not asked for");
        return false;
    }
    before_ = *status;
    if (part_.by_index) {
        Result<int64_t> value = response.index_value();
        if (!value) {
            part_.fail_reply(value.error().text);
            return false;
        }
        status->index_value = *value;
    }
    status->started = true;
    status->digest = *digest;
    part_.received++;
    return true;
}

void RecordFrame::put_back() {
    *progress_.find(before_.id) = before_;
    part_.received--;
}

void RecordFrame::take_partition(const Response& response) {
    PartitionStatus* status = progress_.find(response.generation);
    if (status == nullptr) {
        part_.fail_reply("a message of a partition that was not asked for");
    } else if (response.result == ResultCode::ok) {
        status->done = true;
    } else {
        part_.unavailable.push_back(status->id);
        part_.unavailable_code = response.result;
    }
}

// One query: rounds over the nodes until all partitions are read, the limit is reached, the visitor
// has had enough, or a failure stays.
class QueryRun {
public:
    QueryRun(const Cluster& cluster, const Query& query, const QueryPolicy& policy,
             PartitionProgress& progress, const FrameVisitor& visit)
        : cluster_(cluster),
          query_(query),
          policy_(policy),
          progress_(progress),
          visit_(visit),
          timer_(policy),
          task_id_(system_random()) {}

    Outcome<> run() {
        for (;;) {
            if (Outcome<> done = round(); !done) {
                if (!again(done.error())) return done;
            } else if (stopped_ || progress_.done() || remaining() == 0) {
                return {};
            }
        }
    }

private:
    // Records that may still be handed out; never 0 if there is no limit.
    uint64_t remaining() const {
        return query_.max_records == 0 ? UINT64_MAX : query_.max_records - handed_out_;
    }

    Outcome<> round() {
        stale_ = false;
        std::optional<Failure> failure;
        std::vector<QueryPart> parts = divide(failure);
        for (QueryPart& part : parts) {
            if (Outcome<> sent = send(part); !sent) part.fail_with(sent.error());
        }
        fresh_ = false;
        bool open = true;
        while (open && !stopped_) {
            open = false;
            for (QueryPart& part : parts) {
                if (part.over || stopped_) continue;
                receive(part);
                open |= !part.over;
            }
        }
        for (QueryPart& part : parts) {
            if (part.failure && (!failure || failure->worth_retrying())) failure = part.failure;
        }
        if (failure && !stopped_) return fail(*std::move(failure));
        return {};
    }

    // What is left to read, by node, and how many records each may send. With fewer records than
    // nodes some nodes wait for the next round.
    std::vector<QueryPart> divide(std::optional<Failure>& failure) {
        std::vector<QueryPart> parts;
        size_t last = 0;
        const size_t replica = timer_.replica(policy_.replica, false);
        for (const PartitionStatus& status : progress_.statuses()) {
            if (status.done) continue;
            Outcome<Node*> node = cluster_.route(query_.ns, status.id, replica);
            if (!node) {
                failure = node.error();
                continue;
            }
            if (parts.empty() || parts[last].node != *node) {
                for (last = 0; last < parts.size() && parts[last].node != *node;) last++;
                if (last == parts.size()) parts.emplace_back().node = *node;
            }
            parts[last].add(status);
        }
        for (size_t i = 0; i < parts.size(); i++) {
            parts[i].by_index = query_.where.has_value();
            if (query_.max_records == 0) continue;
            parts[i].share = remaining() / parts.size() + (i < remaining() % parts.size() ? 1 : 0);
        }
        std::erase_if(parts, [](const QueryPart& part) { return part.share == 0; });
        return parts;
    }

    Outcome<> send(QueryPart& part) {
        Deadline deadline = timer_.answer();
        Result<ChannelLease> channel = part.node->take(deadline, fresh_);
        if (!channel) return fail(connection_failure(part, channel.error()));
        part.channel = std::move(*channel);
        request_.clear();
        encode(part);
        if (Result<> sent = part.channel->send(request_.bytes(), deadline); !sent)
            return fail(connection_failure(part, sent.error()));
        return {};
    }

    void encode(const QueryPart& part) {
        RequestWriter writer(request_);
        uint8_t info1 = info1::read;
        if (query_.no_bins) info1 |= info1::no_bin_data;
        if (policy_.short_query) info1 |= info1::short_query;
        if (policy_.compress) info1 |= info1::compress_response;
        writer.begin({.info1 = info1,
                      .info3 = info3::partition_done,
                      .transaction_ttl_ms = policy_.total_timeout_ms});
        writer.add_field(FieldId::namespace_name, query_.ns);
        if (!query_.set.empty()) writer.add_field(FieldId::set, query_.set);
        if (policy_.records_per_second != 0)
            writer.add_number(FieldId::records_per_second, policy_.records_per_second);
        if (policy_.socket_timeout_ms != 0)
            writer.add_number(FieldId::socket_timeout, policy_.socket_timeout_ms);
        writer.add_number(FieldId::task_id, task_id_);
        if (query_.where) add_predicate(writer, *query_.where);
        if (!policy_.filter.empty()) writer.add_field(FieldId::filter, policy_.filter);
        part.add_partitions(writer);
        if (part.share != UINT64_MAX) writer.add_number(FieldId::max_records, part.share);
        if (!query_.no_bins) {
            for (const std::string& bin : query_.bins) writer.add_read(bin);
        }
        writer.end(policy_.compress);
    }

    static void add_predicate(RequestWriter& writer, const Predicate& predicate) {
        if (predicate.collection != CollectionType::none)
            writer.add_byte(FieldId::index_type, static_cast<uint8_t>(predicate.collection));
        writer.add_index_range({.bin = predicate.bin,
                                .particle = static_cast<uint8_t>(predicate.particle),
                                .begin = bytes_of(predicate.first),
                                .end = bytes_of(predicate.last)});
    }

    // One frame of a node. The nodes take turns, so that none has to wait long for its reader.
    void receive(QueryPart& part) {
        Result<Bytes> body = receive_message(*part.channel, timer_.answer(), part.inflated);
        if (!body) {
            stale_ |= !part.channel.fresh() && part.received == 0 &&
                      body.error().code != ResultCode::timeout;
            part.fail_with(connection_failure(part, body.error()));
            return;
        }
        uint64_t before = part.received;
        RecordFrame frame(*body, part, progress_);
        stopped_ = !visit_(frame);
        if (!stopped_) {
            while (frame.next() != nullptr) continue;
        }
        handed_out_ += part.received - before;
    }

    static Failure connection_failure(const QueryPart& part, const Error& error) {
        return failure_of(error, FailureSource::connection, part.node->name());
    }

    bool again(const Failure& failure) {
        if (!failure.worth_retrying()) return false;
        if (stale_ && !stale_retried_) {
            fresh_ = stale_retried_ = true;
            return true;
        }
        return timer_.retry();
    }

    const Cluster& cluster_;
    const Query& query_;
    const QueryPolicy& policy_;
    PartitionProgress& progress_;
    const FrameVisitor& visit_;
    CallTimer timer_;
    const uint64_t task_id_;
    Buffer request_;
    uint64_t handed_out_ = 0;
    bool stopped_ = false;  // by the visitor
    bool stale_ = false;    // a node had cut a channel while it lay idle
    bool stale_retried_ = false;
    bool fresh_ = false;  // the next round uses new channels only
};

Outcome<> run_query(const Cluster& cluster, const Query& query, const QueryPolicy& policy,
                    PartitionProgress& progress, const FrameVisitor& visit) {
    if (query.bins.size() > UINT16_MAX || (query.where && query.where->bin.size() > UINT8_MAX))
        return fail(request_failure(ResultCode::parameter, "the query names too much"));
    for (const std::string& bin : query.bins) {
        if (bin.empty() || bin.size() > bin_name_length_max)
            return fail(request_failure(ResultCode::bin_name, "a bin name has 1 to 15 bytes"));
    }
    if (policy.short_query && policy.records_per_second != 0)
        return fail(request_failure(ResultCode::parameter,
                                    "short_query and records_per_second exclude each other: a "
                                    "short query has no rate limit"));
    if (progress.done()) return {};
    return QueryRun(cluster, query, policy, progress, visit).run();
}

}  // namespace winnow::client
