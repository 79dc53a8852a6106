#pragma once
// Settings of a namespace. Plain values; those that may change while it runs are in
// NamespaceSettings (engine/namespace.h).

#include <cstddef>
#include <cstdint>
#include <string>

namespace winnow {

// When a change is safe.
enum class Durability {
    memory,    // never: records are gone with the process
    commit,    // before anybody sees its answer
    interval,  // at most interval_ms after it
};

struct StorageOptions {
    Durability durability = Durability::memory;
    std::string directory;        // of this namespace alone; made if need be
    uint32_t interval_ms = 1000;  // of Durability::interval
    // Bytes of a segment of the log: it bounds the largest record, and four are the least that a
    // namespace takes on the disk.
    uint64_t segment_size = uint64_t{16} << 20;
    uint64_t buffer_max = uint64_t{8} << 20;  // bytes that may wait to be written
};

struct NamespaceOptions {
    std::string name;                          // 1 to 31 bytes
    uint32_t default_ttl = 0;                  // seconds; 0: records without a ttl never expire
    size_t memory_limit = 0;                   // bytes; 0: three quarters of the machine's memory
    size_t record_size_max = size_t{8} << 20;  // of a version, bytes
    uint32_t expiry_period_seconds = 120;      // how often expired records are looked for
    StorageOptions storage = {};
};

}  // namespace winnow
