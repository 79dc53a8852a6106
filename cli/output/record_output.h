#pragma once
// Records to standard output: a table whose columns are the bins, records one below the other
// where a table would be wider than the terminal, or a JSON object for each:
//
//   {"set": "players", "key": "ada", "digest": "6d3f...", "generation": 1, "ttl": null,
//    "bins": {"score": 80}}
//
// A set, key or ttl that is not there or not known is null; values are as in json.h.
// One thread. Records are copied as text; the first thousand wait until they can be aligned.

#include <cstdint>
#include <string_view>

#include "cli/output/table.h"
#include "client/record.h"
#include "client/value.h"
#include "record/key/digest.h"

namespace winnow::cli {

struct RecordStyle {
    bool json = false;
    bool set = false;     // a column for the set
    bool digest = false;  // one for the digest
    bool meta = false;    // two for generation and ttl
};

struct PrintedRecord {
    std::string_view set;
    client::ValueView key;  // nil: not known
    const Digest& digest;
    const client::RecordView& record;
};

class RecordOutput {
public:
    explicit RecordOutput(const RecordStyle& style);

    void add(const PrintedRecord& row);
    // Prints what still waits.
    void finish();
    uint64_t count() const { return count_; }

private:
    void add_row(const PrintedRecord& row);
    void print_json(const PrintedRecord& row) const;
    void flush();

    RecordStyle style_;
    size_t width_max_;  // 0: no limit
    Table table_;
    bool upright_ = false;
    uint64_t count_ = 0;
    uint64_t waiting_since_ns_ = 0;
};

}  // namespace winnow::cli
