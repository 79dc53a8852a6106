#include "engine/index/partition_writer.h"

#include <algorithm>

#include "base/epoch.h"
#include "base/memory.h"

namespace winnow {
namespace {

constexpr uint32_t split_entries = 32;
constexpr uint32_t merge_entries = 16;           // at most half of split_entries, or it would swing
constexpr uint32_t merge_segment_entries = 128;  // the same for segments, which split at 254
constexpr uint32_t records_per_word = 8;         // a directory has at most one word for so many
constexpr uint32_t key_bits = 32;

uint32_t memory_units(size_t bytes) {
    return static_cast<uint32_t>((record_usable_size(bytes) + 15) / 16);
}

std::span<const BucketEntry> entries_of(BucketWord plain) {
    return {plain.entries(), plain.count()};
}

}  // namespace

DirectoryWord DirectoryWord::of(const uint64_t* words, uint32_t depth) {
    auto address = reinterpret_cast<uint64_t>(words);
    CHECK((address & ~pointer_mask) == 0);
    return DirectoryWord(address | uint64_t{depth} << 48);
}

PartitionWriter::PartitionWriter(std::atomic<uint64_t>& directory, PartitionState& state)
    : directory_(directory), state_(state) {
    state_.latch.lock();
}

PartitionWriter::~PartitionWriter() {
    state_.latch.unlock();
    for (size_t i = 0; i < garbage_count_; i++)
        retire(garbage_[i].block, record_free, garbage_[i].bytes);
}

Version* PartitionWriter::put(const Digest& digest, VersionWord next) {
    const uint32_t key = inverted_key(digest);
    if (directory().empty()) {
        auto* words = static_cast<uint64_t*>(allocate(sizeof(uint64_t)));
        *words = 0;
        replace_directory(DirectoryWord::of(words, 0));
    }
    size_t slot = directory().slot(key);
    BucketWord word = directory().at(slot);
    BucketPlace place = BucketView(word).lower_bound(key, &digest);
    if (place.is_at(key, digest)) {
        Version* previous = place.entry().load().version();
        store_release(place.entry().version_word, next.bits);
        return previous;
    }
    if (split(key)) {
        while (split(key)) {
        }
        slot = directory().slot(key);
        word = directory().at(slot);
        place = BucketView(word).lower_bound(key, &digest);
    }
    insert_at(slot, word, place, {key, digest.modulo_word(), next.bits});
    count_records(1);
    return nullptr;
}

Version* PartitionWriter::remove(const Digest& digest) {
    if (directory().empty()) return nullptr;
    const uint32_t key = inverted_key(digest);
    size_t slot = directory().slot(key);
    BucketWord word = directory().at(slot);
    BucketPlace place = BucketView(word).lower_bound(key, &digest);
    if (!place.is_at(key, digest)) return nullptr;
    Version* previous = place.entry().load().version();
    remove_at(slot, word, place);
    count_records(-1);
    merge(key);
    return previous;
}

void PartitionWriter::insert_at(size_t slot, BucketWord word, BucketPlace place,
                                const BucketEntry& entry) {
    // Before the first entry of a segment is behind the last of the previous one: in a chain that
    // is in use no segment may begin earlier than it did, or a reader on its way from one to the
    // other would miss the entry it looks for.
    if (place.index == 0) BucketView(word).to_previous_segment(place);
    BucketWord old = place.entries;
    auto entries = entries_of(old);
    auto before = entries.first(place.index), behind = entries.subspan(place.index);
    if (entries.size() < bucket_entries_max) {
        store_segment(slot, word, place.segment, build(before, {&entry, 1}, behind));
    } else {
        // The full segment becomes two; the new entry goes to the end of the first or the start of
        // the second, whichever has fewer.
        size_t middle = entries.size() / 2;
        std::vector<BucketWord> list = segments_of(word);
        auto at = list.begin() + place.segment;
        if (place.index <= middle) {
            *at = build(before, {&entry, 1}, entries.subspan(place.index, middle - place.index));
            list.insert(at + 1, build(entries.subspan(middle), {}, {}));
        } else {
            *at = build(entries.first(middle), {}, {});
            at = list.begin() + place.segment;
            list.insert(at + 1,
                        build(entries.subspan(middle, place.index - middle), {&entry, 1}, behind));
        }
        store(slot, bucket_of(list, word.depth()));
        drop_chain(word);
    }
    drop_entries(old);
}

void PartitionWriter::remove_at(size_t slot, BucketWord word, BucketPlace place) {
    BucketWord old = place.entries;
    auto entries = entries_of(old);
    if (entries.size() > 1) {
        BucketWord next = build(entries.first(place.index), entries.subspan(place.index + 1), {});
        store_segment(slot, word, place.segment, next);
        if (word.is_chain()) join_segments(slot, word, place.segment);
    } else {
        std::vector<BucketWord> list = segments_of(word);
        list.erase(list.begin() + place.segment);
        store(slot, bucket_of(list, word.depth()));
        drop_chain(word);
    }
    drop_entries(old);
}

// Joins a segment that has become small with a neighbour.
void PartitionWriter::join_segments(size_t slot, BucketWord word, uint32_t segment) {
    uint32_t left = segment > 0 ? segment - 1 : 0;
    std::vector<BucketWord> list = segments_of(word);
    BucketWord first = list[left], second = list[left + 1];
    if (first.count() + second.count() > merge_segment_entries) return;
    list[left] = build(entries_of(first), entries_of(second), {});
    list.erase(list.begin() + left + 1);
    store(slot, bucket_of(list, word.depth()));
    drop_chain(word);
    drop_entries(first);
    drop_entries(second);
}

// Splits the bucket of the key by its next bit. False if it is small, if the bit does not tell its
// entries apart, or if the directory would need more words than the records justify.
bool PartitionWriter::split(uint32_t key) {
    BucketWord word = directory().at(directory().slot(key));
    const uint32_t depth = word.depth();
    if (!word.is_chain() && word.count() < split_entries) return false;
    if (depth == key_bits) return false;
    const uint32_t bit = uint32_t{1} << (key_bits - 1 - depth);
    const uint32_t middle_key = (key & ~(bit | (bit - 1))) | bit;
    BucketPlace middle = BucketView(word).lower_bound(middle_key, nullptr);
    if (middle.segment + middle.index == 0 || middle.at_end()) return false;
    if (depth == directory().depth() && !double_directory()) return false;

    std::vector<BucketWord> left = segments_of(word);
    std::vector<BucketWord> right(left.begin() + middle.segment, left.end());
    left.resize(middle.segment);
    BucketWord cut;
    if (middle.index != 0) {
        cut = right.front();
        left.push_back(build(entries_of(cut).first(middle.index), {}, {}));
        right.front() = build(entries_of(cut).subspan(middle.index), {}, {});
    }
    store(directory().slot(middle_key - 1), bucket_of(left, depth + 1));
    store(directory().slot(middle_key), bucket_of(right, depth + 1));
    drop_entries(cut);
    drop_chain(word);
    if (depth + 1 == directory().depth()) state_.deepest += 2;
    return true;
}

bool PartitionWriter::double_directory() {
    DirectoryWord old = directory();
    if (old.size() * 2 > state_.records.load(std::memory_order_relaxed) / records_per_word)
        return false;
    auto* words = static_cast<uint64_t*>(allocate(old.size() * 2 * sizeof(uint64_t)));
    for (size_t i = 0; i < old.size(); i++) words[2 * i] = words[2 * i + 1] = old.at(i).bits();
    replace_directory(DirectoryWord::of(words, old.depth() + 1));
    state_.deepest = 0;
    return true;
}

// Joins the bucket of the key with its neighbour as long as both are small, and gives back what of
// the directory is not needed any more.
void PartitionWriter::merge(uint32_t key) {
    for (;;) {
        DirectoryWord all = directory();
        BucketWord word = all.at(all.slot(key));
        if (word.depth() == 0 || word.is_chain()) break;
        size_t slot = all.first_slot(all.slot(key), word);
        size_t other_slot = slot ^ all.width(word);
        BucketWord other = all.at(other_slot);
        if (other.depth() != word.depth() || other.is_chain()) break;
        if (word.count() + other.count() > merge_entries) break;
        if (other_slot < slot) std::swap(word, other);
        BucketWord merged = word.empty() && other.empty()
                                ? BucketWord()
                                : build(entries_of(word), entries_of(other), {});
        store(slot, merged.with_depth(word.depth() - 1));
        drop_entries(word);
        drop_entries(other);
        if (word.depth() == all.depth()) state_.deepest -= 2;
        while (state_.deepest == 0 && directory().depth() > 0) halve_directory();
    }
    if (state_.records.load(std::memory_order_relaxed) == 0) replace_directory(DirectoryWord());
}

void PartitionWriter::halve_directory() {
    DirectoryWord old = directory();
    const uint32_t depth = old.depth() - 1;
    auto* words = static_cast<uint64_t*>(allocate(old.size() / 2 * sizeof(uint64_t)));
    for (size_t i = 0; i < old.size() / 2; i++) {
        words[i] = old.at(2 * i).bits();
        if (BucketWord(words[i]).depth() == depth) state_.deepest++;
    }
    replace_directory(DirectoryWord::of(words, depth));
}

void PartitionWriter::replace_directory(DirectoryWord next) {
    DirectoryWord old = directory();
    directory_.store(next.bits(), std::memory_order_release);
    if (!old.empty()) drop(old.words(), old.size() * sizeof(uint64_t));
}

void PartitionWriter::store(size_t slot, BucketWord word) {
    DirectoryWord all = directory();
    size_t first = all.first_slot(slot, word);
    for (size_t i = 0; i < all.width(word); i++) store_release(all.words()[first + i], word.bits());
}

void PartitionWriter::store_segment(size_t slot, BucketWord word, uint32_t segment,
                                    BucketWord next) {
    if (word.is_chain())
        store_release(word.chain()->words()[segment], next.bits());
    else
        store(slot, next.with_depth(word.depth()));
}

std::vector<BucketWord> PartitionWriter::segments_of(BucketWord word) {
    BucketView view(word);
    std::vector<BucketWord> list;
    for (uint32_t i = 0; i < view.segment_count(); i++)
        list.push_back(view.segment(i).with_depth(0));
    return list;
}

BucketWord PartitionWriter::bucket_of(std::span<const BucketWord> segments, uint32_t depth) {
    if (segments.empty()) return BucketWord().with_depth(depth);
    if (segments.size() == 1) return segments[0].with_depth(depth);
    auto* chain = static_cast<BucketChain*>(allocate(BucketChain::bytes(segments.size())));
    chain->segments = segments.size();
    for (size_t i = 0; i < segments.size(); i++) chain->words()[i] = segments[i].bits();
    return BucketWord::chained(chain, depth);
}

BucketWord PartitionWriter::build(std::span<const BucketEntry> first,
                                  std::span<const BucketEntry> second,
                                  std::span<const BucketEntry> third) {
    const size_t count = first.size() + second.size() + third.size();
    CHECK(count > 0 && count <= bucket_entries_max);
    auto* entries = static_cast<BucketEntry*>(allocate(count * sizeof(BucketEntry)));
    BucketEntry* at = std::copy(first.begin(), first.end(), entries);
    at = std::copy(second.begin(), second.end(), at);
    std::copy(third.begin(), third.end(), at);
    return BucketWord::plain(entries, static_cast<uint32_t>(count));
}

void* PartitionWriter::allocate(size_t bytes) {
    state_.memory_units.store(
        state_.memory_units.load(std::memory_order_relaxed) + memory_units(bytes),
        std::memory_order_relaxed);
    return record_allocate(bytes);
}

void PartitionWriter::drop(void* block, size_t bytes) {
    state_.memory_units.store(
        state_.memory_units.load(std::memory_order_relaxed) - memory_units(bytes),
        std::memory_order_relaxed);
    if (garbage_count_ == garbage_.size()) {
        const Garbage& last = garbage_[--garbage_count_];
        retire(last.block, record_free, last.bytes);
    }
    garbage_[garbage_count_++] = {block, bytes};
}

void PartitionWriter::drop_entries(BucketWord plain) {
    if (!plain.empty()) drop(plain.entries(), plain.count() * sizeof(BucketEntry));
}

void PartitionWriter::drop_chain(BucketWord word) {
    if (word.is_chain()) drop(word.chain(), BucketChain::bytes(word.chain()->segments));
}

void PartitionWriter::count_records(int32_t change) {
    state_.records.store(
        state_.records.load(std::memory_order_relaxed) + static_cast<uint32_t>(change),
        std::memory_order_relaxed);
}

}  // namespace winnow
