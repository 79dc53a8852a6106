#include "net/io_thread.h"

#include <pthread.h>

#include <string>
#include <utility>

#include "base/check.h"

namespace winnow {
namespace {

// A thread keeps this much of its reply buffer; a rare large reply does not stay allocated.
constexpr size_t replies_kept_bytes = size_t{1} << 20;

}  // namespace

// The receive buffer is deliberately not cleared: pages no receive ever fills stay untouched.
IoThread::IoThread(ServerShared& shared, size_t number)
    : shared_(shared), number_(number), receive_buffer_(new uint8_t[shared.receive_bytes]) {}

IoThread::~IoThread() {
    stop();
}

void IoThread::start() {
    thread_ = std::thread([this] {
        std::string name = "winnow-io-" + std::to_string(number_);
        pthread_setname_np(pthread_self(), name.substr(0, 15).c_str());
        loop_.run();
    });
}

void IoThread::stop() {
    if (!thread_.joinable()) return;
    loop_.post([this] { end_all(); });
    loop_.stop();
    thread_.join();
}

void IoThread::adopt(Descriptor socket) {
    open_.fetch_add(1, std::memory_order_relaxed);
    auto connection = std::make_shared<Connection>(std::move(socket), *this);
    loop_.post([this, connection = std::move(connection)] { open_connection(connection); });
}

void IoThread::open_connection(const std::shared_ptr<Connection>& connection) {
    if (stopping_ || !connection->watch()) {
        open_.fetch_sub(1, std::memory_order_relaxed);
        shared_.open.fetch_sub(1, std::memory_order_relaxed);
        return;
    }
    connection->position_ = connections_.size();
    connections_.push_back(connection);
}

void IoThread::forget(Connection& connection) {
    size_t at = connection.position_;
    CHECK(at < connections_.size() && connections_[at].get() == &connection);
    loop_.post([kept = std::move(connections_[at])] {});
    if (at + 1 != connections_.size()) {
        connections_[at] = std::move(connections_.back());
        connections_[at]->position_ = at;
    }
    connections_.pop_back();
    open_.fetch_sub(1, std::memory_order_relaxed);
    shared_.open.fetch_sub(1, std::memory_order_relaxed);
}

void IoThread::end_all() {
    stopping_ = true;
    while (!connections_.empty()) connections_.back()->end();
}

void IoThread::clear_replies() {
    replies_.clear();
    if (replies_.capacity() > replies_kept_bytes) replies_.release();
}

bool IoThread::add_buffered(size_t bytes) {
    uint64_t before = shared_.buffered_bytes.fetch_add(bytes, std::memory_order_relaxed);
    return before + bytes <= shared_.buffered_bytes_max;
}

void IoThread::subtract_buffered(size_t bytes) {
    shared_.buffered_bytes.fetch_sub(bytes, std::memory_order_relaxed);
}

}  // namespace winnow
