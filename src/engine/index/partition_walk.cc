#include "engine/index/partition_walk.h"

#include <algorithm>

#include "engine/index/index_bucket.h"
#include "engine/index/partition_writer.h"

namespace winnow {
namespace {

// Entries a call looks at beyond those it returns, so that a filter on a rare set cannot make one
// call long.
constexpr size_t skips_max = 4096;
constexpr uint64_t keys_end = uint64_t{1} << 32;

// Asks for the entries of a bucket that the walk will reach.
void prefetch_bucket(BucketWord word) {
    if (word.is_chain()) {
        __builtin_prefetch(word.chain());
        return;
    }
    auto* at = reinterpret_cast<const char*>(word.entries());
    for (size_t offset = 0; offset < word.count() * sizeof(BucketEntry); offset += 64)
        __builtin_prefetch(at + offset);
}

}  // namespace

// Fills `out` from the bucket, from the place on. Returns false if the call is to end here.
struct PartitionWalk::Filling {
    std::span<IndexEntry> out;
    const WalkOptions& options;
    size_t count = 0;
    size_t skipped = 0;
    const Version* last = nullptr;  // the last one looked at

    bool may_go_on() const { return count < out.size() && skipped < skips_max; }

    // Takes entries up to the end of the bucket; false if there are some left.
    bool take(const BucketView& view, BucketPlace place) {
        do {
            if (place.segment + 1 < view.segment_count())
                prefetch_bucket(view.segment(place.segment + 1));
            for (; !place.at_end(); place.index++) {
                if (!may_go_on()) return false;
                look_at(place.entry());
            }
        } while (view.to_next_segment(place));
        return true;
    }

    void look_at(const BucketEntry& entry) {
        IndexEntry value = entry.value();
        last = value.version;
        if (options.set && *options.set != value.set) {
            skipped++;
            return;
        }
        prefetch_version(value.version, options.prefetch_bytes);
        out[count++] = value;
    }
};

size_t PartitionWalk::next(const PrimaryIndex& index, std::span<IndexEntry> out,
                           const WalkOptions& options) {
    Filling filling{out, options};
    // Every bucket is looked up anew by the key that the walk has reached, up to the end of the
    // bucket's range. Ranges tile the keys, and no change moves a record from one key to another,
    // so none comes twice and none is passed over.
    uint64_t key = started_ ? inverted_key(last_) : 0;
    const Digest* digest = started_ ? &last_ : nullptr;
    // Walks tend to go on with the next partition.
    DirectoryWord following = directory_of(index, partition_ + 1);
    if (!started_) __builtin_prefetch(following.words());
    while (!done_ && filling.may_go_on()) {
        DirectoryWord directory = directory_of(index, partition_);
        if (directory.empty()) {
            done_ = true;
            break;
        }
        const size_t slot = directory.slot(static_cast<uint32_t>(key));
        const BucketWord word = directory.at(slot);
        const size_t next_slot = directory.first_slot(slot, word) + directory.width(word);
        if (next_slot < directory.size())
            prefetch_bucket(directory.at(next_slot));
        else if (!following.empty())
            prefetch_bucket(following.at(0));

        const BucketView view(word);
        BucketPlace place = view.lower_bound(static_cast<uint32_t>(key), digest);
        if (digest != nullptr && place.is_at(inverted_key(*digest), *digest)) place.index++;
        if (!filling.take(view, place)) break;
        key = uint64_t{next_slot} << (32 - directory.depth());
        digest = nullptr;
        done_ = key == keys_end;
    }
    // The digest may cost two cache misses, so it is read only if it is needed.
    if (filling.last != nullptr && !done_) {
        last_ = filling.last->digest();
        started_ = true;
    }
    return filling.count;
}

DirectoryWord PartitionWalk::directory_of(const PrimaryIndex& index, uint32_t partition) {
    if (partition >= partition_count) return DirectoryWord();
    return DirectoryWord(index.directories_[partition].load(std::memory_order_acquire));
}

}  // namespace winnow
