#include "base/clock.h"
#include "server/handlers/batch_runner.h"
#include "server/handlers/handlers.h"

namespace winnow {
namespace {

// Batches up to this size are answered where they arrive; larger ones in steps of this size.
constexpr uint32_t rows_per_step = 256;
// A step waits while the client has this much to read.
constexpr size_t unsent_bytes_max = size_t{2} << 20;

class BatchTask : public Task, public std::enable_shared_from_this<BatchTask> {
public:
    // REQUIRES: `body` is a message that decode_request() accepts and BatchRunner::check() passed.
    BatchTask(ServerContext& context, Bytes body, HeldBytes::Share share,
              std::shared_ptr<ReplyChannel> channel)
        : context_(context), share_(std::move(share)), channel_(std::move(channel)) {
        body_.append(body);
        request_ = *decode_request(body_.bytes());
        runner_.emplace(context, request_);
        CHECK(runner_->check().has_value());
        if (request_.transaction_ttl_ms != 0)
            deadline_ns_ = context.database.clock().monotonic_ns() +
                           uint64_t{request_.transaction_ttl_ms} * 1'000'000;
    }

    Next step() override {
        Buffer out;
        if (channel_->closed()) {
            channel_->finish(std::move(out));
            return Next::done;
        }
        if (channel_->unsent_bytes() > unsent_bytes_max) {
            channel_->when_drained(
                [self = shared_from_this()] { self->context_.executor.wake(self); });
            return Next::later;
        }
        if (context_.database.clock().monotonic_ns() > deadline_ns_) {
            runner_->end(out, ResultCode::timeout);
        } else if (!runner_->run(out, rows_per_step)) {
            channel_->send(std::move(out));
            return Next::again;
        }
        channel_->finish(std::move(out));
        return Next::done;
    }

private:
    ServerContext& context_;
    HeldBytes::Share share_;  // for the body
    std::shared_ptr<ReplyChannel> channel_;
    Buffer body_;
    Request request_;
    std::optional<BatchRunner> runner_;
    uint64_t deadline_ns_ = UINT64_MAX;
};

}  // namespace

Handled handle_batch(ServerContext& context, const Request& request, Bytes body,
                     ChannelSource& channels, Buffer& out) {
    BatchRunner runner(context, request);
    auto rows = runner.check();
    if (!rows) {
        runner.end(out, rows.error().code);
        return Handled::replied;
    }
    uint32_t limit = context.settings.batch_max_requests.load(std::memory_order_relaxed);
    if (limit != 0 && *rows > limit) {
        runner.end(out, ResultCode::batch_max_requests);
        return Handled::replied;
    }
    if (*rows <= rows_per_step) {
        while (!runner.run(out, rows_per_step)) {
        }
        return Handled::replied;
    }
    HeldBytes::Share share = context.held.take(body.size());
    if (!share) {
        runner.end(out, ResultCode::batch_queues_full);
        return Handled::replied;
    }
    context.executor.post(
        std::make_shared<BatchTask>(context, body, std::move(share), channels.channel()));
    return Handled::pending;
}

}  // namespace winnow
