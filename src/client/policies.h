#pragma once
// How calls behave: plain values, given with each call. Zero-initialised means the defaults, which
// are those of the Query class this product began with: no retries.

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "net/client_socket.h"

namespace winnow::client {

struct Policy {
    // How long to wait for one answer; 0: for ever.
    uint32_t socket_timeout_ms = 30'000;
    // How long the call may take with all its attempts; 0: no limit of its own.
    uint32_t total_timeout_ms = 0;
    // Attempts after the first, each only after a failure that worth_retrying() names.
    uint32_t max_retries = 0;
    uint32_t sleep_between_retries_ms = 0;
    // An encoded filter expression; records it does not pass answer filtered_out. Empty: none.
    Bytes filter;
    // Compress requests above 128 bytes, and let the server compress replies.
    bool compress = false;
    // Asked while the call waits; when it says so, the call fails with query_aborted. Null: none.
    Interrupt* interrupt = nullptr;
};

// Which of the nodes that have a record is asked. Writes begin at the master in any case.
enum class ReplicaChoice : uint8_t {
    master,
    sequence,  // the master first, with each retry the next replica
    any,       // each call begins at another replica, to spread the load
};

struct ReadPolicy : Policy {
    ReplicaChoice replica = ReplicaChoice::sequence;
    // Extends the life of the record if less than this percentage of it is left. 0: as the server
    // is set up, -1: never.
    int32_t read_touch_ttl_percent = 0;
};

enum class RecordExists : uint8_t {
    update,        // create, or change the bins named
    update_only,   // not_found if there is no record
    replace,       // create, or drop all other bins
    replace_only,  // the same, not_found if there is no record
    create_only,   // record_exists if there is one
};

enum class GenerationCheck : uint8_t {
    none,
    equal,    // generation unless the record's is `generation`
    greater,  // generation unless `generation` is above the record's
};

inline constexpr uint32_t ttl_default = 0;             // what the namespace is set to
inline constexpr uint32_t ttl_never = 0xffffffff;      // no expiry
inline constexpr uint32_t ttl_unchanged = 0xfffffffe;  // keeps the expiry the record has

// Of a write, alone or as a row of a batch.
struct WriteRules {
    RecordExists exists = RecordExists::update;
    GenerationCheck generation_check = GenerationCheck::none;
    uint32_t generation = 0;
    uint32_t ttl_seconds = ttl_default;  // up to ten years
    bool send_key = false;               // the record keeps its key
    bool durable_delete = false;         // a delete leaves a tombstone
    bool commit_master = false;          // answered once the master has it
};

struct WritePolicy : Policy, WriteRules {
    ReplicaChoice replica = ReplicaChoice::sequence;
};

struct BatchPolicy : Policy {
    ReplicaChoice replica = ReplicaChoice::sequence;
    bool allow_inline = true;  // rows may run where they arrive
    // Run and answer every row. Otherwise the server may stop at the first row that fails with
    // anything but not_found and filtered_out.
    bool respond_all_rows = true;
};

struct QueryPolicy : Policy {
    ReplicaChoice replica = ReplicaChoice::sequence;
    uint32_t records_per_second = 0;  // for each node; 0: no limit
    bool short_query = false;         // few results are expected: answered with less ceremony
};

// Of info commands and of everything made of them.
struct AdminPolicy {
    uint32_t timeout_ms = 10'000;  // for each command; 0: for ever
    // Creating an index returns when it can be queried on every node, putting or removing a module
    // when every node knows.
    bool wait = true;
    uint32_t wait_timeout_ms = 0;  // how long, 0: for ever
    uint32_t poll_interval_ms = 20;
};

}  // namespace winnow::client
