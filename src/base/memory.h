#pragma once
// Memory of records and index buckets. Behind it mimalloc, called by name and never as an override
// (an override would enter Python processes); sanitizer builds use malloc, so that they see it.

#include <cstddef>

namespace winnow {

void* record_allocate(size_t size);      // never null: ends the process when memory is out
void record_free(void* block);           // null is fine
size_t record_usable_size(size_t size);  // what an allocation of `size` really takes

}  // namespace winnow
