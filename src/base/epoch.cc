#include "base/epoch.h"

#include <pthread.h>

#include <atomic>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/spin_lock.h"

namespace winnow {
namespace {

// An object may be freed when every active slot entered after it was retired. The global epoch
// moves by one when all active slots have seen the current one; what was retired in epoch e is free
// when the global epoch is at least e + 2.

constexpr uint64_t idle = 0;
constexpr size_t collect_after_objects = 64;
constexpr size_t collect_after_bytes = 1 << 20;

struct Retired {
    void* object;
    void (*free_object)(void*);
    size_t bytes;
    uint64_t epoch;
};

struct alignas(64) Slot {
    std::atomic<uint64_t> epoch{idle};
    // Guarded by lock: nearly always taken by the owner alone.
    SpinLock lock;
    std::vector<Retired> limbo;
    size_t limbo_bytes = 0;
    size_t collect_at = collect_after_objects;
    // Guarded by the domain's mutex.
    bool used = false;
};

struct Domain {
    explicit Domain(Domain* parent) : parents(parent) {}

    std::atomic<uint64_t> epoch{1};
    std::mutex mutex;          // guards the list of slots
    std::vector<Slot*> slots;  // slots are reused, never freed
    std::atomic<size_t> bytes{0};
    Domain* const parents;  // that of the process before fork(), given up; else null

    Slot* take() {
        std::lock_guard hold(mutex);
        for (Slot* slot : slots)
            if (!slot->used) {
                slot->used = true;
                return slot;
            }
        slots.push_back(new Slot);
        slots.back()->used = true;
        return slots.back();
    }

    // Moves the epoch on if every active reader has seen the current one.
    void try_advance() {
        std::unique_lock hold(mutex, std::try_to_lock);
        if (!hold) return;
        uint64_t now = epoch.load(std::memory_order_seq_cst);
        for (Slot* slot : slots) {
            uint64_t seen = slot->epoch.load(std::memory_order_seq_cst);
            if (seen != idle && seen != now) return;
        }
        epoch.store(now + 1, std::memory_order_seq_cst);
    }

    // Frees what is old enough in one slot.
    void collect(Slot& slot) {
        std::vector<Retired> ready;
        {
            std::lock_guard hold(slot.lock);
            uint64_t now = epoch.load(std::memory_order_acquire);
            size_t count = 0;  // limbo is in order of epoch
            while (count < slot.limbo.size() && slot.limbo[count].epoch + 2 <= now) count++;
            ready.assign(slot.limbo.begin(),
                         slot.limbo.begin() + static_cast<std::ptrdiff_t>(count));
            slot.limbo.erase(slot.limbo.begin(),
                             slot.limbo.begin() + static_cast<std::ptrdiff_t>(count));
            for (const Retired& entry : ready) slot.limbo_bytes -= entry.bytes;
            slot.collect_at = slot.limbo.size() + collect_after_objects;
        }
        for (const Retired& entry : ready) {
            bytes.fetch_sub(entry.bytes, std::memory_order_relaxed);
            entry.free_object(entry.object);
        }
    }
};

void begin_anew_after_fork();

// Lives as long as the last thread.
std::atomic<Domain*>& current_domain() {
    static std::atomic<Domain*> instance = [] {
        CHECK(pthread_atfork(nullptr, nullptr, begin_anew_after_fork) == 0);
        return new Domain(nullptr);
    }();
    return instance;
}

Domain& domain() {
    return *current_domain().load(std::memory_order_acquire);
}

// A thread's slot and the depth of its guards. Given back when the thread ends; what waits in its
// limbo is freed by the next owner or by drain_retired().
struct Membership {
    Slot* slot = domain().take();
    int depth = 0;
    ~Membership() {
        std::lock_guard hold(domain().mutex);
        slot->used = false;
    }
};

Membership& membership() {
    thread_local Membership instance;
    return instance;
}

// In a child, slots of threads that it does not have may stay active and locks held for ever. Its
// only thread gets a domain of its own; what waited to be freed is the parent's business.
void begin_anew_after_fork() {
    current_domain().store(new Domain(&domain()), std::memory_order_release);
    Membership& self = membership();
    self.slot = domain().take();
    if (self.depth != 0) self.slot->epoch.store(domain().epoch.load());
}

}  // namespace

EpochGuard::EpochGuard() {
    Membership& self = membership();
    if (self.depth++ != 0) return;
    // The exchange is the fence: the slot is visible before anything is read under the guard.
    self.slot->epoch.exchange(domain().epoch.load(std::memory_order_relaxed),
                              std::memory_order_seq_cst);
}

EpochGuard::~EpochGuard() {
    Membership& self = membership();
    if (--self.depth == 0) self.slot->epoch.store(idle, std::memory_order_release);
}

void retire(void* object, void (*free_object)(void*), size_t bytes) {
    Domain& all = domain();
    Slot& slot = *membership().slot;
    bool collect;
    {
        std::lock_guard hold(slot.lock);
        slot.limbo.push_back(
            {object, free_object, bytes, all.epoch.load(std::memory_order_seq_cst)});
        slot.limbo_bytes += bytes;
        collect = slot.limbo.size() >= slot.collect_at || slot.limbo_bytes >= collect_after_bytes;
    }
    all.bytes.fetch_add(bytes, std::memory_order_relaxed);
    if (!collect) return;
    all.try_advance();
    all.collect(slot);
}

void drain_retired() {
    Domain& all = domain();
    CHECK(membership().depth == 0);
    uint64_t target = all.epoch.load(std::memory_order_seq_cst) + 2;
    while (all.epoch.load(std::memory_order_seq_cst) < target) {
        all.try_advance();
        std::this_thread::yield();
    }
    std::vector<Slot*> slots;
    {
        std::lock_guard hold(all.mutex);
        slots = all.slots;
    }
    for (Slot* slot : slots) all.collect(*slot);
}

size_t retired_bytes() {
    return domain().bytes.load(std::memory_order_relaxed);
}

}  // namespace winnow
