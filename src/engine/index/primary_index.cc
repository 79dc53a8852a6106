#include "engine/index/primary_index.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "base/memory.h"
#include "engine/index/index_bucket.h"
#include "engine/index/partition_writer.h"

namespace winnow {
namespace {

constexpr size_t batch = 16;

IndexEntry find_in(BucketWord word, uint32_t key, const Digest& digest) {
    BucketPlace place = BucketView(word).lower_bound(key, &digest);
    return place.is_at(key, digest) ? place.entry().value() : IndexEntry{};
}

// One record of a batch on its way through the stages, each of which asks for the cache lines that
// the next one reads.
struct Probe {
    uint32_t key = 0;
    const uint64_t* slot = nullptr;
    BucketWord word;
    const BucketEntry* entry = nullptr;  // the only one with this key
    IndexEntry value;
    bool crowded = false;  // several entries may have this key: the slow way decides
};

void open_slot(Probe& probe, const std::atomic<uint64_t>& partition, uint32_t order_key) {
    DirectoryWord directory(partition.load(std::memory_order_acquire));
    probe.key = ~order_key;
    if (directory.empty()) return;
    probe.slot = directory.words() + directory.slot(probe.key);
    __builtin_prefetch(probe.slot);
}

void open_bucket(Probe& probe) {
    if (probe.slot == nullptr) return;
    probe.word = BucketWord(load_acquire(*probe.slot));
    if (probe.word.is_chain() || probe.word.empty()) {
        probe.crowded = probe.word.is_chain();
        return;
    }
    uint32_t fraction = probe.word.depth() < 32 ? probe.key << probe.word.depth() : 0;
    __builtin_prefetch(probe.word.entries() + (uint64_t{fraction} * probe.word.count() >> 32));
}

void open_entry(Probe& probe) {
    if (probe.word.empty() || probe.crowded) return;
    const BucketEntry* entries = probe.word.entries();
    const uint32_t count = probe.word.count();
    uint32_t at = lower_bound_key(entries, count, probe.key, probe.word.depth());
    if (at == count || entries[at].key != probe.key) return;
    if (at + 1 < count && entries[at + 1].key == probe.key) {
        probe.crowded = true;
        return;
    }
    probe.entry = entries + at;
    probe.value = probe.entry->value();
    prefetch_version(probe.value.version, 96);
}

void open_digest(Probe& probe) {
    if (probe.entry != nullptr) __builtin_prefetch(probe.value.version->digest_bytes());
}

}  // namespace

PrimaryIndex::PrimaryIndex()
    : directories_(std::make_unique<std::atomic<uint64_t>[]>(partition_count)),
      states_(std::make_unique<PartitionState[]>(partition_count)) {}

PrimaryIndex::~PrimaryIndex() {
    for (uint32_t partition = 0; partition < partition_count; partition++) {
        DirectoryWord directory(directories_[partition].load(std::memory_order_acquire));
        if (directory.empty()) continue;
        for (size_t slot = 0; slot < directory.size();) {
            BucketWord word = directory.at(slot);
            slot += directory.width(word);
            BucketView view(word);
            for (uint32_t i = 0; i < view.segment_count(); i++) {
                BucketWord segment = view.segment(i);
                for (uint32_t j = 0; j < segment.count(); j++)
                    free_version(segment.entries()[j].load().version());
                record_free(segment.entries());
            }
            if (word.is_chain()) record_free(word.chain());
        }
        record_free(directory.words());
    }
}

IndexEntry PrimaryIndex::find(const Digest& digest) const {
    DirectoryWord directory(directories_[digest.partition()].load(std::memory_order_acquire));
    if (directory.empty()) return {};
    const uint32_t key = inverted_key(digest);
    return find_in(directory.at(directory.slot(key)), key, digest);
}

void PrimaryIndex::find_many(std::span<const Digest> digests, std::span<IndexEntry> entries) const {
    CHECK(digests.size() == entries.size());
    for (size_t from = 0; from < digests.size(); from += batch) {
        const size_t count = std::min(batch, digests.size() - from);
        std::array<Probe, batch> probes;
        auto some = std::span(probes).first(count);
        for (size_t i = 0; i < count; i++) {
            const Digest& digest = digests[from + i];
            open_slot(probes[i], directories_[digest.partition()], digest.order_key());
        }
        for (Probe& probe : some) open_bucket(probe);
        for (Probe& probe : some) open_entry(probe);
        for (Probe& probe : some) open_digest(probe);
        for (size_t i = 0; i < count; i++) {
            const Probe& probe = probes[i];
            const Digest& digest = digests[from + i];
            if (probe.crowded)
                entries[from + i] = find_in(probe.word, probe.key, digest);
            else
                entries[from + i] =
                    probe.entry != nullptr && probe.value.version->digest() == digest
                        ? probe.value
                        : IndexEntry{};
        }
    }
}

size_t PrimaryIndex::find_by_prefix(DigestPrefix prefix, const Digest* after,
                                    std::span<IndexEntry> out) const {
    DirectoryWord directory(directories_[prefix_partition(prefix)].load(std::memory_order_acquire));
    if (directory.empty()) return 0;
    const uint32_t key = ~prefix_order_key(prefix);
    const BucketView view(directory.at(directory.slot(key)));
    // Entries stand in descending order, so this walks backwards, from behind the lowest digest
    // that may come. A segment that it enters from its end may have grown behind the place where
    // the walk stood (insert_at): what does not come after `last` is passed over.
    Digest last = lowest_digest(prefix);
    bool may_be_last = true;
    if (after != nullptr && *after >= last) {
        last = *after;
        may_be_last = false;
    }
    BucketPlace place = view.lower_bound(key, &last);
    if (place.is_at(key, last)) place.index++;
    size_t count = 0;
    while (count < out.size()) {
        if (place.index == 0 && !view.to_previous_segment(place)) break;
        place.index--;
        if (place.entry().key > key) continue;
        if (place.entry().key < key) break;
        IndexEntry value = place.entry().value();
        const Digest digest = value.version->digest();
        if (digest < last || (digest == last && !may_be_last)) continue;
        if (digest_prefix(digest) != prefix) break;
        out[count++] = value;
        last = digest;
        may_be_last = false;
    }
    return count;
}

void PrimaryIndex::find_by_prefixes(std::span<const DigestPrefix> prefixes,
                                    std::span<PrefixMatch> matches) const {
    CHECK(prefixes.size() == matches.size());
    for (size_t from = 0; from < prefixes.size(); from += batch) {
        const size_t count = std::min(batch, prefixes.size() - from);
        std::array<Probe, batch> probes;
        auto some = std::span(probes).first(count);
        for (size_t i = 0; i < count; i++) {
            DigestPrefix prefix = prefixes[from + i];
            open_slot(probes[i], directories_[prefix_partition(prefix)], prefix_order_key(prefix));
        }
        for (Probe& probe : some) open_bucket(probe);
        for (Probe& probe : some) open_entry(probe);
        for (Probe& probe : some) open_digest(probe);
        for (size_t i = 0; i < count; i++) {
            const Probe& probe = probes[i];
            PrefixMatch& match = matches[from + i] = {};
            if (probe.crowded) {
                std::array<IndexEntry, 2> two;
                size_t found = find_by_prefix(prefixes[from + i], nullptr, two);
                match = {two[0], found == 2};
            } else if (probe.entry != nullptr &&
                       digest_prefix(probe.value.version->digest()) == prefixes[from + i]) {
                match.entry = probe.value;
            }
        }
    }
}

Version* PrimaryIndex::put(const Digest& digest, Version* next, uint16_t set) {
    CHECK(next != nullptr);
    const uint32_t partition = digest.partition();
    PartitionWriter writer(directories_[partition], states_[partition]);
    return writer.put(digest, VersionWord::of(next, set));
}

Version* PrimaryIndex::remove(const Digest& digest) {
    const uint32_t partition = digest.partition();
    PartitionWriter writer(directories_[partition], states_[partition]);
    return writer.remove(digest);
}

uint64_t PrimaryIndex::count(uint32_t partition) const {
    return states_[partition].records.load(std::memory_order_relaxed);
}

uint64_t PrimaryIndex::size() const {
    uint64_t total = 0;
    for (uint32_t i = 0; i < partition_count; i++) total += count(i);
    return total;
}

size_t PrimaryIndex::memory_bytes() const {
    size_t total = partition_count * (sizeof(directories_[0]) + sizeof(PartitionState));
    for (uint32_t i = 0; i < partition_count; i++)
        total += size_t{states_[i].memory_units.load(std::memory_order_relaxed)} * 16;
    return total;
}

}  // namespace winnow
