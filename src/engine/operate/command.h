#pragma once
// One command on one record, decoded, and what comes of it. A command holds views only (into the
// request it came in); it may be run by any thread while they live.

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/error.h"
#include "engine/operate/record_filter.h"
#include "record/key/digest.h"
#include "record/operation.h"
#include "record/version.h"

namespace winnow {

// What a command's ttl says; larger numbers are seconds.
inline constexpr uint32_t ttl_namespace_default = 0;
inline constexpr uint32_t ttl_never = 0xffff'ffff;
inline constexpr uint32_t ttl_unchanged = 0xffff'fffe;
inline constexpr uint32_t ttl_seconds_max = 315'360'000;  // ten years

enum class GenerationPolicy : uint8_t { any, equal, greater };

struct Command {
    Digest digest;
    std::string_view set;  // empty: the request names none
    KeyView key;           // none unless the client sent it

    bool reads = false;   // READ flag: results are wanted
    bool writes = false;  // WRITE flag
    bool read_all = false;
    bool no_bin_data = false;
    bool remove = false;      // DELETE flag: the record as a whole
    bool replicates = false;  // from another cluster: what is gone already is no error
    bool respond_all_operations = false;

    bool create_only = false;
    bool update_only = false;
    bool create_or_replace = false;
    bool replace_only = false;
    GenerationPolicy generation_policy = GenerationPolicy::any;
    uint32_t generation = 0;
    uint32_t ttl = ttl_namespace_default;  // of a read: how much life may be left before it touches

    std::span<const Operation> operations;
    CommandFilter* filter = nullptr;  // null: none

    bool replaces() const { return create_or_replace || replace_only; }
};

// Takes the results of a command in the order of its operations. What it was given before an error
// is void: the caller of run() discards it.
class ReplySink {
public:
    virtual ~ReplySink() = default;
    // The record is there, as it is before the command: what an error is told with.
    virtual void found(const Version& version) { (void)version; }
    // Every bin of a record.
    virtual void all_bins(const Version& version) = 0;
    // One bin of a record, as it lies in the version: `record` is u8 name length, name, value.
    virtual void bin(uint8_t particle, Bytes record) = 0;
    // The result of an operation; particle 0 and no value: nothing to say.
    virtual void result(const Operation& operation, uint8_t particle, Bytes value) = 0;

    // The command shows, be it by an error, what this LSN has made of the record.
    void shows(Lsn lsn) { shown_lsn_ = std::max(shown_lsn_, lsn); }
    // Where Store::replies_wait(): the reply may go out once this is durable.
    Lsn shown_lsn() const { return shown_lsn_; }

private:
    Lsn shown_lsn_ = 0;
};

struct Outcome {
    uint32_t generation = 0;
    uint32_t void_time = 0;
    Lsn lsn = 0;  // of the version that was read, or of what was written
};

}  // namespace winnow
