#pragma once
// Turns a query message into what the engine and the stream of the reply need.

#include "engine/query/query.h"
#include "protocol/query_fields.h"
#include "protocol/request.h"
#include "server/handlers/query_stream.h"

namespace winnow {

struct DecodedQuery {
    QueryRequest request;
    QueryStreamOptions stream;
    uint64_t task_id = 0;
    uint32_t socket_timeout_ms = 0;  // of a client that does not read; 0: none
    uint32_t total_timeout_ms = 0;   // 0: none
    bool is_short = false;
};

// Errors: parameter for what is malformed or cannot be; unsupported for what is not served yet
// (background queries, aggregations); index_not_found for an index nobody could have.
Result<DecodedQuery> decode_query(const Request& request);

}  // namespace winnow
