#pragma once
// Requests of commands on one record, from policies and operations to the bits of the wire: alone
// (a frame) or as a row of a batch, which differ in the header only.
//
// Pure functions. What is refused here (parameter, bin_name) never reaches a server.

#include <cstdint>
#include <span>

#include "base/bytes.h"
#include "client/bin_operation.h"
#include "client/failure.h"
#include "client/key.h"
#include "client/policies.h"
#include "protocol/request_writer.h"

namespace winnow::client {

// The four bytes of bits, generation and ttl of one command.
struct CommandBits {
    uint8_t info1 = 0;
    uint8_t info2 = 0;
    uint8_t info3 = 0;
    uint32_t generation = 0;
    uint32_t record_ttl = 0;

    bool writes() const { return info2 & info2::write; }
};

// What the server is told of the time: it gives up when the client does.
uint32_t transaction_ttl_ms(const Policy& policy);

CommandBits read_bits(const BinSelection& bins, int32_t read_touch_ttl_percent);
CommandBits write_bits(const WriteRules& rules);
CommandBits remove_bits(const WriteRules& rules);
// Reads and writes as the operations say. `respond_all`: a result for every operation.
CommandBits operate_bits(std::span<const BinOperation> ops, const WriteRules& rules,
                         bool respond_all);

// Names of bins that a request can carry, at most as many as its count has room for.
Outcome<> check_operations(std::span<const BinOperation> ops);
Outcome<> check_bins(std::span<const Bin> bins);

// The beginning of a frame: header, namespace, set, digest, key, filter. Operations follow, then
// writer.end(policy.compress).
void begin_command(RequestWriter& writer, const Key& key, const CommandBits& bits,
                   const Policy& policy, bool send_key);
void add_selection(RequestWriter& writer, const BinSelection& bins);
void add_operations(RequestWriter& writer, std::span<const BinOperation> ops);

}  // namespace winnow::client
