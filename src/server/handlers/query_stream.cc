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

void QueryStream::add_fields(const QueryRow& row) {
    writer_->add_field(FieldId::namespace_name, bytes_of(options_.ns));
    writer_->add_field(FieldId::digest, {row.version.digest_bytes(), digest_size});
    if (!row.set.empty()) writer_->add_field(FieldId::set, bytes_of(row.set));
    if (row.version.has_key()) writer_->add_field(FieldId::key, row.version.key_record());
    if (row.index_value) {
        uint8_t value[8];
        store_le(value, *row.index_value);
        writer_->add_field(FieldId::resume_values, value);
    }
}

void QueryStream::add_bins(const Version& version) {
    if (!options_.bins) {
        for (uint32_t i = 0; i < version.bin_count(); i++)
            writer_->add_bin(OperationCode::read, version.bin_particle(i), version.bin_record(i));
        return;
    }
    for (const std::string& name : *options_.bins) {
        int at = version.find_bin(name);
        if (at == Version::none) continue;
        auto index = static_cast<uint32_t>(at);
        writer_->add_bin(OperationCode::read, version.bin_particle(index),
                         version.bin_record(index));
    }
}

bool QueryStream::record(const QueryRow& row) {
    if (writer_->frame_size() >= frame_size_target) return false;
    writer_->begin_message(
        {.generation = row.version.generation(), .void_time = row.version.void_time()});
    add_fields(row);
    if (!options_.no_bins) add_bins(row.version);
    writer_->end_message();
    return true;
}

void QueryStream::partition_done(uint32_t partition) {
    if (!options_.partition_messages) return;
    writer_->add_header({.info3 = info3::partition_done, .generation = partition});
}

}  // namespace winnow
