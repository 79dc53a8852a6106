#include "server/handlers/decode_command.h"
#include "server/handlers/decode_query.h"
#include "server/handlers/handlers.h"

namespace winnow {
namespace {

// What a query may look at before it leaves the thread that received it, and in each later step:
// some hundred microseconds.
constexpr size_t inline_budget = 6'000;
constexpr size_t step_budget = 10'000;
// A query waits while its client has this much to read.
constexpr size_t unsent_bytes_max = size_t{1} << 20;

Statistic statistic_of(const Job& job, ResultCode result) {
    bool primary = job.index.empty();
    if (result == ResultCode::ok) {
        if (job.is_short)
            return primary ? Statistic::pi_query_short_basic_complete
                           : Statistic::si_query_short_basic_complete;
        return primary ? Statistic::pi_query_long_basic_complete
                       : Statistic::si_query_long_basic_complete;
    }
    if (job.is_short)
        return primary ? Statistic::pi_query_short_basic_error
                       : Statistic::si_query_short_basic_error;
    if (result == ResultCode::query_aborted)
        return primary ? Statistic::pi_query_long_basic_abort
                       : Statistic::si_query_long_basic_abort;
    return primary ? Statistic::pi_query_long_basic_error : Statistic::si_query_long_basic_error;
}

// What info commands show of a query.
std::shared_ptr<Job> job_of(const ServerContext& context, const Namespace& ns,
                            const DecodedQuery& decoded) {
    auto job = std::make_shared<Job>();
    job->task_id = decoded.task_id;
    job->ns = ns.name();
    job->set = decoded.request.set;
    if (decoded.request.predicate) job->index = decoded.request.predicate->bin;
    job->is_short = decoded.is_short;
    job->started_ns = context.database.clock().monotonic_ns();
    return job;
}

// A query with its stream, wherever it runs.
class RunningQuery {
public:
    RunningQuery(ServerContext& context, std::shared_ptr<Namespace> ns,
                 std::unique_ptr<Query> query, QueryStreamOptions stream, std::shared_ptr<Job> job,
                 uint32_t total_timeout_ms)
        : context_(context),
          ns_(std::move(ns)),
          query_(std::move(query)),
          stream_(std::move(stream)),
          job_(std::move(job)) {
        if (total_timeout_ms != 0)
            deadline_ns_ = job_->started_ns + uint64_t{total_timeout_ms} * 1'000'000;
        context.database.jobs().start(job_);
    }
    RunningQuery(const RunningQuery&) = delete;
    RunningQuery& operator=(const RunningQuery&) = delete;
    ~RunningQuery() {
        if (job_) end(ResultCode::query_aborted);
    }

    // Appends at most one frame of rows; true if the query has ended, and the stream with it.
    bool run(Buffer& out, size_t budget) {
        stream_.begin_frame(out);
        ResultCode result = ResultCode::ok;
        bool done = true;
        if (job_->abort.load(std::memory_order_relaxed))
            result = ResultCode::query_aborted;
        else if (context_.database.clock().monotonic_ns() > deadline_ns_)
            result = ResultCode::timeout;
        else
            done = query_->step(stream_, budget) == Query::Status::done;
        if (query_->failure() != ResultCode::ok) result = query_->failure();
        job_->records.store(query_->records(), std::memory_order_relaxed);
        job_->percent.store(query_->percent(), std::memory_order_relaxed);
        job_->filtered_by_metadata.store(query_->filtered_by_metadata(), std::memory_order_relaxed);
        job_->filtered_by_bins.store(query_->filtered_by_bins(), std::memory_order_relaxed);
        if (done) {
            stream_.add_last(result);
            end(result);
        }
        stream_.end_frame();
        return done;
    }

    // Nobody reads any more.
    void abandon() { end(ResultCode::query_aborted); }
    // The client has not read for too long: tells it, should it read again.
    void give_up(Buffer& out) {
        stream_.begin_frame(out);
        stream_.add_last(ResultCode::timeout);
        stream_.end_frame();
        end(ResultCode::timeout);
    }

private:
    void end(ResultCode result) {
        job_->percent.store(100, std::memory_order_relaxed);
        const uint64_t now_ns = context_.database.clock().monotonic_ns();
        context_.latencies.record(
            *ns_, job_->index.empty() ? LatencyKind::pi_query : LatencyKind::si_query,
            now_ns - job_->started_ns);
        context_.database.jobs().end(job_, result, now_ns);
        ns_->statistics().add(statistic_of(*job_, result));
        job_.reset();
    }

    ServerContext& context_;
    std::shared_ptr<Namespace> ns_;
    std::unique_ptr<Query> query_;
    QueryStream stream_;
    std::shared_ptr<Job> job_;  // null once ended
    uint64_t deadline_ns_ = UINT64_MAX;
};

// The rest of a query that was not finished where it arrived.
class QueryTask : public Task, public std::enable_shared_from_this<QueryTask> {
public:
    QueryTask(ServerContext& context, std::unique_ptr<RunningQuery> query,
              std::shared_ptr<ReplyChannel> channel, uint32_t socket_timeout_ms)
        : context_(context),
          query_(std::move(query)),
          channel_(std::move(channel)),
          socket_timeout_ns_(uint64_t{socket_timeout_ms} * 1'000'000) {}

    Next step() override {
        Buffer out;
        if (channel_->closed()) {
            query_->abandon();
        } else if (channel_->unsent_bytes() > unsent_bytes_max) {
            if (!has_waited_too_long()) return wait();
            query_->give_up(out);
        } else {
            waiting_since_ns_ = 0;
            if (!query_->run(out, step_budget)) {
                if (!out.empty()) channel_->send(std::move(out));
                return Next::again;
            }
        }
        channel_->finish(std::move(out));
        return Next::done;
    }

private:
    Next wait() {
        channel_->when_drained([self = shared_from_this()] { self->context_.executor.wake(self); });
        return Next::later;
    }
    bool has_waited_too_long() {
        uint64_t now = context_.database.clock().monotonic_ns();
        if (waiting_since_ns_ == 0) waiting_since_ns_ = now;
        return socket_timeout_ns_ != 0 && now - waiting_since_ns_ > socket_timeout_ns_;
    }

    ServerContext& context_;
    std::unique_ptr<RunningQuery> query_;
    std::shared_ptr<ReplyChannel> channel_;
    const uint64_t socket_timeout_ns_;
    uint64_t waiting_since_ns_ = 0;
};

}  // namespace

// A message without a digest is a query if it has any field that only queries have, or writes
// without naming a record. With a key it is a command of a very old client.
bool is_query(const Request& request) {
    const FieldTable& fields = request.fields;
    if (fields.has(FieldId::digest) || fields.has(FieldId::key)) return false;
    for (FieldId id : {FieldId::index_range, FieldId::partitions, FieldId::resume_digests,
                       FieldId::task_id, FieldId::scan_options, FieldId::socket_timeout,
                       FieldId::max_records, FieldId::bin_list, FieldId::udf_op})
        if (fields.has(id)) return true;
    return request.info2 & info2::write;
}

Handled handle_query(ServerContext& context, const Request& request, ChannelSource& channels,
                     Buffer& out) {
    // Marked as the last message: a client that reads a stream waits for one.
    auto refuse = [&](ResultCode code) {
        append_header_reply(out, {.result = code, .info3 = info3::last});
        return Handled::replied;
    };
    auto ns = decode_namespace(context.database, request.fields);
    if (!ns) return refuse(ns.error().code);
    auto decoded = decode_query(request);
    if (!decoded) return refuse(decoded.error().code);
    if (context.database.jobs().running() >=
        context.settings.query_max.load(std::memory_order_relaxed))
        return refuse(ResultCode::query_queue_full);
    std::shared_ptr<Job> job = job_of(context, ***ns, *decoded);
    // Moved, not copied: a request that names all partitions takes 160 KB.
    auto query = Query::start(**ns, std::move(decoded->request));
    if (!query) return refuse(query.error().code);
    auto running =
        std::make_unique<RunningQuery>(context, **ns, std::move(*query), std::move(decoded->stream),
                                       std::move(job), decoded->total_timeout_ms);
    if (running->run(out, inline_budget)) return Handled::replied;
    // What has been found so far goes first, by the same way as the rest.
    std::shared_ptr<ReplyChannel> channel = channels.channel();
    context.executor.post(std::make_shared<QueryTask>(context, std::move(running), channel,
                                                      decoded->socket_timeout_ms));
    return Handled::pending;
}

}  // namespace winnow
