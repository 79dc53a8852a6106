// The receiving half of Connection: from bytes to whole frames, without a copy where a frame
// arrived whole.

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>

#include "net/connection.h"
#include "net/frame_handler.h"
#include "net/io_thread.h"

namespace winnow {
namespace {

// Replies are sent when they have grown to this, even if more frames wait in the same receive, so
// that a few bytes of requests cannot gather replies without bound.
constexpr size_t replies_flush_bytes = size_t{256} << 10;

// The first memory of a frame that arrives in parts; from then on it doubles. What the head of the
// frame announces is an upper bound only.
constexpr size_t input_start_bytes = 4096;

}  // namespace

void Connection::receive() {
    if (!input_.empty()) {
        receive_rest();
    } else {
        uint8_t* to = thread_.receive_buffer();
        ssize_t received = ::recv(socket_.get(), to, thread_.shared().receive_bytes, 0);
        if (received <= 0) return receive_stopped(received);
        thread_.count_in(static_cast<size_t>(received));
        Bytes arrived(to, static_cast<size_t>(received));
        size_t used = handle_frames(arrived);
        if (used < arrived.size()) keep_input(arrived.subspan(used));
    }
    flush_replies();
    settle();
}

// Part of a frame lies in input_: its rest is received there directly, what comes behind it into
// the shared buffer, in one call.
void Connection::receive_rest() {
    size_t missing = missing_input();
    if (!make_input_room(1, missing)) return;
    size_t room = std::min(missing, input_.capacity() - input_.size());
    iovec parts[2] = {{input_.reserve(room), room},
                      {thread_.receive_buffer(), thread_.shared().receive_bytes}};
    ssize_t received = ::readv(socket_.get(), parts, 2);
    if (received <= 0) return receive_stopped(received);
    size_t count = static_cast<size_t>(received);
    thread_.count_in(count);
    size_t direct = std::min(count, room);
    input_.commit(direct);
    take({thread_.receive_buffer(), count - direct});
}

void Connection::receive_stopped(ssize_t received) {
    if (received < 0 && (errno == EAGAIN || errno == EINTR)) return;
    // The peer has sent its last byte; replies that wait for it to read are still sent.
    if (received == 0 && !output_.empty()) {
        drop_input();
        closing_ = true;
        return settle();
    }
    end();
}

// `arrived` continues what input_ holds.
void Connection::take(Bytes arrived) {
    while (!input_.empty()) {
        size_t missing = missing_input();
        if (missing == 0) {
            handle_frames(input_.bytes());
            drop_input();
        } else if (arrived.empty()) {
            return;
        } else {
            size_t count = std::min(missing, arrived.size());
            append_input(arrived.first(count), missing);
            arrived = arrived.subspan(count);
        }
    }
    size_t used = handle_frames(arrived);
    if (used < arrived.size()) keep_input(arrived.subspan(used));
}

// Handles the frames in front of `bytes` and returns how many bytes they were; stops at one that is
// incomplete, or when the connection is to pause or end.
size_t Connection::handle_frames(Bytes bytes) {
    FrameHandler& handler = thread_.shared().handler;
    Buffer& replies = thread_.replies();
    size_t used = 0;
    while (!paused()) {
        Bytes rest = bytes.subspan(used);
        if (rest.size() < FrameHandler::head_bytes) break;
        uint64_t size = handler.frame_size(rest);
        if (size < FrameHandler::head_bytes) {
            closing_ = true;
            break;
        }
        if (rest.size() < size) break;
        FrameHandler::Outcome outcome = handler.on_frame(*this, rest.first(size), replies);
        used += size;
        pending_ = outcome == FrameHandler::Outcome::pending;
        closing_ = outcome == FrameHandler::Outcome::close;
        if (replies.size() >= replies_flush_bytes) flush_replies();
    }
    return used;
}

// How many bytes the frame in input_ lacks, or its head, as long as that is not complete. 0 too if
// the head is invalid: handle_frames then closes.
size_t Connection::missing_input() {
    if (input_.size() < FrameHandler::head_bytes) return FrameHandler::head_bytes - input_.size();
    uint64_t size = thread_.shared().handler.frame_size(input_.bytes());
    return size > input_.size() ? size - input_.size() : 0;
}

void Connection::keep_input(Bytes rest) {
    if (closing_ || !socket_.is_open()) return;
    size_t whole = rest.size();
    backlog_ = paused();
    if (!backlog_ && whole >= FrameHandler::head_bytes)
        whole = std::max<size_t>(whole, thread_.shared().handler.frame_size(rest));
    append_input(rest, whole);
}

// Appends `bytes`; `missing` bytes, these included, will be needed.
void Connection::append_input(Bytes bytes, size_t missing) {
    if (make_input_room(bytes.size(), missing)) input_.append(bytes);
}

// Ends the connection and answers false if the server buffers too much already.
bool Connection::make_input_room(size_t count, size_t missing) {
    size_t needed = input_.size() + count;
    size_t before = input_.capacity();
    if (needed <= before) return true;
    size_t whole = input_.size() + missing;
    Buffer larger;
    larger.reserve(std::max(needed, std::min(whole, std::max(input_start_bytes, 2 * needed))));
    larger.append(input_.bytes());
    input_ = std::move(larger);
    if (thread_.add_buffered(input_.capacity() - before)) return true;
    end_over_limit();
    return false;
}

void Connection::drop_input() {
    thread_.subtract_buffered(input_.capacity());
    input_.release();
    input_at_ = 0;
    backlog_ = false;
}

// Goes on with the frames that arrived while the connection was paused.
void Connection::resume() {
    if (backlog_ && !paused()) {
        input_at_ += handle_frames(input_.bytes().subspan(input_at_));
        if (input_at_ == input_.size()) {
            drop_input();
        } else if (!paused()) {
            // Part of a frame is left: the only thing input_ holds while receiving.
            Buffer all = std::move(input_);
            size_t at = input_at_;
            thread_.subtract_buffered(all.capacity());
            input_at_ = 0;
            keep_input(all.bytes().subspan(at));
        }
    }
    flush_replies();
    settle();
}

}  // namespace winnow
