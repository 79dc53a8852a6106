#pragma once
// The result codes of the wire, from the socket up to every client: no layer translates them.
// One table makes the enum, the names and the texts.
//
// Source of the numbers: the Apache-2.0 clients (as_status.h, ResultCode.java).

#include <cstdint>
#include <string_view>

namespace winnow {

// X(name, code, text)
#define WINNOW_RESULT_CODES(X)                              \
    X(ok, 0, "ok")                                          \
    X(server_error, 1, "server error")                      \
    X(not_found, 2, "record not found")                     \
    X(generation, 3, "generation mismatch")                 \
    X(parameter, 4, "bad request parameter")                \
    X(record_exists, 5, "record exists")                    \
    X(bin_exists, 6, "bin exists")                          \
    X(cluster_changed, 7, "cluster changed")                \
    X(out_of_space, 8, "out of space")                      \
    X(timeout, 9, "timeout")                                \
    X(always_forbidden, 10, "operation always forbidden")   \
    X(unavailable, 11, "partition unavailable")             \
    X(bin_type, 12, "bin type mismatch")                    \
    X(record_too_big, 13, "record too big")                 \
    X(key_busy, 14, "key busy")                             \
    X(scan_aborted, 15, "scan aborted")                     \
    X(unsupported, 16, "unsupported feature")               \
    X(bin_not_found, 17, "bin not found")                   \
    X(device_overload, 18, "device overload")               \
    X(key_mismatch, 19, "key mismatch")                     \
    X(namespace_not_found, 20, "namespace not found")       \
    X(bin_name, 21, "bin name too long")                    \
    X(forbidden, 22, "operation forbidden")                 \
    X(element_not_found, 23, "element not found")           \
    X(element_exists, 24, "element exists")                 \
    X(enterprise_only, 25, "enterprise only")               \
    X(not_applicable, 26, "operation not applicable")       \
    X(filtered_out, 27, "filtered out")                     \
    X(security_not_supported, 51, "security not supported") \
    X(security_not_enabled, 52, "security not enabled")     \
    X(udf, 100, "UDF error")                                \
    X(batch_disabled, 150, "batch disabled")                \
    X(batch_max_requests, 151, "too many rows in a batch")  \
    X(batch_queues_full, 152, "batch queues full")          \
    X(invalid_geojson, 160, "invalid GeoJSON")              \
    X(index_found, 200, "index found")                      \
    X(index_not_found, 201, "index not found")              \
    X(index_out_of_memory, 202, "index out of memory")      \
    X(index_not_readable, 203, "index not readable")        \
    X(index_generic, 204, "index error")                    \
    X(index_name_too_long, 205, "index name too long")      \
    X(index_max_count, 206, "too many indexes")             \
    X(query_aborted, 210, "query aborted")                  \
    X(query_queue_full, 211, "query queue full")            \
    X(query_timeout, 212, "query timeout")                  \
    X(query_generic, 213, "query error")

enum class ResultCode : uint8_t {
#define WINNOW_X(name, code, text) name = code,
    WINNOW_RESULT_CODES(WINNOW_X)
#undef WINNOW_X
};

// The text of a code, "unknown result code" for a number outside the table.
std::string_view result_code_text(ResultCode code);

// The name of a code as the table spells it, "unknown" for a number outside the table.
std::string_view result_code_name(ResultCode code);

}  // namespace winnow
