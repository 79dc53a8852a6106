#pragma once
// How long commands take, per namespace and kind of command: what the info command `latencies`
// shows.
//
// A histogram has a bucket for each power of two in units of 1/1024 ms (a little under one
// microsecond), so that whole powers of two of milliseconds, which the protocol asks for, fall on
// the bounds of buckets:
//
//   bucket 0: below one unit; bucket b: [2^(b-1), 2^b) units; the last: 65536 ms and more
//
// Recording costs one addition to a line that few threads share. Any thread may do anything.

#include <array>
#include <bit>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "engine/database.h"

namespace winnow {

class LatencyHistogram {
public:
    static constexpr size_t bucket_count = 28;
    using Counts = std::array<uint64_t, bucket_count>;

    void record(uint64_t elapsed_ns) { counts_.add(bucket_of(elapsed_ns)); }

    static constexpr size_t bucket_of(uint64_t elapsed_ns) {
        constexpr uint64_t longest_ns = uint64_t{1} << 59;
        uint64_t units = (elapsed_ns < longest_ns ? elapsed_ns : longest_ns) * 16 / 15'625;
        auto bucket = static_cast<size_t>(std::bit_width(units));
        return bucket < bucket_count ? bucket : bucket_count - 1;
    }
    // The first bucket of commands that took 2^exponent milliseconds or more.
    static constexpr size_t bucket_of_ms(size_t exponent) { return exponent + 11; }

    // What was recorded lately, and in how many seconds. A window starts when someone asks ten
    // seconds or more after the last one started; an answer covers the window before the present
    // one up to now. So it spans 10 to 20 seconds for whoever asks that often, else more: all the
    // time since the last questions. There is no timer behind it.
    struct Recent {
        double seconds = 0;
        uint64_t total = 0;
        Counts counts{};
    };
    Recent recent(uint64_t now_ns);

    // The start of the first windows; before anything is recorded.
    void begin(uint64_t now_ns) { present_.start_ns = before_.start_ns = now_ns; }

private:
    struct Window {
        uint64_t start_ns = 0;
        Counts counts{};  // recorded before it
    };
    Counts counts() const;

    CounterSet<size_t, bucket_count> counts_;
    std::mutex asking_;  // guards the windows
    Window present_;
    Window before_;
};

// X(name, text): the kinds of commands, as info commands name them.
#define WINNOW_LATENCY_KINDS(X) \
    X(read, "read")             \
    X(write, "write")           \
    X(udf, "udf")               \
    X(pi_query, "pi-query")     \
    X(si_query, "si-query")

enum class LatencyKind : size_t {
#define WINNOW_X(name, text) name,
    WINNOW_LATENCY_KINDS(WINNOW_X)
#undef WINNOW_X
};
inline constexpr size_t latency_kind_count = 0
#define WINNOW_X(name, text) +1
    WINNOW_LATENCY_KINDS(WINNOW_X)
#undef WINNOW_X
    ;

std::string_view latency_kind_text(LatencyKind kind);

// The histograms of a server.
class LatencyTable {
public:
    explicit LatencyTable(const Database& database);
    LatencyTable(const LatencyTable&) = delete;
    LatencyTable& operator=(const LatencyTable&) = delete;

    // What a command on this namespace took, from its frame to its answer.
    void record(const Namespace& ns, LatencyKind kind, uint64_t elapsed_ns) {
        if (LatencyHistogram* histogram = find(ns, kind)) histogram->record(elapsed_ns);
    }
    // A whole batch, which may touch several namespaces.
    void record_batch(uint64_t elapsed_ns) { batch_.record(elapsed_ns); }

    // Null if the namespace is not one of the database's.
    LatencyHistogram* find(const Namespace& ns, LatencyKind kind);
    LatencyHistogram& batch() { return batch_; }

private:
    struct Row {
        const Namespace* ns;
        std::array<LatencyHistogram, latency_kind_count> histograms;
    };
    std::vector<std::unique_ptr<Row>> rows_;
    LatencyHistogram batch_;
};

}  // namespace winnow
