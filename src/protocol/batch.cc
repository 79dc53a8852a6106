#include "protocol/batch.h"

#include "protocol/message.h"

namespace winnow {

namespace {

constexpr size_t batch_header_size = 5;
constexpr size_t row_head_size = 4 + digest_size + 1;  // index, digest, type
constexpr uint8_t row_type_old = 0;
constexpr uint8_t new_row_bits =
    batch_row::info | batch_row::generation | batch_row::ttl | batch_row::info4;

tl::unexpected<Error> row_cut() {
    return fail(ResultCode::parameter, "batch row cut");
}

// How many bytes stand between the type and the counts.
size_t attributes_size(uint8_t type) {
    if (type == row_type_old) return 1;
    return 3 + (type & batch_row::info4 ? 1 : 0) + (type & batch_row::generation ? 2 : 0) +
           (type & batch_row::ttl ? 4 : 0);
}

}  // namespace

Result<BatchReader> BatchReader::open(const FieldTable& fields) {
    BatchReader reader;
    reader.rows_ = fields.has(FieldId::batch_with_set) ? fields.get(FieldId::batch_with_set)
                                                       : fields.get(FieldId::batch);
    if (reader.rows_.size() < batch_header_size)
        return fail(ResultCode::parameter, "batch without rows");
    reader.row_count_ = load_be<uint32_t>(reader.rows_.data());
    reader.flags_ = reader.rows_[4];
    if (reader.row_count_ == 0) return fail(ResultCode::parameter, "batch without rows");
    if ((reader.rows_.size() - batch_header_size) / row_head_size < reader.row_count_)
        return fail(ResultCode::parameter, "batch with fewer rows than it says");
    reader.rewind();
    return reader;
}

void BatchReader::rewind() {
    offset_ = batch_header_size;
    rows_read_ = 0;
}

Result<const BatchRow*> BatchReader::next() {
    if (rows_read_ == row_count_) return nullptr;
    size_t row_start = offset_;
    if (Result<> row = read_row(); !row) {
        offset_ = row_start;
        return fail(row.error());
    }
    rows_read_++;
    return &row_;
}

Result<> BatchReader::read_row() {
    if (rows_.size() - offset_ < row_head_size) return row_cut();
    const uint8_t* at = rows_.data() + offset_;
    row_.index = load_be<uint32_t>(at);
    row_.digest = Digest::from(at + 4);
    uint8_t type = at[4 + digest_size];
    offset_ += row_head_size;
    row_.repeat = type == batch_row::repeat;
    if (!row_.repeat) return read_new_row(type);
    if (rows_read_ == 0) return fail(ResultCode::parameter, "first batch row is a repeat");
    return {};
}

Result<> BatchReader::read_new_row(uint8_t type) {
    row_.old_form = type == row_type_old;
    if (!row_.old_form && (!(type & batch_row::info) || (type & ~new_row_bits)))
        return fail(ResultCode::parameter, "unknown batch row type");
    size_t head_size = attributes_size(type) + 2 * sizeof(uint16_t);
    if (rows_.size() - offset_ < head_size) return row_cut();
    const uint8_t* at = rows_.data() + offset_;
    row_.info1 = *at++;
    row_.info2 = row_.info3 = row_.info4 = 0;
    row_.generation = row_.record_ttl = 0;
    if (type & batch_row::info) {
        row_.info2 = *at++;
        row_.info3 = *at++;
    }
    if (type & batch_row::info4) row_.info4 = *at++;
    if (type & batch_row::generation) {
        row_.generation = load_be<uint16_t>(at);
        at += sizeof(uint16_t);
    }
    if (type & batch_row::ttl) {
        row_.record_ttl = load_be<uint32_t>(at);
        at += sizeof(uint32_t);
    }
    offset_ += head_size;
    if (!decode_contents(rows_, ContentCounts::load(at), offset_, row_.fields, row_.ops))
        return row_cut();
    return {};
}

}  // namespace winnow
