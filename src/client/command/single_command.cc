#include "client/command/single_command.h"

#include "client/cluster/node.h"
#include "client/command/call_timer.h"

namespace winnow::client {
namespace {

// What one attempt came to, beside its failure.
struct Attempt {
    bool sent = false;  // the node may have seen the request
};

// The reply of one command: its result, and its message into `record`.
Outcome<> take_reply(Bytes message, const std::string& node, Record* record) {
    ResultCode code = ResultCode::ok;
    if (record != nullptr) {
        if (Result<> assigned = record->assign(message); !assigned)
            return fail(failure_of(assigned.error(), FailureSource::reply, node));
        code = record->result();
    } else {
        ResponseReader reader(message);
        Result<const Response*> response = reader.next();
        if (!response) return fail(failure_of(response.error(), FailureSource::reply, node));
        if (*response == nullptr)
            return fail(failure_of(Error(ResultCode::server_error, "empty reply"),
                                   FailureSource::reply, node));
        code = (*response)->result;
    }
    if (code != ResultCode::ok) return fail(server_failure(code, node));
    return {};
}

Outcome<> exchange(Node& node, ChannelLease& channel, const SingleCommand& command,
                   const CallTimer& timer, Record* record, Attempt& attempt) {
    Deadline deadline = timer.answer();
    attempt.sent = true;
    if (Result<> sent = channel->send(command.frame, deadline); !sent)
        return fail(failure_of(sent.error(), FailureSource::connection, node.name()));
    Buffer inflated;
    Result<Bytes> message = receive_message(*channel, deadline, inflated);
    if (!message) return fail(failure_of(message.error(), FailureSource::connection, node.name()));
    Outcome<> taken = take_reply(*message, node.name(), record);
    if (taken || taken.error().source == FailureSource::server) channel.keep();
    return taken;
}

Outcome<> attempt_once(Node& node, const SingleCommand& command, const CallTimer& timer,
                       Record* record, Attempt& attempt) {
    Result<ChannelLease> channel = node.take(timer.answer());
    if (!channel) return fail(failure_of(channel.error(), FailureSource::connection, node.name()));
    Outcome<> done = exchange(node, *channel, command, timer, record, attempt);
    // A server that was restarted has cut the channels that lay idle. A read finds that out at no
    // price; a write might be done twice.
    if (!done && done.error().source == FailureSource::connection && !channel->fresh() &&
        !command.writes) {
        channel = node.take(timer.answer(), true);
        if (!channel)
            return fail(failure_of(channel.error(), FailureSource::connection, node.name()));
        done = exchange(node, *channel, command, timer, record, attempt);
    }
    return done;
}

// Answered by a code, a write was not done; but a server's timeout says nothing.
bool leaves_doubt(const Failure& failure) {
    return failure.source != FailureSource::server || failure.code == ResultCode::timeout;
}

}  // namespace

Outcome<> run(const Cluster& cluster, const SingleCommand& command, Record* record) {
    CallTimer timer(command.policy);
    bool in_doubt = false;
    for (;;) {
        Attempt attempt;
        size_t replica = timer.replica(command.replica, command.writes);
        Outcome<> done;
        Outcome<Node*> node =
            cluster.route(command.key.ns, command.key.digest.partition(), replica);
        if (node)
            done = attempt_once(**node, command, timer, record, attempt);
        else
            done = fail(node.error());
        if (done) return done;
        // Once in doubt, always: the attempt that is in doubt may still be carried out.
        if (command.writes && attempt.sent && leaves_doubt(done.error())) in_doubt = true;
        if (!done.error().worth_retrying() || !timer.retry()) {
            done.error().in_doubt = in_doubt;
            return done;
        }
    }
}

}  // namespace winnow::client
