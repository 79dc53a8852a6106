// The sending half of Connection: replies of the owner thread, and what other threads hand over.

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "net/connection.h"
#include "net/frame_handler.h"
#include "net/io_thread.h"

namespace winnow {
namespace {

// Small leftovers are gathered in blocks of about this size.
constexpr size_t output_block_bytes = size_t{16} << 10;
constexpr size_t parts_per_send = 16;

}  // namespace

void Connection::flush_replies() {
    Buffer& replies = thread_.replies();
    if (replies.empty() || !socket_.is_open()) return thread_.clear_replies();
    Bytes rest = replies.bytes();
    if (output_.empty()) {
        ssize_t sent = ::send(socket_.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
        if (sent >= 0) {
            thread_.count_out(static_cast<size_t>(sent));
            rest = rest.subspan(static_cast<size_t>(sent));
        } else if (errno != EAGAIN && errno != EINTR) {
            return end();
        }
    }
    if (!rest.empty()) keep_output(rest);
    thread_.clear_replies();
}

void Connection::keep_output(Bytes rest) {
    size_t unsent = unsent_bytes_.fetch_add(rest.size(), std::memory_order_relaxed) + rest.size();
    if (!thread_.add_buffered(rest.size())) return end_over_limit();
    if (unsent > thread_.shared().unsent_bytes_max) choked_ = true;
    if (output_.empty() || output_.back().size() >= output_block_bytes) output_.emplace_back();
    output_.back().append(rest);
}

// Sends until the kernel takes no more.
void Connection::write_output() {
    while (!output_.empty()) {
        iovec parts[parts_per_send];
        size_t count = std::min(output_.size(), parts_per_send);
        size_t offered = 0;
        for (size_t i = 0; i < count; i++) {
            size_t skip = i == 0 ? output_sent_ : 0;
            parts[i] = {output_[i].data() + skip, output_[i].size() - skip};
            offered += parts[i].iov_len;
        }
        msghdr message{};
        message.msg_iov = parts;
        message.msg_iovlen = count;
        ssize_t sent = ::sendmsg(socket_.get(), &message, MSG_NOSIGNAL);
        if (sent < 0) {
            if (errno == EINTR) continue;
            if (errno != EAGAIN) end();
            return;
        }
        thread_.count_out(static_cast<size_t>(sent));
        drop_output(static_cast<size_t>(sent));
        if (static_cast<size_t>(sent) < offered) return;
    }
}

void Connection::drop_output(size_t count) {
    unsent_bytes_.fetch_sub(count, std::memory_order_relaxed);
    thread_.subtract_buffered(count);
    count += output_sent_;
    size_t whole = 0;
    while (whole < output_.size() && count >= output_[whole].size()) {
        count -= output_[whole++].size();
    }
    output_.erase(output_.begin(), output_.begin() + static_cast<std::ptrdiff_t>(whole));
    output_sent_ = count;
    if (output_.empty()) std::vector<Buffer>().swap(output_);
}

// Once the peer has read, whoever waited for that goes on: the frames kept back, or a job.
void Connection::after_write() {
    if (!socket_.is_open()) return;
    size_t low = std::min(drained_bytes, thread_.shared().unsent_bytes_max / 2);
    bool drained = unsent_bytes() <= low;
    if (drained) choked_ = false;
    if (drained || closed()) call_drained();
    resume();
}

void Connection::send(Buffer&& bytes) {
    enqueue(std::move(bytes), false);
}
void Connection::finish() {
    enqueue({}, true);
}
void Connection::finish(Buffer&& last) {
    enqueue(std::move(last), true);
}

void Connection::enqueue(Buffer&& bytes, bool finish) {
    std::lock_guard lock(mutex_);
    if (ended_) return;
    if (!bytes.empty()) {
        unsent_bytes_.fetch_add(bytes.size(), std::memory_order_relaxed);
        if (!thread_.add_buffered(bytes.size())) over_limit_ = true;
        queued_.push_back(std::move(bytes));
    }
    if (finish) finished_ = true;
    schedule();
}

void Connection::when_drained(std::function<void()> call) {
    {
        std::lock_guard lock(mutex_);
        if (!ended_) {
            drained_ = std::move(call);
            // Drained perhaps since the caller looked: the owner thread looks again.
            return schedule();
        }
    }
    call();
}

// With mutex_ held, and before the end: the thread and its loop still exist.
void Connection::schedule() {
    if (scheduled_) return;
    scheduled_ = true;
    thread_.loop().post([self = shared_from_this()] { self->run_queued(); });
}

void Connection::run_queued() {
    std::vector<Buffer> queued;
    bool finished = false;
    bool over_limit = false;
    {
        std::lock_guard lock(mutex_);
        scheduled_ = false;
        queued.swap(queued_);
        finished = std::exchange(finished_, false);
        over_limit = over_limit_;
    }
    if (!socket_.is_open()) return;
    if (over_limit) return end_over_limit();
    if (finished) pending_ = false;
    bool waiting_for_kernel = !output_.empty();
    for (Buffer& bytes : queued) output_.push_back(std::move(bytes));
    if (!waiting_for_kernel) write_output();
    if (unsent_bytes() > thread_.shared().unsent_bytes_max) choked_ = true;
    after_write();
}

void Connection::call_drained() {
    std::function<void()> call;
    {
        std::lock_guard lock(mutex_);
        call.swap(drained_);
    }
    if (call) call();
}

}  // namespace winnow
