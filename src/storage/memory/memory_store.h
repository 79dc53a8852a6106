#pragma once
// The store that keeps nothing: versions live in the engine's memory alone and are gone with the
// process. It numbers the entries and holds the promise to refuse when the limit is reached.

#include <atomic>
#include <mutex>

#include "storage/store.h"

namespace winnow {

class MemoryStore : public Store {
public:
    std::string_view kind() const override { return "memory"; }
    bool replies_wait() const override { return false; }
    bool recover_some(const ScanEntry&) override { return false; }
    Result<RecoveryReport> finish_recovery() override { return RecoveryReport(); }
    Result<Reservation> reserve(size_t, RoomFor) override { return Reservation(); }
    Lsn append(Reservation, const Entry&) override {
        return last_.fetch_add(1, std::memory_order_relaxed) + 1;
    }
    Lsn durable() const override { return last_.load(std::memory_order_relaxed); }
    void on_durable(std::function<void(Lsn)>) override {}  // nothing ever waits
    bool failed() const override { return false; }
    StoreStatus status() const override { return {}; }
    void note_dead(Lsn, size_t) override {}
    void read(std::span<const Location> locations, const ReadDone& done) override;
    Result<uint64_t> seal() override { return 0; }
    std::vector<SegmentInfo> segments() const override { return {}; }
    Result<> scan(uint64_t, const ScanEntry&) override { return {}; }
    Result<> release_segment(uint64_t) override { return {}; }
    Result<> put_manifest(Bytes manifest) override;
    Result<std::vector<uint8_t>> get_manifest() override;
    bool holds_lease(uint32_t) const override { return true; }

private:
    void give_back(size_t) override {}

    std::atomic<Lsn> last_{0};
    std::mutex mutex_;
    std::vector<uint8_t> manifest_;  // guarded by mutex_
};

}  // namespace winnow
