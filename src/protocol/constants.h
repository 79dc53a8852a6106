#pragma once
// The numbers of the wire: one table for each kind, from which enums, names and checks are made.
//
// Bits are plain numbers in a namespace (`request.info1 & info1::read`), codes are enums with a
// fixed underlying type: a value outside the table can arrive and stays representable.
// Operation codes and particle types belong to the record (record/operation.h, particle.h).
// Source: wire reference §1.1, 3.2, 3.4 (read from the Apache-2.0 clients).

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace winnow {

// X(name, code, text)
#define WINNOW_INFO1_BITS(X)                                  \
    X(read, 0x01, "has a read")                               \
    X(get_all, 0x02, "all bins")                              \
    X(short_query, 0x04, "the query is expected to be short") \
    X(batch, 0x08, "batch message (field 41 or 42)")          \
    X(xdr, 0x10, "write by cross-datacenter replication")     \
    X(no_bin_data, 0x20, "no bins in the reply")              \
    X(read_mode_ap_all, 0x40, "consult all replicas")         \
    X(compress_response, 0x80, "the reply may be compressed")

#define WINNOW_INFO2_BITS(X)                                            \
    X(write, 0x01, "has a write")                                       \
    X(remove, 0x02, "delete the record")                                \
    X(generation, 0x04, "only if the generation is equal")              \
    X(generation_greater, 0x08, "only if the request's is greater")     \
    X(durable_delete, 0x10, "leave a tombstone")                        \
    X(create_only, 0x20, "only if the record does not exist")           \
    X(relax_ap_long_query, 0x40, "long query with relaxed consistency") \
    X(respond_all_ops, 0x80, "one result for each operation")

#define WINNOW_INFO3_BITS(X)                                         \
    X(last, 0x01, "last message of a stream")                        \
    X(commit_master, 0x02, "answer after the master's commit")       \
    X(partition_done, 0x04, "a partition is done; not to be told")   \
    X(update_only, 0x08, "only if the record exists")                \
    X(create_or_replace, 0x10, "drop the bins that exist, create")   \
    X(replace_only, 0x20, "drop the bins that exist, do not create") \
    X(sc_read_type, 0x40, "strong consistency: linearize")           \
    X(sc_read_relax, 0x80, "strong consistency: relaxed")

#define WINNOW_INFO4_BITS(X)                                 \
    X(txn_verify_read, 0x01, "verify the version of a read") \
    X(txn_roll_forward, 0x02, "commit")                      \
    X(txn_roll_back, 0x04, "abort")                          \
    X(txn_on_locking_only, 0x10, "write only if it locks")   \
    X(error_verbosity, 0x60, "details in error replies (2 bits)")

#define WINNOW_FIELD_IDS(X)                                \
    X(namespace_name, 0, "namespace")                      \
    X(set, 1, "set")                                       \
    X(key, 2, "key")                                       \
    X(record_version, 3, "record version")                 \
    X(digest, 4, "digest")                                 \
    X(txn_id, 5, "transaction id")                         \
    X(txn_deadline, 6, "transaction deadline")             \
    X(task_id, 7, "task id")                               \
    X(scan_options, 8, "scan options")                     \
    X(socket_timeout, 9, "socket timeout")                 \
    X(records_per_second, 10, "records per second")        \
    X(partitions, 11, "partition list")                    \
    X(resume_digests, 12, "digests to resume after")       \
    X(max_records, 13, "record limit")                     \
    X(resume_values, 15, "indexed values to resume after") \
    X(index_name, 21, "index name")                        \
    X(index_range, 22, "index range")                      \
    X(index_context, 23, "index context")                  \
    X(index_expression, 24, "index expression")            \
    X(index_type, 26, "index type")                        \
    X(udf_package, 30, "UDF package")                      \
    X(udf_function, 31, "UDF function")                    \
    X(udf_arguments, 32, "UDF arguments")                  \
    X(udf_op, 33, "UDF operation")                         \
    X(bin_list, 40, "bin list")                            \
    X(batch, 41, "batch rows")                             \
    X(batch_with_set, 42, "batch rows with set")           \
    X(filter, 43, "filter expression")                     \
    X(error_details, 45, "error details")

#define WINNOW_FRAME_TYPES(X) \
    X(info, 1, "info")        \
    X(admin, 2, "admin")      \
    X(message, 3, "message")  \
    X(compressed, 4, "compressed message")

// What a row of a batch starts with, after its index and digest.
#define WINNOW_BATCH_ROW_BITS(X)                             \
    X(repeat, 0x01, "as the row before, but for the digest") \
    X(info, 0x02, "info1 to info3 follow")                   \
    X(generation, 0x04, "a generation follows")              \
    X(ttl, 0x08, "a ttl follows")                            \
    X(info4, 0x10, "info4 follows")

#define WINNOW_BATCH_FLAGS(X)                              \
    X(allow_inline, 0x01, "may run where it arrives")      \
    X(allow_inline_ssd, 0x02, "the same for data on disk") \
    X(respond_all_keys, 0x04, "answer every row")          \
    X(row_sets, 0x08, "rows of the new form")

#define WINNOW_UDF_OPS(X)                 \
    X(none, 0, "apply to one record")     \
    X(aggregate, 1, "aggregate a stream") \
    X(background, 2, "apply to each record in the background")

#define WINNOW_X(name, code, text) name = code,
namespace info1 {
enum Bit : uint8_t { WINNOW_INFO1_BITS(WINNOW_X) };
}
namespace info2 {
enum Bit : uint8_t { WINNOW_INFO2_BITS(WINNOW_X) };
}
namespace info3 {
enum Bit : uint8_t { WINNOW_INFO3_BITS(WINNOW_X) };
}
namespace info4 {
enum Bit : uint8_t { WINNOW_INFO4_BITS(WINNOW_X) };
}
namespace batch_row {
enum Bit : uint8_t { WINNOW_BATCH_ROW_BITS(WINNOW_X) };
}
namespace batch_flag {
enum Bit : uint8_t { WINNOW_BATCH_FLAGS(WINNOW_X) };
}
enum class FieldId : uint8_t { WINNOW_FIELD_IDS(WINNOW_X) };
enum class FrameType : uint8_t { WINNOW_FRAME_TYPES(WINNOW_X) };
enum class UdfOp : uint8_t { WINNOW_UDF_OPS(WINNOW_X) };
#undef WINNOW_X

constexpr bool is_frame_type(FrameType type) {
    return type >= FrameType::info && type <= FrameType::compressed;
}

inline constexpr size_t field_id_count = 46;  // ids 0 to 45 are kept, others are skipped

// Names as the tables spell them, "unknown" for a value outside the table. A name of bits is that
// of one bit.
#define WINNOW_X(name, code, text) \
    case code: return #name;
#define WINNOW_NAME_FUNCTION(function, type, table)                                          \
    constexpr std::string_view function(type value) {                                        \
        switch (static_cast<uint8_t>(value)) { table(WINNOW_X) default : return "unknown"; } \
    }
WINNOW_NAME_FUNCTION(info1_name, uint8_t, WINNOW_INFO1_BITS)
WINNOW_NAME_FUNCTION(info2_name, uint8_t, WINNOW_INFO2_BITS)
WINNOW_NAME_FUNCTION(info3_name, uint8_t, WINNOW_INFO3_BITS)
WINNOW_NAME_FUNCTION(info4_name, uint8_t, WINNOW_INFO4_BITS)
WINNOW_NAME_FUNCTION(field_name, FieldId, WINNOW_FIELD_IDS)
WINNOW_NAME_FUNCTION(frame_type_name, FrameType, WINNOW_FRAME_TYPES)
#undef WINNOW_NAME_FUNCTION
#undef WINNOW_X

// Limits of the wire (wire reference §1.1, golden kv-01894, query-00466).
inline constexpr uint64_t body_size_max = uint64_t{128} << 20;
inline constexpr size_t namespace_length_max = 31;
inline constexpr size_t set_length_max = 63;
inline constexpr size_t index_string_size_max = 2047;

}  // namespace winnow
