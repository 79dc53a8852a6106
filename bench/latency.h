#pragma once
// Latencies of one thread of the load generator: counts in buckets whose width is at most a 64th of
// their value, so that a percentile is right to 1.6 %. Adding one takes some nanoseconds. Not
// thread-safe; histograms of threads are merged in the end.

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

namespace winnow::bench {

class LatencyCounts {
public:
    void add(uint64_t ns) {
        counts_[bucket_of(ns)]++;
        total_++;
        max_ns_ = std::max(max_ns_, ns);
    }
    void merge(const LatencyCounts& other) {
        for (size_t i = 0; i < counts_.size(); i++) counts_[i] += other.counts_[i];
        total_ += other.total_;
        max_ns_ = std::max(max_ns_, other.max_ns_);
    }

    uint64_t total() const { return total_; }
    uint64_t max_ns() const { return max_ns_; }
    // The latency that `share` (0 to 1) of all did not exceed.
    uint64_t percentile_ns(double share) const {
        auto wanted = static_cast<uint64_t>(share * static_cast<double>(total_));
        uint64_t seen = 0;
        for (size_t i = 0; i < counts_.size(); i++) {
            seen += counts_[i];
            if (seen > wanted) return std::min(bucket_end(i), max_ns_);
        }
        return max_ns_;
    }

private:
    static constexpr int fine_bits = 6;

    // Values below 64 have a bucket each; above, the six bits behind the highest choose it.
    static size_t bucket_of(uint64_t ns) {
        if (ns < (1u << fine_bits)) return ns;
        int shift = static_cast<int>(std::bit_width(ns)) - 1 - fine_bits;
        return (static_cast<size_t>(shift) << fine_bits) + static_cast<size_t>(ns >> shift);
    }
    static uint64_t bucket_end(size_t bucket) {
        if (bucket < (2u << fine_bits)) return bucket;
        size_t shift = (bucket >> fine_bits) - 1;
        uint64_t first = ((bucket & ((1u << fine_bits) - 1)) | (1u << fine_bits)) << shift;
        return first + (uint64_t{1} << shift) - 1;
    }

    std::array<uint64_t, size_t{59} << fine_bits> counts_{};
    uint64_t total_ = 0;
    uint64_t max_ns_ = 0;
};

}  // namespace winnow::bench
