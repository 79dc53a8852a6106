#include "storage/file/format/segment_format.h"

#include <charconv>

#include "storage/file/format/checksum.h"

namespace winnow {
namespace {

constexpr std::string_view magic = "WNWSEGMT";
constexpr std::string_view suffix = ".log";
constexpr size_t digits = 10;
constexpr size_t version_at = 8, number_at = 16, first_lsn_at = 24, store_id_at = 32, begun_at = 40,
                 name_at = 48, check_at = 88;

uint64_t check_of(const uint8_t* at) {
    return checksum({at, check_at});
}

}  // namespace

void encode_segment_head(const SegmentHead& head, uint8_t* at) {
    CHECK(head.name.size() <= namespace_name_length_max);
    std::memset(at, 0, segment_head_size);
    std::memcpy(at, magic.data(), magic.size());
    store_le(at + version_at, head.format_version);
    store_le(at + number_at, head.number);
    store_le(at + first_lsn_at, head.first_lsn);
    store_le(at + store_id_at, head.store_id);
    store_le(at + begun_at, head.begun_ms);
    if (!head.name.empty()) std::memcpy(at + name_at, head.name.data(), head.name.size());
    store_le(at + check_at, check_of(at));
}

std::optional<SegmentHead> decode_segment_head(Bytes bytes) {
    if (bytes.size() < segment_head_size) return std::nullopt;
    const uint8_t* at = bytes.data();
    if (text_of(bytes.first(magic.size())) != magic) return std::nullopt;
    if (load_le<uint64_t>(at + check_at) != check_of(at)) return std::nullopt;
    SegmentHead head{load_le<uint32_t>(at + version_at),   load_le<uint64_t>(at + number_at),
                     load_le<uint64_t>(at + first_lsn_at), load_le<uint64_t>(at + store_id_at),
                     load_le<uint64_t>(at + begun_at),     {}};
    std::string_view name = text_of(bytes.subspan(name_at, namespace_name_length_max));
    head.name = name.substr(0, name.find('\0'));
    return head;
}

std::string segment_file_name(uint64_t number) {
    std::string text = std::to_string(number);
    if (text.size() < digits) text.insert(0, digits - text.size(), '0');
    return text.append(suffix);
}

std::optional<uint64_t> segment_number(std::string_view file_name) {
    if (!file_name.ends_with(suffix)) return std::nullopt;
    std::string_view text = file_name.substr(0, file_name.size() - suffix.size());
    uint64_t number = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || segment_file_name(number) != file_name) return std::nullopt;
    return number;
}

}  // namespace winnow
