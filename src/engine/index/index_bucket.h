#pragma once
// The buckets of the primary index: what the words of a directory lead to. Internal to this folder.
//
// A plain bucket is an array of up to 254 entries, and the word says how many. A chain is an array
// of words of plain buckets, its segments, none of them empty; the word's n is then 255. Either way
// the entries stand in the order of the wire: ascending inverted order key, and among equal keys
// descending digest, which is read from the versions.
//
// Whoever looks at a bucket holds the partition's latch or an EpochGuard. Buckets never change but
// for the version words of entries and, in chains, the words of segments; both are atomic.

#include <atomic>
#include <cstdint>
#include <cstring>

#include "base/check.h"
#include "engine/index/primary_index.h"

namespace winnow {

inline constexpr uint64_t pointer_mask = (uint64_t{1} << 48) - 1;
inline constexpr uint32_t bucket_entries_max = 254;

inline uint64_t load_acquire(const uint64_t& word) {
    return std::atomic_ref<uint64_t>(const_cast<uint64_t&>(word)).load(std::memory_order_acquire);
}
inline void store_release(uint64_t& word, uint64_t value) {
    std::atomic_ref<uint64_t>(word).store(value, std::memory_order_release);
}

// What the primary index sorts by: ascending in the order of the wire.
inline uint32_t inverted_key(const Digest& digest) {
    return ~digest.order_key();
}

// [version ptr:48 | set:16], the pointer in the low bits.
struct VersionWord {
    uint64_t bits;

    static VersionWord of(const Version* version, uint16_t set) {
        auto address = reinterpret_cast<uint64_t>(version);
        CHECK((address & ~pointer_mask) == 0);
        return {address | uint64_t{set} << 48};
    }
    Version* version() const { return reinterpret_cast<Version*>(bits & pointer_mask); }
    uint16_t set() const { return static_cast<uint16_t>(bits >> 48); }
};

struct BucketEntry {
    uint32_t key;
    uint32_t modulo_word;
    uint64_t version_word;

    VersionWord load() const { return {load_acquire(version_word)}; }
    bool is(const Digest& digest) const {
        return modulo_word == digest.modulo_word() &&
               std::memcmp(load().version()->digest_bytes(), digest.bytes.data(), digest_size) == 0;
    }
    Digest digest() const { return load().version()->digest(); }
    IndexEntry value() const {
        VersionWord word = load();
        return {word.version(), word.set(), modulo_word};
    }
};
static_assert(sizeof(BucketEntry) == 16);

struct BucketChain;

// One word of a directory or of a chain. All zero: an empty bucket of depth 0.
class BucketWord {
public:
    explicit BucketWord(uint64_t bits = 0) : bits_(bits) {}
    static BucketWord plain(const BucketEntry* entries, uint32_t count, uint32_t depth = 0) {
        return packed(entries, count, depth);
    }
    static BucketWord chained(const BucketChain* chain, uint32_t depth) {
        return packed(chain, chain_mark, depth);
    }

    uint64_t bits() const { return bits_; }
    bool is_chain() const { return bits_ >> 56 == chain_mark; }
    bool empty() const { return bits_ >> 56 == 0; }
    // Of a plain bucket.
    BucketEntry* entries() const { return reinterpret_cast<BucketEntry*>(bits_ & pointer_mask); }
    uint32_t count() const { return static_cast<uint32_t>(bits_ >> 56); }
    // Of a chain.
    BucketChain* chain() const { return reinterpret_cast<BucketChain*>(bits_ & pointer_mask); }
    // How many leading bits of the key all entries share. 0 in the words of segments.
    uint32_t depth() const { return static_cast<uint32_t>(bits_ >> 48 & 0xff); }
    BucketWord with_depth(uint32_t depth) const {
        return BucketWord((bits_ & ~(uint64_t{0xff} << 48)) | uint64_t{depth} << 48);
    }

private:
    static constexpr uint64_t chain_mark = 255;

    static BucketWord packed(const void* block, uint64_t count, uint32_t depth) {
        auto address = reinterpret_cast<uint64_t>(block);
        CHECK((address & ~pointer_mask) == 0);
        return BucketWord(address | uint64_t{depth} << 48 | count << 56);
    }

    uint64_t bits_;
};

struct BucketChain {
    uint64_t segments;

    uint64_t* words() { return reinterpret_cast<uint64_t*>(this + 1); }
    BucketWord segment(uint32_t i) { return BucketWord(load_acquire(words()[i])); }
    static size_t bytes(size_t segment_count) { return (1 + segment_count) * sizeof(uint64_t); }
};

// Where an entry stands in a bucket, plain or chained, with the segment as it was then: the segment
// of a chain may be replaced at any moment, and the index would not fit the next one.
struct BucketPlace {
    uint32_t segment = 0;
    uint32_t index = 0;
    BucketWord entries;

    // Behind the last entry of the segment.
    bool at_end() const { return index >= entries.count(); }
    BucketEntry& entry() const { return entries.entries()[index]; }
    bool is_at(uint32_t key, const Digest& digest) const {
        return !at_end() && entry().key == key && entry().is(digest);
    }
};

// A bucket seen as a sequence of segments. A plain bucket has one, itself. While a chain is in use
// its segments are replaced one at a time, and a key stays in the segment that has it: an entry
// that is there all the time is met by whoever goes through the segments in either direction.
class BucketView {
public:
    explicit BucketView(BucketWord word) : word_(word) {}

    uint32_t segment_count() const {
        return word_.is_chain() ? static_cast<uint32_t>(word_.chain()->segments) : 1;
    }
    BucketWord segment(uint32_t i) const {
        return word_.is_chain() ? word_.chain()->segment(i) : word_;
    }
    // The first entry with this key or a larger one; with `digest`, the first that is not before
    // (key, digest) in the order of the wire. At the end of the last segment if there is none.
    BucketPlace lower_bound(uint32_t key, const Digest* digest) const;

    // The start of the next segment, the end of the previous one. False if there is none.
    bool to_next_segment(BucketPlace& place) const {
        if (place.segment + 1 >= segment_count()) return false;
        place = {place.segment + 1, 0, segment(place.segment + 1)};
        return true;
    }
    bool to_previous_segment(BucketPlace& place) const {
        if (place.segment == 0) return false;
        BucketWord previous = segment(place.segment - 1);
        place = {place.segment - 1, previous.count(), previous};
        return true;
    }

private:
    BucketWord word_;
};

// Index of the first entry whose key is at least `key`. All entries share their first `depth` bits;
// the next ones say where to begin to look.
inline uint32_t lower_bound_key(const BucketEntry* entries, uint32_t count, uint32_t key,
                                uint32_t depth) {
    uint32_t low = 0, high = count;
    if (count > 4 && depth < 32) {
        // Digests are evenly spread unless a client makes them up: the guess is a few entries off,
        // or else halving takes over.
        auto at = static_cast<uint32_t>(uint64_t{key << depth} * count >> 32);
        if (entries[at].key < key) {
            low = at + 1;
            for (int steps = 8; low < high && steps > 0; steps--, low++)
                if (entries[low].key >= key) return low;
        } else {
            high = at;
            for (int steps = 8; high > 0 && steps > 0; steps--, high--)
                if (entries[high - 1].key < key) return high;
        }
    }
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (entries[middle].key < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

}  // namespace winnow
