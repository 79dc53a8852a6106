#include "client/command/batch.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "client/command/call_timer.h"
#include "client/command/request.h"

namespace winnow::client {
namespace {

constexpr WriteRules default_rules;

// The rows of a batch, whatever they were given as.
class Rows {
public:
    virtual ~Rows() = default;
    virtual size_t size() const = 0;
    virtual const Key& key(size_t index) const = 0;
    virtual bool writes(size_t index) const = 0;
    // Appends the row; `before` is the row written last, if there is one.
    virtual void write(RequestWriter& writer, size_t index, const Key* before) const = 0;
};

void begin_row(RequestWriter& writer, size_t index, const Key& key, const CommandBits& bits) {
    BatchRowHeader header{.index = static_cast<uint32_t>(index),
                          .digest = key.digest,
                          .info1 = bits.info1,
                          .info2 = bits.info2,
                          .info3 = bits.info3,
                          .generation = static_cast<uint16_t>(bits.generation),
                          .record_ttl = bits.record_ttl};
    if (bits.info2 & (info2::generation | info2::generation_greater))
        header.type |= batch_row::generation;
    writer.begin_row(header);
    writer.add_field(FieldId::namespace_name, key.ns);
    if (!key.set.empty()) writer.add_field(FieldId::set, key.set);
}

class ReadRows : public Rows {
public:
    ReadRows(std::span<const Key> keys, const BinSelection& bins)
        : keys_(keys), bins_(bins), bits_(read_bits(bins, 0)) {}
    size_t size() const override { return keys_.size(); }
    const Key& key(size_t index) const override { return keys_[index]; }
    bool writes(size_t) const override { return false; }
    void write(RequestWriter& writer, size_t index, const Key* before) const override {
        const Key& key = keys_[index];
        if (before != nullptr && before->ns == key.ns && before->set == key.set) {
            writer.repeat_row(static_cast<uint32_t>(index), key.digest);
            return;
        }
        begin_row(writer, index, key, bits_);
        add_selection(writer, bins_);
    }

private:
    std::span<const Key> keys_;
    const BinSelection& bins_;
    CommandBits bits_;
};

CommandBits bits_of(const BatchEntry& entry) {
    const WriteRules& rules = entry.rules != nullptr ? *entry.rules : default_rules;
    switch (entry.action) {
        case BatchAction::read: return read_bits(entry.bins, entry.read_touch_ttl_percent);
        case BatchAction::operate: return operate_bits(entry.ops, rules, false);
        case BatchAction::remove: return remove_bits(rules);
    }
    return {};
}

class EntryRows : public Rows {
public:
    explicit EntryRows(std::span<const BatchEntry> entries) : entries_(entries) {}
    size_t size() const override { return entries_.size(); }
    const Key& key(size_t index) const override { return *entries_[index].key; }
    bool writes(size_t index) const override { return bits_of(entries_[index]).writes(); }
    void write(RequestWriter& writer, size_t index, const Key*) const override {
        const BatchEntry& entry = entries_[index];
        const Key& key = *entry.key;
        CommandBits bits = bits_of(entry);
        begin_row(writer, index, key, bits);
        if (!entry.filter.empty()) writer.add_field(FieldId::filter, entry.filter);
        bool send_key = bits.writes() && entry.rules != nullptr && entry.rules->send_key;
        if (send_key && !key.user_key.is_nil())
            writer.add_key(static_cast<uint8_t>(key.user_key.particle()),
                           key.user_key.view().bytes());
        if (entry.action == BatchAction::read) add_selection(writer, entry.bins);
        if (entry.action == BatchAction::operate) add_operations(writer, entry.ops);
    }

private:
    std::span<const BatchEntry> entries_;
};

class BatchRun {
public:
    BatchRun(const Cluster& cluster, const Rows& rows, const BatchPolicy& policy,
             const BatchVisitor& visit)
        : cluster_(cluster),
          rows_(rows),
          policy_(policy),
          visit_(visit),
          timer_(policy),
          states_(rows.size(), State::open) {}

    Outcome<> run() {
        for (;;) {
            round();
            if (!failure_) return {};
            if (!again()) break;
        }
        hand_over_unanswered();
        return fail(*std::move(failure_));
    }

private:
    enum class State : uint8_t { open, in_doubt, answered };
    // The rows for one node, in one attempt.
    struct Part {
        Node* node = nullptr;
        std::vector<uint32_t> rows;
        ChannelLease channel;
        Deadline deadline = Deadline::never();
        bool sent = false;
        bool writes = false;
    };

    void round() {
        failure_.reset();
        stale_ = false;
        std::vector<Part> parts = divide();
        for (Part& part : parts) {
            if (Outcome<> sent = send(part); !sent) note(part, sent.error());
        }
        for (Part& part : parts) {
            if (!part.sent) continue;
            Outcome<> received = receive(part);
            if (received)
                part.channel.keep();
            else
                note(part, received.error());
        }
        fresh_ = false;
    }

    std::vector<Part> divide() {
        std::vector<Part> parts;
        size_t last = 0;
        for (size_t i = 0; i < rows_.size(); i++) {
            if (states_[i] == State::answered) continue;
            const Key& key = rows_.key(i);
            // A server refuses a batch as a whole for one row of a namespace that it has not.
            if (!cluster_.has_namespace(key.ns)) {
                states_[i] = State::answered;
                visit_({i, ResultCode::namespace_not_found, false, nullptr});
                continue;
            }
            size_t replica = timer_.replica(policy_.replica, rows_.writes(i));
            Outcome<Node*> node = cluster_.route(key.ns, key.digest.partition(), replica);
            if (!node) {
                failure_ = node.error();
                continue;
            }
            if (parts.empty() || parts[last].node != *node) {
                for (last = 0; last < parts.size() && parts[last].node != *node;) last++;
                if (last == parts.size()) parts.emplace_back().node = *node;
            }
            parts[last].rows.push_back(static_cast<uint32_t>(i));
        }
        return parts;
    }

    void encode(const Part& part) {
        request_.clear();
        RequestWriter writer(request_);
        uint8_t info1 = info1::batch;
        if (policy_.compress) info1 |= info1::compress_response;
        writer.begin({.info1 = info1, .transaction_ttl_ms = policy_.total_timeout_ms});
        if (!policy_.filter.empty()) writer.add_field(FieldId::filter, policy_.filter);
        uint8_t flags = batch_flag::row_sets;
        if (policy_.allow_inline) flags |= batch_flag::allow_inline;
        if (policy_.respond_all_rows) flags |= batch_flag::respond_all_keys;
        writer.begin_batch(flags);
        const Key* before = nullptr;
        for (uint32_t row : part.rows) {
            rows_.write(writer, row, before);
            before = &rows_.key(row);
        }
        writer.end(policy_.compress);
    }

    Outcome<> send(Part& part) {
        for (uint32_t row : part.rows) part.writes |= rows_.writes(row);
        part.deadline = timer_.answer();
        Result<ChannelLease> channel = part.node->take(part.deadline, fresh_);
        if (!channel) return fail(connection_failure(part, channel.error()));
        part.channel = std::move(*channel);
        encode(part);
        part.sent = true;
        if (Result<> sent = part.channel->send(request_.bytes(), part.deadline); !sent) {
            part.sent = false;
            doubt(part);
            return fail(connection_failure(part, sent.error()));
        }
        return {};
    }

    // Up to the last message.
    Outcome<> receive(Part& part) {
        for (;;) {
            Result<Bytes> body = receive_message(*part.channel, part.deadline, inflated_);
            if (!body) {
                doubt(part);
                return fail(connection_failure(part, body.error()));
            }
            ResponseReader reader(*body);
            for (;;) {
                Result<const Response*> response = reader.next();
                if (!response) return fail(bad_reply(part, response.error().text));
                if (*response == nullptr) break;
                if ((*response)->last()) return finish(part, (*response)->result);
                WINNOW_TRY(take_row(part, **response));
            }
            part.deadline = timer_.answer();
        }
    }

    Outcome<> take_row(Part& part, const Response& response) {
        size_t index = response.transaction_ttl;
        if (index >= rows_.size() || states_[index] == State::answered)
            return fail(bad_reply(part, "the reply answers a row that nobody asked for"));
        states_[index] = State::answered;
        RecordView record(response);
        ResultCode code = response.result;
        bool doubt = code == ResultCode::timeout && rows_.writes(index);
        visit_({index, code, doubt, code == ResultCode::ok ? &record : nullptr});
        return {};
    }

    Outcome<> finish(Part& part, ResultCode code) {
        // A refusal of the whole; the channel is in order.
        if (code != ResultCode::ok) {
            part.channel.keep();
            return fail(server_failure(code, part.node->name()));
        }
        for (uint32_t row : part.rows) {
            if (states_[row] != State::answered)
                return fail(bad_reply(part, "the reply leaves out rows"));
        }
        return {};
    }

    Failure connection_failure(const Part& part, const Error& error) const {
        return failure_of(error, FailureSource::connection, part.node->name());
    }
    Failure bad_reply(const Part& part, const char* text) {
        doubt(part);
        return failure_of(Error(ResultCode::server_error, text), FailureSource::reply,
                          part.node->name());
    }

    // The unanswered writes of a part may have been done.
    void doubt(const Part& part) {
        if (!part.writes) return;
        for (uint32_t row : part.rows) {
            if (states_[row] == State::open && rows_.writes(row)) states_[row] = State::in_doubt;
        }
    }

    // Of several failures one that forbids a further attempt counts most.
    void note(const Part& part, const Failure& failure) {
        stale_ |= failure.source == FailureSource::connection && part.channel &&
                  !part.channel.fresh() && !part.writes;
        if (!failure_ || failure_->worth_retrying()) failure_ = failure;
    }

    bool again() {
        if (!failure_->worth_retrying()) return false;
        if (stale_ && !stale_retried_) {
            // The channel had been cut while it lay idle: as in a single read, no attempt is lost.
            fresh_ = stale_retried_ = true;
            return true;
        }
        return timer_.retry();
    }

    void hand_over_unanswered() {
        for (size_t i = 0; i < states_.size(); i++) {
            if (states_[i] == State::answered) continue;
            bool in_doubt = states_[i] == State::in_doubt;
            failure_->in_doubt |= in_doubt;
            visit_({i, failure_->code, in_doubt, nullptr});
        }
    }

    const Cluster& cluster_;
    const Rows& rows_;
    const BatchPolicy& policy_;
    const BatchVisitor& visit_;
    CallTimer timer_;
    std::vector<State> states_;
    std::optional<Failure> failure_;
    Buffer request_;
    Buffer inflated_;
    bool stale_ = false;  // a part failed on a channel that had lain idle
    bool stale_retried_ = false;
    bool fresh_ = false;  // the next round uses new channels only
};

Outcome<> check_entry(const BatchEntry& entry) {
    if (entry.key == nullptr)
        return fail(request_failure(ResultCode::parameter, "a row without a key"));
    if (entry.action != BatchAction::operate) return {};
    return check_operations(entry.ops);
}

Outcome<> run_rows(const Cluster& cluster, const Rows& rows, const BatchPolicy& policy,
                   const BatchVisitor& visit) {
    if (rows.size() == 0) return {};
    if (rows.size() > UINT32_MAX)
        return fail(request_failure(ResultCode::parameter, "too many rows for one batch"));
    return BatchRun(cluster, rows, policy, visit).run();
}

}  // namespace

Outcome<> run_batch(const Cluster& cluster, std::span<const BatchEntry> entries,
                    const BatchPolicy& policy, const BatchVisitor& visit) {
    for (const BatchEntry& entry : entries) WINNOW_TRY(check_entry(entry));
    return run_rows(cluster, EntryRows(entries), policy, visit);
}

Outcome<> run_batch_read(const Cluster& cluster, std::span<const Key> keys,
                         const BinSelection& bins, const BatchPolicy& policy,
                         const BatchVisitor& visit) {
    return run_rows(cluster, ReadRows(keys, bins), policy, visit);
}

}  // namespace winnow::client
