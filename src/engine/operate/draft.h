#pragma once
// A record while operations change it: views of bins that lie in the old version, in the request
// or, if an operation computed them, in the draft's own memory. Nothing is copied until the next
// version is built. Lives on the stack of one command; not thread-safe.

#include <span>

#include "base/arena.h"
#include "base/error.h"
#include "base/small_vector.h"
#include "record/operation.h"
#include "record/version.h"

namespace winnow {

class Draft {
public:
    // Starts from a version's bins; null starts empty.
    explicit Draft(const Version* version);

    std::span<const BinView> bins() const { return {bins_.data(), bins_.size()}; }
    // The bin of that name, or null. Valid until the next change.
    const BinView* find(std::string_view name) const;

    // Each may refuse, in which case the whole command is void. Codes as golden shows: parameter
    // (an unknown particle, a bad size), server_error (a list or map that is not well-formed),
    // bin_type.
    Result<> write(const Operation& operation);      // particle 0 removes the bin
    Result<> increment(const Operation& operation);  // creates the bin if there is none
    Result<> append(const Operation& operation);     // likewise
    Result<> prepend(const Operation& operation);    // likewise
    void clear() { bins_.clear(); }
    // A copy that lives as long as the draft.
    Bytes keep(Bytes value);

private:
    BinView* find_mutable(std::string_view name);
    Result<> put(std::string_view name, uint8_t particle, Bytes value);
    Result<> join(const Operation& operation, bool behind);
    void remove(std::string_view name);
    Bytes keep_be64(uint64_t value);

    SmallVector<BinView, 16> bins_;
    Arena arena_;
};

}  // namespace winnow
