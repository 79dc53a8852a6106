#pragma once
// Memory of records and index buckets. Behind it mimalloc, called by name and never as an override
// (an override would enter Python processes); sanitizer builds use malloc, so that they see it.

#include <cstddef>

namespace winnow {

// Asks for huge pages for what is allocated from now on: records lie scattered, and with small
// pages walking over them costs a page-table walk each. For whoever is about to hold many; a hint,
// which the system may not follow.
void record_memory_prepare();

void* record_allocate(size_t size);      // never null: ends the process when memory is out
void record_free(void* block);           // null is fine
size_t record_usable_size(size_t size);  // what an allocation of `size` really takes

}  // namespace winnow
