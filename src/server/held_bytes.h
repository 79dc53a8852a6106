#pragma once
// Memory that requests hold while they are answered: what was inflated, and batches that wait for
// their turn. Together it has one limit, so that many large requests cannot exhaust the machine
// although each is allowed. (Bytes that the network buffers have a limit of their own.)
//
// Any thread.

#include <atomic>
#include <cstdint>
#include <utility>

namespace winnow {

class HeldBytes {
public:
    explicit HeldBytes(uint64_t limit) : limit_(limit) {}

    // What one request holds; given back when it goes.
    class Share {
    public:
        Share() = default;
        Share(HeldBytes* from, uint64_t bytes) : from_(from), bytes_(bytes) {}
        Share(Share&& other) noexcept
            : from_(std::exchange(other.from_, nullptr)), bytes_(other.bytes_) {}
        Share& operator=(Share&&) = delete;
        ~Share() {
            if (from_ != nullptr) from_->held_.fetch_sub(bytes_, std::memory_order_relaxed);
        }
        // False: refused, nothing is held.
        explicit operator bool() const { return from_ != nullptr; }

    private:
        HeldBytes* from_ = nullptr;
        uint64_t bytes_ = 0;
    };

    Share take(uint64_t bytes) {
        uint64_t before = held_.fetch_add(bytes, std::memory_order_relaxed);
        uint64_t limit = limit_.load(std::memory_order_relaxed);
        if (bytes <= limit && before <= limit - bytes) return {this, bytes};
        held_.fetch_sub(bytes, std::memory_order_relaxed);
        return {};
    }
    void set_limit(uint64_t limit) { limit_.store(limit, std::memory_order_relaxed); }
    uint64_t now() const { return held_.load(std::memory_order_relaxed); }

private:
    std::atomic<uint64_t> limit_;
    std::atomic<uint64_t> held_{0};
};

}  // namespace winnow
