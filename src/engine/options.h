#pragma once
// Settings of a namespace. Plain values; those that may change while it runs are in
// NamespaceSettings (engine/namespace.h).

#include <cstddef>
#include <cstdint>
#include <string>

namespace winnow {

struct NamespaceOptions {
    std::string name;                          // 1 to 31 bytes
    uint32_t default_ttl = 0;                  // seconds; 0: records without a ttl never expire
    size_t memory_limit = 0;                   // bytes; 0: three quarters of the machine's memory
    size_t record_size_max = size_t{8} << 20;  // of a version, bytes
    uint32_t expiry_period_seconds = 120;      // how often expired records are looked for
};

}  // namespace winnow
