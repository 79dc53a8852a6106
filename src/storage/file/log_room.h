#pragma once
// How much may be appended: the room on the disk that the log has for sure (files that were
// allocated in full), less what is promised or waits to be written.
//
// The last of it is held back: writes stop first, removals a fifth later, and a whole segment stays
// for compaction, which moves versions to make room. What waits in memory is limited too.
//
// Thread rules: any thread; one thread (the log's) says what is free.

#include <atomic>
#include <cstdint>

#include "storage/store.h"

namespace winnow {

class LogRoom {
public:
    // `segment`: bytes for entries in one segment. `waiting_max`: bytes promised or unwritten.
    LogRoom(uint64_t segment, uint64_t waiting_max)
        : segment_(segment), waiting_max_(waiting_max) {}

    // Promises room for an entry of `bytes` or refuses.
    Result<> take(uint64_t bytes, RoomFor what);
    void give_back(uint64_t bytes) { waiting_.fetch_sub(bytes, std::memory_order_relaxed); }

    // Bytes that may be written now, in all; what waits is not yet taken off.
    void set_free(uint64_t bytes);
    // Refuses everything from now on.
    void close() { closed_.store(true, std::memory_order_relaxed); }
    // Whether a write was refused for lack of room, and there has been no more since.
    bool is_full() const { return full_.load(std::memory_order_relaxed); }

private:
    static constexpr size_t kinds = 3;
    uint64_t held_back(RoomFor what) const;

    const uint64_t segment_;
    const uint64_t waiting_max_;
    std::atomic<uint64_t> limits_[kinds] = {};  // of waiting_, for each RoomFor
    std::atomic<uint64_t> waiting_{0};
    std::atomic<bool> full_{false};
    std::atomic<bool> closed_{false};
};

}  // namespace winnow
