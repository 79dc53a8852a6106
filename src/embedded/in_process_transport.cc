#include "embedded/in_process_transport.h"

#include <algorithm>
#include <chrono>
#include <deque>
#include <thread>
#include <utility>

#include "server/dispatch.h"

namespace winnow::embedded {
namespace {

constexpr size_t resting_size_max = size_t{256} << 10;
// How long a task that has nothing to do just now is left alone.
constexpr uint64_t pause_ns = 1'000'000;
// Between two questions whether a call is to be interrupted, which may cost more than a step.
constexpr uint32_t question_ms = 100;

// What the work of a request sends: used by the thread that steps it alone.
class Replies : public ReplyChannel {
public:
    void send(Buffer&& bytes) override {
        unsent_ += bytes.size();
        frames_.push_back(std::move(bytes));
    }
    void finish(Buffer&& last) override { send(std::move(last)); }
    bool closed() const override { return closed_; }
    size_t unsent_bytes() const override { return unsent_; }
    // The work is stepped when all is taken: whenever it asks, it is about to be.
    void when_drained(std::function<void()> call) override { call(); }

    // False: nothing is there.
    bool take(Buffer& next) {
        if (frames_.empty()) return false;
        next = std::move(frames_.front());
        frames_.pop_front();
        unsent_ -= next.size();
        return true;
    }
    void close() { closed_ = true; }

private:
    std::deque<Buffer> frames_;
    size_t unsent_ = 0;
    bool closed_ = false;
};

class InProcessChannel final : public client::Channel, private ChannelSource {
public:
    explicit InProcessChannel(Core& core) : core_(core) {}
    ~InProcessChannel() override { end_request(); }

    Result<> send(Bytes frame, Deadline) override {
        end_request();
        if (core_.foreign()) return fail(ResultCode::server_error, Core::foreign_text());
        if (frame.size() < frame_header_size || dispatch_frame_size(frame) != frame.size())
            return fail(ResultCode::parameter, "the request is too large: split it");
        core_.note_request();
        return dispatch_frame(frame);
    }

    Result<client::Frame> receive(Deadline deadline) override {
        while (read_ == reply_.size()) {
            read_ = 0;
            if (replies_ != nullptr && replies_->take(reply_)) continue;
            reply_.clear();
            WINNOW_TRY(work_on(deadline));
        }
        Bytes unread = reply_.bytes().subspan(read_);
        Result<FrameHeader> header = decode_frame_header(unread);
        if (!header) return fail(ResultCode::server_error, header.error().text);
        size_t size = frame_header_size + header->size;
        CHECK(size <= unread.size());
        read_ += size;
        return client::Frame{header->type, unread.subspan(frame_header_size, header->size)};
    }

    bool reusable() override { return read_ == reply_.size() && !work_.pending(); }

    void rest() override {
        if (reply_.capacity() <= resting_size_max || !reusable()) return;
        reply_.release();
        read_ = 0;
    }

private:
    Result<> dispatch_frame(Bytes frame) {
        Handled handled;
        {
            RequestWork::Scope scope(work_);
            handled = dispatch(core_.context(), frame, *this, reply_);
        }
        if (handled == Handled::close)
            return fail(ResultCode::server_error, "the request is malformed");
        // Answered, and something goes on behind it.
        if (handled == Handled::replied && work_.pending()) core_.background().post(work_.take());
        return {};
    }

    // One step of what the request has left behind.
    Result<> work_on(Deadline deadline) {
        if (core_.foreign()) return fail(ResultCode::server_error, Core::foreign_text());
        if (!work_.pending()) return fail(ResultCode::server_error, "the reply ends too soon");
        if (deadline.passed()) return fail(ResultCode::timeout, "the reply did not come in time");
        if (question_.passed()) {
            if (deadline.interrupted())
                return fail(ResultCode::query_aborted, "the call was interrupted");
            question_ = Deadline::in(question_ms);
        }
        if (work_.step() == Task::Next::later) pause(deadline);
        return {};
    }

    std::shared_ptr<ReplyChannel> channel() override {
        replies_ = std::make_shared<Replies>();
        return replies_;
    }

    void end_request() {
        if (replies_ != nullptr) replies_->close();
        std::shared_ptr<Task> given_up = work_.take();
        // In a child of fork() it cannot be put away: it would lock what may be locked for ever.
        if (given_up != nullptr && core_.foreign()) new std::shared_ptr(std::move(given_up));
        replies_.reset();
        reply_.clear();
        read_ = 0;
    }

    static void pause(Deadline deadline) {
        uint64_t ns = std::min(pause_ns, deadline.remaining_ns());
        std::this_thread::sleep_for(std::chrono::nanoseconds(ns));
    }

    Core& core_;  // kept by the transport, which outlives its channels
    Buffer reply_;
    size_t read_ = 0;  // of reply_, by frames handed out
    std::shared_ptr<Replies> replies_;
    RequestWork work_;
    Deadline question_ = Deadline::in(question_ms);
};

}  // namespace

Result<std::unique_ptr<client::Channel>> InProcessTransport::open(const client::NodeAddress&,
                                                                  Deadline) {
    if (core_->foreign()) return fail(ResultCode::server_error, Core::foreign_text());
    return std::make_unique<InProcessChannel>(*core_);
}

}  // namespace winnow::embedded
