#include "storage/memory/memory_store.h"

namespace winnow {

void MemoryStore::read(std::span<const Location> locations, const ReadDone& done) {
    for (size_t i = 0; i < locations.size(); i++)
        done(i, fail(ResultCode::not_found, "a memory store has no log to read from"));
}

Result<> MemoryStore::put_manifest(Bytes manifest) {
    std::lock_guard hold(mutex_);
    manifest_.assign(manifest.begin(), manifest.end());
    return {};
}

Result<std::vector<uint8_t>> MemoryStore::get_manifest() {
    std::lock_guard hold(mutex_);
    return manifest_;
}

}  // namespace winnow
