#pragma once
// A filter applied to records of a namespace: by commands, batches and queries alike.

#include <optional>

#include "base/error.h"
#include "engine/index/primary_index.h"
#include "record/filter/filter.h"

namespace winnow {

class Namespace;

// The filter that came with a command, or with all rows of a batch. It is decoded when the first
// record is there to be filtered: where there is none, even a malformed filter is never looked at
// (golden predexp-03106). One thread; views the message.
class CommandFilter {
public:
    explicit CommandFilter(Bytes encoded) : encoded_(encoded) {}

    const Result<Filter>& filter() {
        if (!decoded_) decoded_.emplace(Filter::decode(encoded_));
        return *decoded_;
    }

private:
    Bytes encoded_;
    std::optional<Result<Filter>> decoded_;
};

// What is known of the record without its bins.
RecordMeta meta_of(const Namespace& ns, const IndexEntry& entry, uint64_t now_ms);

struct FilterOutcome {
    Filter::Verdict verdict;  // passes, filtered or too_costly
    bool by_metadata;         // the bins were not looked at
};

// Asks metadata first. `steps` grows by what evaluation took. REQUIRES an EpochGuard.
FilterOutcome apply_filter(const Namespace& ns, const Filter& filter, const IndexEntry& entry,
                           uint64_t now_ms, uint64_t& steps);

// Whether the record passes the filter of a command; counts who decided. Errors: filtered_out,
// timeout if it takes too many steps, those of decoding.
Result<> check_filter(Namespace& ns, CommandFilter* filter, const IndexEntry& entry,
                      uint64_t now_ms);

}  // namespace winnow
