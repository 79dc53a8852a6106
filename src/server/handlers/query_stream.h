#pragma once
// Encodes the rows of a query into frames: the sink between a query and its client.

#include <string>
#include <vector>

#include "engine/query/query.h"
#include "protocol/reply/reply.h"
#include "protocol/reply/row.h"

namespace winnow {

struct QueryStreamOptions {
    std::string ns;
    bool no_bins = false;
    bool compress = false;
    bool partition_messages = false;  // tell of each finished partition (clients up to 5.x)
    // Only these bins, in this order, once per mention; none: all.
    std::optional<std::vector<std::string>> bins;
};

class QueryStream : public RecordSink {
public:
    // A frame is sent once it has grown to this. Large enough to be cheap, small enough that the
    // first rows come soon and a slow client holds little memory.
    static constexpr size_t frame_size_target = size_t{128} << 10;

    explicit QueryStream(QueryStreamOptions options)
        : options_(std::move(options)), rows_(options_.ns) {}

    // Starts a frame in `out`, which the stream writes to until end_frame().
    void begin_frame(Buffer& out);
    // Completes it. Without rows nothing is left in the buffer.
    void end_frame();
    // The last message of the stream, in the frame that is open.
    void add_last(ResultCode code);

    bool record(const QueryRow& row) override;
    void partition_done(uint32_t partition) override;

private:
    QueryStreamOptions options_;
    RowWriter rows_;
    Buffer* out_ = nullptr;
    std::optional<MessageWriter> writer_;
    size_t start_ = 0;
};

}  // namespace winnow
