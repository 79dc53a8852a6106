#include "server/handlers/query_stream.h"

namespace winnow {

void QueryStream::begin_frame(Buffer& out) {
    out_ = &out;
    start_ = out.size();
    writer_.emplace(out);
    writer_->begin_frame();
}

void QueryStream::end_frame() {
    if (writer_->frame_size() == frame_header_size)
        out_->truncate(start_);
    else
        writer_->end_frame(options_.compress);
    writer_.reset();
}

void QueryStream::add_last(ResultCode code) {
    writer_->add_header({.result = code, .info3 = info3::last});
}

bool QueryStream::record(const QueryRow& row) {
    if (writer_->frame_size() >= frame_size_target) return false;
    RowBins bins{.none = options_.no_bins};
    if (options_.bins) bins.names = &*options_.bins;
    if (rows_.add(*writer_, row.version, row.set, row.index_value, bins)) return true;
    // Too large for any frame: the client is told of it instead of waiting for ever.
    if (writer_->frame_size() == frame_header_size) {
        writer_->add_header({.result = ResultCode::record_too_big});
        return true;
    }
    return false;
}

void QueryStream::partition_done(uint32_t partition) {
    if (!options_.partition_messages) return;
    writer_->add_header({.info3 = info3::partition_done, .generation = partition});
}

}  // namespace winnow
