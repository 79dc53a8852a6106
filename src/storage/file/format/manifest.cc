#include "storage/file/format/manifest.h"

#include "storage/file/format/checksum.h"
#include "storage/file/format/segment_format.h"

namespace winnow {
namespace {

constexpr std::string_view magic = "WNWMANIF";
constexpr size_t version_at = 8, size_at = 12, store_id_at = 16, name_at = 24, contents_at = 56,
                 check_size = 8;

}  // namespace

std::vector<uint8_t> encode_manifest(const Manifest& manifest) {
    CHECK(manifest.name.size() <= namespace_name_length_max);
    CHECK(manifest.contents.size() <= manifest_contents_max);
    const size_t end = contents_at + manifest.contents.size();
    std::vector<uint8_t> bytes(end + check_size);
    uint8_t* at = bytes.data();
    std::memcpy(at, magic.data(), magic.size());
    store_le(at + version_at, manifest.format_version);
    store_le(at + size_at, static_cast<uint32_t>(manifest.contents.size()));
    store_le(at + store_id_at, manifest.store_id);
    std::memcpy(at + name_at, manifest.name.c_str(), manifest.name.size());
    if (!manifest.contents.empty())
        std::memcpy(at + contents_at, manifest.contents.data(), manifest.contents.size());
    store_le<uint64_t>(at + end, checksum({at, end}));
    return bytes;
}

std::optional<Manifest> decode_manifest(Bytes bytes) {
    if (bytes.size() < contents_at + check_size) return std::nullopt;
    const uint8_t* at = bytes.data();
    if (text_of(bytes.first(magic.size())) != magic) return std::nullopt;
    Manifest manifest;
    manifest.format_version = load_le<uint32_t>(at + version_at);
    if (manifest.format_version != manifest_format_version) return manifest;
    const size_t end = bytes.size() - check_size;
    if (load_le<uint32_t>(at + size_at) != end - contents_at) return std::nullopt;
    if (load_le<uint64_t>(at + end) != checksum({at, end})) return std::nullopt;
    manifest.store_id = load_le<uint64_t>(at + store_id_at);
    std::string_view name = text_of(bytes.subspan(name_at, namespace_name_length_max));
    manifest.name = name.substr(0, name.find('\0'));
    manifest.contents.assign(at + contents_at, at + end);
    return manifest;
}

}  // namespace winnow
