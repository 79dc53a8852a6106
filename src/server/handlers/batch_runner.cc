#include "server/handlers/batch_runner.h"

#include "base/epoch.h"
#include "engine/operate/operate.h"
#include "server/handlers/command_statistics.h"
#include "server/handlers/message_sink.h"

namespace winnow {

BatchRunner::BatchRunner(ServerContext& context, const Request& request) noexcept
    : context_(context), request_(request), started_ns_(context.database.clock().monotonic_ns()) {}

Result<uint32_t> BatchRunner::check() {
    auto reader = BatchReader::open(request_.fields);
    if (!reader) return fail(reader.error());
    reader_ = *reader;
    for (;;) {
        auto row = reader_.next();
        if (!row) return fail(row.error());
        if (*row == nullptr) break;
        if (!(*row)->repeat && !decode_namespace(context_.database, (*row)->fields))
            return fail(ResultCode::parameter, "a row names no namespace");
    }
    if (request_.fields.has(FieldId::filter)) {
        filter_.emplace(request_.fields.filter());
        if (!filter_->filter()) return fail(filter_->filter().error());
    }
    reader_.rewind();
    group_.resize(std::min<size_t>(group_size, reader_.row_count()));
    return reader_.row_count();
}

void BatchRunner::decode_row(const BatchRow& from, Row& row) {
    row.refused = {};
    row.ns = (*decode_namespace(context_.database, from.fields))->get();
    row.decoded.command = {};
    row.refused = decode_command(from, row.decoded);
    Command& command = row.decoded.command;
    if (filter_ && command.filter == nullptr) command.filter = &*filter_;
}

// The next row, decoded; false behind the last one.
bool BatchRunner::next_row(Row& row) {
    auto next = reader_.next();
    if (!next || *next == nullptr) return false;
    decode_row(**next, row);
    row.index = (*next)->index;
    return true;
}

// True if the batch ends here.
bool BatchRunner::note_error(ResultCode code) {
    if (code == ResultCode::ok || code == ResultCode::not_found || code == ResultCode::filtered_out)
        return false;
    if (first_error_ == ResultCode::ok) first_error_ = code;
    return !(reader_.flags() & (batch_flag::respond_all_keys | batch_flag::row_sets));
}

void BatchRunner::run_row(Row& row, const IndexEntry* entry, MessageWriter& writer) {
    Command& command = row.decoded.command;
    MessageSink sink(writer);
    writer.begin_message({.transaction_ttl = row.index});
    Result<Outcome> outcome = fail(ResultCode::ok);
    if (!row.refused)
        outcome = fail(row.refused.error());
    else if (entry != nullptr)
        outcome = read_record(*row.ns, command, *entry, sink);
    else
        outcome = operate(*row.ns, command, sink);
    ResultCode code = outcome ? ResultCode::ok : outcome.error().code;
    if (outcome) {
        writer.set_header({.generation = outcome->generation,
                           .void_time = outcome->void_time,
                           .transaction_ttl = row.index});
        writer.end_message();
    } else {
        writer.drop_message();
        writer.add_header({.result = code, .transaction_ttl = row.index});
    }
    count_result(*row.ns, command, CommandSource::batch, code);
    stopped_ = stopped_ || note_error(code);
}

// Looks the records of consecutive reads up together.
void BatchRunner::run_reads(size_t count, MessageWriter& writer) {
    Digest digests[group_size];
    IndexEntry entries[group_size];
    EpochGuard guard;
    for (size_t from = 0; from < count && !stopped_;) {
        size_t to = from;
        for (; to < count && group_[to].ns == group_[from].ns; to++)
            digests[to - from] = group_[to].decoded.command.digest;
        group_[from].ns->primary().find_many({digests, to - from}, {entries, to - from});
        for (size_t i = from; i < to && !stopped_; i++)
            run_row(group_[i], &entries[i - from], writer);
        from = to;
    }
}

void BatchRunner::run_group(size_t count, MessageWriter& writer) {
    bool reads = true;
    for (size_t i = 0; i < count; i++)
        reads = reads && group_[i].refused && !group_[i].decoded.command.writes;
    if (reads) return run_reads(count, writer);
    for (size_t i = 0; i < count && !stopped_; i++) run_row(group_[i], nullptr, writer);
}

void BatchRunner::count_end(ResultCode code) {
    ServerCounters& counters = context_.counters;
    counters.batch_initiate.fetch_add(1, std::memory_order_relaxed);
    auto& ended = code == ResultCode::ok        ? counters.batch_complete
                  : code == ResultCode::timeout ? counters.batch_timeout
                                                : counters.batch_error;
    ended.fetch_add(1, std::memory_order_relaxed);
    context_.latencies.record_batch(context_.database.clock().monotonic_ns() - started_ns_);
}

void BatchRunner::end(Buffer& out, ResultCode code) {
    count_end(code);
    MessageWriter writer(out);
    writer.begin_frame();
    writer.add_header({.result = code, .info3 = info3::last});
    writer.end_frame();
}

bool BatchRunner::run(Buffer& out, uint32_t rows_max) {
    const size_t start = out.size();
    MessageWriter writer(out);
    writer.begin_frame();
    for (uint32_t rows = 0; rows < rows_max && !finished_ && !stopped_;) {
        size_t count = 0;
        while (count < group_.size() && !finished_) {
            if (next_row(group_[count]))
                count++;
            else
                finished_ = true;
        }
        run_group(count, writer);
        rows += static_cast<uint32_t>(count);
        if (writer.frame_size() > frame_size_target) break;
    }
    if (!finished_ && !stopped_) {
        writer.end_frame(request_.may_compress_reply());
        frames_sent_ = true;
        return false;
    }
    if (stopped_ && !frames_sent_) {
        // One message tells it all.
        out.truncate(start);
        end(out, first_error_);
        return true;
    }
    const ResultCode result = reader_.responds_all() ? ResultCode::ok : first_error_;
    count_end(result);
    writer.add_header({.result = result, .info3 = info3::last});
    writer.end_frame(request_.may_compress_reply());
    return true;
}

}  // namespace winnow
