#include "base/memory.h"

#include <cstdlib>

#include "base/check.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define WINNOW_PLAIN_MALLOC 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define WINNOW_PLAIN_MALLOC 1
#endif
#endif

#ifndef WINNOW_PLAIN_MALLOC
#include <mimalloc.h>
#endif

namespace winnow {

#ifdef WINNOW_PLAIN_MALLOC
void record_memory_prepare() {}
void* record_allocate(size_t size) {
    void* block = std::malloc(size);
    CHECK(block != nullptr);
    return block;
}
void record_free(void* block) {
    std::free(block);
}
size_t record_usable_size(size_t size) {
    return (size + 15) & ~size_t{15};
}
#else
void record_memory_prepare() {
    mi_option_enable(mi_option_large_os_pages);
}
void* record_allocate(size_t size) {
    void* block = mi_malloc(size);
    CHECK(block != nullptr);
    return block;
}
void record_free(void* block) {
    mi_free(block);
}
size_t record_usable_size(size_t size) {
    return mi_good_size(size);
}
#endif

}  // namespace winnow
