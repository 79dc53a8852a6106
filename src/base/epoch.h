#pragma once
// Epoch reclamation: readers follow pointers to immutable memory without locks; what a writer has
// replaced is freed once every reader that might still see it has left.
//
//   reader                                writer
//   EpochGuard guard;                     old = slot.exchange(new);
//   p = slot.load(acquire); use *p;       retire(old, free_function);
//
// A guard costs two atomic stores (about 3 ns) and nests. Nothing read under a guard outlives it,
// and a guard never spans blocking work: while one is held, nothing retired later is freed.
// Any thread; one domain for the process, so that a thread has one slot, whatever it opens.

#include <cstddef>
#include <cstdint>

namespace winnow {

class EpochGuard {
public:
    EpochGuard();
    ~EpochGuard();
    EpochGuard(const EpochGuard&) = delete;
    EpochGuard& operator=(const EpochGuard&) = delete;
};

// Frees `object` through `free_object` once no reader can see it. `bytes` tells how much memory
// waits, so that large objects are freed sooner. Callable with or without a guard held.
void retire(void* object, void (*free_object)(void*), size_t bytes);

// Frees everything that was retired before the call by any thread; waits for the readers of now.
// Must not be called with a guard held. For closing a database and for tests.
void drain_retired();

// Bytes that wait to be freed, over all threads; approximate.
size_t retired_bytes();

}  // namespace winnow
