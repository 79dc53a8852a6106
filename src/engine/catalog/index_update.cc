#include "engine/catalog/index_update.h"

namespace winnow {

IndexUpdate::IndexUpdate(const IndexList& list, const PrimaryIndex& primary, const Digest& digest,
                         const IndexEntry& old, const Version* next, uint16_t set)
    : primary_(primary), digest_(digest) {
    for (const NamedIndex& entry : list.indexes) {
        Index& index = *entry.index;
        Change change{&index, std::nullopt, std::nullopt};
        if (next != nullptr) change.added = index.value_of(*next, set);
        if (old.version != nullptr) change.dropped = index.value_of(*old.version, old.set);
        if (change.added != change.dropped) changes_.push_back(change);
    }
}

void IndexUpdate::before_publish() {
    for (Change& change : changes_)
        if (change.added) change.insertion = change.index->entries().insert(*change.added, digest_);
}

void IndexUpdate::after_publish() {
    for (Change& change : changes_) {
        if (change.added) change.index->entries().confirm(*change.added, digest_, change.insertion);
        if (change.dropped)
            change.index->entries().erase(*change.dropped, digest_,
                                          [&] { return other_holds(change); });
    }
}

bool IndexUpdate::drops() const {
    for (const Change& change : changes_)
        if (change.dropped) return true;
    return false;
}

// Whether another record that shares the digest's prefix has the value that this one drops.
bool IndexUpdate::other_holds(const Change& change) const {
    const DigestPrefix prefix = digest_prefix(digest_);
    Digest last;
    const Digest* after = nullptr;
    for (;;) {
        IndexEntry some[8];
        size_t count = primary_.find_by_prefix(prefix, after, some);
        for (size_t i = 0; i < count; i++) {
            last = some[i].version->digest();
            if (last == digest_) continue;
            if (change.index->value_of(*some[i].version, some[i].set) == change.dropped)
                return true;
        }
        if (count < std::size(some)) return false;
        after = &last;
    }
}

void index_record(Index& index, const Digest& digest, const IndexEntry& entry) {
    if (auto value = index.value_of(*entry.version, entry.set))
        index.entries().insert(*value, digest);
}

}  // namespace winnow
