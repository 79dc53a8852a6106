#include "engine/index/index_bucket.h"

namespace winnow {
namespace {

constexpr uint32_t no_interpolation = 32;

bool is_before(const BucketEntry& entry, uint32_t key, const Digest* digest) {
    if (entry.key != key) return entry.key < key;
    return digest != nullptr && entry.digest() > *digest;
}

// The lower bound among the entries of one segment.
uint32_t lower_bound_in(const BucketEntry* entries, uint32_t count, uint32_t depth, uint32_t key,
                        const Digest* digest) {
    uint32_t low = lower_bound_key(entries, count, key, depth);
    if (digest == nullptr || low == count || entries[low].key != key) return low;
    // Usually the key is the only one of its kind, and one digest is read.
    uint32_t high = low + 1;
    if (high < count && entries[high].key == key)
        high = key == UINT32_MAX ? count : lower_bound_key(entries, count, key + 1, depth);
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (is_before(entries[middle], key, digest))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

}  // namespace

BucketPlace BucketView::lower_bound(uint32_t key, const Digest* digest) const {
    if (!word_.is_chain()) {
        uint32_t at = lower_bound_in(word_.entries(), word_.count(), word_.depth(), key, digest);
        return {0, at, word_};
    }
    // The last segment that begins before the place, else the first one.
    uint32_t low = 1, high = segment_count();
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (is_before(segment(middle).entries()[0], key, digest))
            low = middle + 1;
        else
            high = middle;
    }
    BucketPlace place{low - 1, 0, segment(low - 1)};
    place.index = lower_bound_in(place.entries.entries(), place.entries.count(), no_interpolation,
                                 key, digest);
    if (place.at_end()) to_next_segment(place);
    return place;
}

}  // namespace winnow
