#pragma once
// The rows of one batch at work: reads that follow each other are looked up together, so that their
// cache misses overlap; everything else runs row by row, in order.
//
// What an error does (golden batch-00033 ff): with "respond to all keys" every row is answered and
// the end says ok; with the flag of the new form alone every row is answered and the end carries
// the first row error; with neither, the batch ends at the first one. Not found and filtered out
// are answers, not errors.

#include <vector>

#include "protocol/batch.h"
#include "protocol/reply/reply.h"
#include "protocol/request.h"
#include "server/context.h"
#include "server/handlers/decode_command.h"

namespace winnow {

// One thread at a time. The message must live as long as the runner.
class BatchRunner {
public:
    BatchRunner(ServerContext& context, const Request& request) noexcept;

    // Reads all rows once: what is malformed, or names no namespace, refuses the whole batch
    // (parameter) before any row runs, and so does a filter of the message that is no filter.
    // Returns the number of rows.
    Result<uint32_t> check();

    // Appends one frame: the answers of some rows (about `rows_max`, fewer if the frame grows
    // large), and behind the last row the end. True when that was it.
    bool run(Buffer& out, uint32_t rows_max);

    // Ends the batch early, with this code.
    void end(Buffer& out, ResultCode code);

private:
    static constexpr size_t group_size = 32;
    static constexpr size_t frame_size_target = size_t{1} << 20;

    struct Row {
        DecodedCommand decoded;
        Namespace* ns = nullptr;
        uint32_t index = 0;
        Result<> refused;
    };

    bool next_row(Row& row);
    void decode_row(const BatchRow& from, Row& row);
    void run_group(size_t count, MessageWriter& writer);
    void run_reads(size_t count, MessageWriter& writer);
    void run_row(Row& row, const IndexEntry* entry, MessageWriter& writer);
    bool note_error(ResultCode code);

    void count_end(ResultCode code);

    ServerContext& context_;
    const Request& request_;
    const uint64_t started_ns_;
    BatchReader reader_;
    std::optional<CommandFilter> filter_;  // of all rows that have none of their own
    std::vector<Row> group_;
    bool finished_ = false;  // no more rows
    bool stopped_ = false;   // at an error
    bool frames_sent_ = false;
    ResultCode first_error_ = ResultCode::ok;
};

}  // namespace winnow
