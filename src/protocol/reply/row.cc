#include "protocol/reply/row.h"

#include "protocol/message.h"

namespace winnow {
namespace {

constexpr size_t field_header_size = 5;
constexpr size_t digest_field_size = field_header_size + digest_size;
constexpr size_t value_field_size = field_header_size + sizeof(int64_t);
// What stands before the name's length in an operation: u32 size, code, particle, version.
constexpr size_t bin_header_size = 7;

constexpr size_t generation_at = 6, void_time_at = 10, fields_at = 18, operations_at = 20;

uint8_t* put_field(uint8_t* at, FieldId id, Bytes data) {
    store_be(at, static_cast<uint32_t>(1 + data.size()));
    at[4] = static_cast<uint8_t>(id);
    std::memcpy(at + field_header_size, data.data(), data.size());
    return at + field_header_size + data.size();
}

void append_field(Buffer& out, FieldId id, std::string_view data) {
    put_field(out.extend(field_header_size + data.size()), id, bytes_of(data));
}

uint8_t* put_bin(uint8_t* at, const Version& version, uint32_t index) {
    Bytes record = version.bin_record(index);
    // The size counts code, particle, version and name length, which the record begins with.
    store_be(at, static_cast<uint32_t>(3 + record.size()));
    at[4] = static_cast<uint8_t>(OperationCode::read);
    at[5] = version.bin_particle(index);
    at[6] = 0;
    std::memcpy(at + bin_header_size, record.data(), record.size());
    return at + bin_header_size + record.size();
}

}  // namespace

RowWriter::RowWriter(std::string_view ns) {
    append_field(namespace_field_, FieldId::namespace_name, ns);
}

void RowWriter::prepare(std::string_view set) {
    prefix_.clear();
    uint8_t* header = prefix_.extend(message_header_size);
    std::memset(header, 0, message_header_size);
    header[0] = message_header_size;
    prefix_.append(namespace_field_.bytes());
    prefix_fields_ = 2;  // with the digest
    if (!set.empty()) {
        append_field(prefix_, FieldId::set, set);
        prefix_fields_++;
    }
    prepared_ = set.data();
}

// Finds the bins that were asked for; returns the bytes they lie in.
size_t RowWriter::select(const Version& version, const RowBins& bins) {
    selected_.clear();
    size_t size = 0;
    for (const std::string& name : *bins.names) {
        int at = version.find_bin(name);
        if (at == Version::none) continue;
        selected_.push_back(static_cast<uint32_t>(at));
        size += version.bin_record(static_cast<uint32_t>(at)).size();
    }
    return size;
}

bool RowWriter::add(MessageWriter& writer, const Version& version, std::string_view set,
                    std::optional<int64_t> index_value, const RowBins& bins) {
    if (set.data() != prepared_ || prefix_.empty()) prepare(set);
    const Bytes key = version.key_record();
    const bool some = bins.names != nullptr;
    size_t bin_count = 0, size = prefix_.size() + digest_field_size;
    if (!key.empty()) size += field_header_size + key.size();
    if (index_value) size += value_field_size;
    if (!bins.none) {
        size += some ? select(version, bins) : version.bin_records_size();
        bin_count = some ? selected_.size() : version.bin_count();
        size += bin_header_size * bin_count;
    }
    uint8_t* const row = writer.add_message(size);
    if (row == nullptr) return false;
    std::memcpy(row, prefix_.data(), prefix_.size());
    store_be(row + generation_at, uint32_t{version.generation()});
    store_be(row + void_time_at, version.void_time());
    auto fields = static_cast<uint16_t>(prefix_fields_ + !key.empty() + index_value.has_value());
    store_be(row + fields_at, fields);
    store_be(row + operations_at, static_cast<uint16_t>(bin_count));

    uint8_t* at = row + prefix_.size();
    at = put_field(at, FieldId::digest, {version.digest_bytes(), digest_size});
    if (!key.empty()) at = put_field(at, FieldId::key, key);
    if (index_value) {
        uint8_t value[sizeof(int64_t)];
        store_le(value, *index_value);
        at = put_field(at, FieldId::resume_values, value);
    }
    for (uint32_t i = 0; i < bin_count; i++) at = put_bin(at, version, some ? selected_[i] : i);
    CHECK(at == row + size);
    return true;
}

}  // namespace winnow
