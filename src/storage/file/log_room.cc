#include "storage/file/log_room.h"

#include <algorithm>

namespace winnow {

uint64_t LogRoom::held_back(RoomFor what) const {
    switch (what) {
        case RoomFor::write: return segment_ + segment_ / 4;
        case RoomFor::removal: return segment_;
        case RoomFor::relocation: return 0;
    }
    return 0;
}

Result<> LogRoom::take(uint64_t bytes, RoomFor what) {
    if (closed_.load(std::memory_order_relaxed))
        return fail(ResultCode::forbidden, "the namespace is read-only since its log failed");
    if (bytes > segment_)
        return fail(ResultCode::record_too_big, "the record is larger than a segment of the log");
    const uint64_t limit = limits_[static_cast<size_t>(what)].load(std::memory_order_relaxed);
    const uint64_t waiting = waiting_.fetch_add(bytes, std::memory_order_relaxed) + bytes;
    if (waiting <= std::min(limit, waiting_max_)) [[likely]]
        return {};
    // An entry larger than what may wait goes alone.
    if (waiting <= limit && waiting == bytes) return {};
    give_back(bytes);
    if (waiting <= limit)
        return fail(ResultCode::device_overload, "the disk is slower than the writers");
    full_.store(true, std::memory_order_relaxed);
    return fail(ResultCode::out_of_space, "no room on the disk for the log");
}

void LogRoom::set_free(uint64_t bytes) {
    const auto write = static_cast<size_t>(RoomFor::write);
    const uint64_t before = limits_[write].load(std::memory_order_relaxed);
    for (RoomFor what : {RoomFor::write, RoomFor::removal, RoomFor::relocation}) {
        uint64_t held = held_back(what);
        limits_[static_cast<size_t>(what)].store(bytes > held ? bytes - held : 0,
                                                 std::memory_order_relaxed);
    }
    if (limits_[write].load(std::memory_order_relaxed) > before)
        full_.store(false, std::memory_order_relaxed);
}

}  // namespace winnow
