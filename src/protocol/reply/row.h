#pragma once
// A record in the reply to a query, written in one go: its size is known beforehand, and what all
// rows of a set have in common stands ready. Ten times as many rows as single commands go over the
// wire, so this is worth a path of its own beside MessageWriter.
//
//   header | namespace field | [set field] | digest field | [key field] | [indexed value] | bins
//
// Not thread-safe.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "protocol/reply/reply.h"
#include "record/version.h"

namespace winnow {

// Which bins of a record a row shows: all, none, or some by name (in this order, once per mention;
// at most 65,535).
struct RowBins {
    bool none = false;
    const std::vector<std::string>* names = nullptr;
};

class RowWriter {
public:
    explicit RowWriter(std::string_view ns);

    // Appends the record as a message; false if the frame has no room for it (128 MiB).
    bool add(MessageWriter& writer, const Version& version, std::string_view set,
             std::optional<int64_t> index_value, const RowBins& bins);

private:
    void prepare(std::string_view set);
    size_t select(const Version& version, const RowBins& bins);

    Buffer namespace_field_;
    Buffer prefix_;                   // header, namespace and set
    const char* prepared_ = nullptr;  // the set's name: names are kept where they are
    uint16_t prefix_fields_ = 0;
    std::vector<uint32_t> selected_;  // positions of the bins to show, of the row at hand
};

}  // namespace winnow
