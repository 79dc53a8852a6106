#pragma once
// Keeps the secondary indexes through the write of one record: what the next version adds is
// inserted before it is published, what only the old one had is erased after. A write that leaves
// the indexed values alone touches no index.
//
//   IndexUpdate update(list, primary, digest, old, next, set);   // next null: the record goes
//   update.before_publish();
//   ...publish...
//   update.after_publish();
//
// REQUIRES: the record's lock and an EpochGuard throughout. Lives on the stack.

#include "base/small_vector.h"
#include "engine/catalog/index.h"
#include "engine/index/primary_index.h"

namespace winnow {

class IndexUpdate {
public:
    IndexUpdate(const IndexList& list, const PrimaryIndex& primary, const Digest& digest,
                const IndexEntry& old, const Version* next, uint16_t set);

    void before_publish();
    void after_publish();
    // Whether the record leaves an index, or its place in one.
    bool drops() const;

private:
    struct Change {
        Index* index;
        std::optional<int64_t> added;
        std::optional<int64_t> dropped;
        SecondaryIndex::Insertion insertion = {};
    };
    bool other_holds(const Change& change) const;

    const PrimaryIndex& primary_;
    const Digest& digest_;
    SmallVector<Change, 4> changes_;
};

// Files the version of a record that is current now, for the builder of an index; idempotent.
// REQUIRES: the record's lock and an EpochGuard.
void index_record(Index& index, const Digest& digest, const IndexEntry& entry);

}  // namespace winnow
