#include "record/version.h"

#include <emmintrin.h>

#include "base/check.h"
#include "base/epoch.h"
#include "base/memory.h"

namespace winnow {
namespace {

constexpr size_t narrow_size_max = 65535;

struct Layout {
    size_t size;
    bool wide;
};

Layout layout_of(const VersionParts& parts) {
    size_t size = Version::head_size + digest_size;
    for (const BinView& bin : parts.bins) size += 1 + bin.name.size() + bin.value.size();
    if (parts.key) size += 1 + parts.key.value.size() + 4;
    size_t narrow = size + 4 * parts.bins.size();
    if (narrow <= narrow_size_max) return {narrow, false};
    return {size + 6 * parts.bins.size(), true};
}

uint8_t* put_bytes(uint8_t* at, const void* from, size_t size) {
    if (size != 0) std::memcpy(at, from, size);
    return at + size;
}

}  // namespace

Bytes Version::key_record() const {
    if (!has_key()) return {};
    const uint8_t* end = head_ + size() - digest_size - 4;
    uint32_t key_size = load_le<uint32_t>(end);
    return {end - key_size, key_size};
}

KeyView Version::key() const {
    Bytes record = key_record();
    if (record.empty()) return {};
    return {record[0], record.subspan(1)};
}

int Version::find_bin(std::string_view name, uint8_t hash) const {
    const uint32_t count = bin_count();
    const uint8_t* hashes = directory();
    const __m128i wanted = _mm_set1_epi8(static_cast<char>(hash));
    // A load of 16 may read past the hashes but never past the block: what follows the directory's
    // start is at least the digest, 20 bytes.
    for (uint32_t base = 0; base < count; base += 16) {
        __m128i some = _mm_loadu_si128(reinterpret_cast<const __m128i*>(hashes + base));
        auto hits = static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(some, wanted)));
        if (count - base < 16) hits &= (1u << (count - base)) - 1;
        for (; hits != 0; hits &= hits - 1) {
            uint32_t index = base + static_cast<uint32_t>(std::countr_zero(hits));
            const uint8_t* at = head_ + bin_offset(index);
            if (*at == name.size() && std::memcmp(at + 1, name.data(), name.size()) == 0)
                return static_cast<int>(index);
        }
    }
    return none;
}

size_t version_size(const VersionParts& parts) {
    return layout_of(parts).size;
}

Version* build_version(const VersionParts& parts) {
    const auto [size, wide] = layout_of(parts);
    CHECK(size <= record_size_limit && parts.bins.size() <= bins_per_record_max);
    auto* block = static_cast<uint8_t*>(record_allocate(size));
    uint32_t flags = (wide ? Version::flag_wide : 0) | (parts.key ? Version::flag_key : 0);
    const size_t count = parts.bins.size();

    store_le<uint64_t>(block, uint64_t{parts.generation} << 48);
    store_le<uint32_t>(block + 8, parts.void_time);
    store_le<uint32_t>(block + 12, static_cast<uint32_t>(size) | flags);
    store_le<uint64_t>(block + 16, parts.last_update_ms | uint64_t{count} << 48);

    uint8_t* hashes = block + Version::head_size;
    uint8_t* types = hashes + count;
    uint8_t* offsets = types + count;
    uint8_t* at = offsets + count * (wide ? 4 : 2);
    for (size_t i = 0; i < count; i++) {
        const BinView& bin = parts.bins[i];
        hashes[i] = bin_name_hash(bin.name);
        types[i] = bin.particle;
        auto offset = static_cast<uint32_t>(at - block);
        if (wide)
            store_le<uint32_t>(offsets + 4 * i, offset);
        else
            store_le<uint16_t>(offsets + 2 * i, static_cast<uint16_t>(offset));
        *at++ = static_cast<uint8_t>(bin.name.size());
        at = put_bytes(at, bin.name.data(), bin.name.size());
        at = put_bytes(at, bin.value.data(), bin.value.size());
    }
    if (parts.key) {
        *at++ = parts.key.particle;
        at = put_bytes(at, parts.key.value.data(), parts.key.value.size());
        store_le<uint32_t>(at, static_cast<uint32_t>(parts.key.value.size() + 1));
        at += 4;
    }
    at = put_bytes(at, parts.digest.bytes.data(), digest_size);
    CHECK(at == block + size);
    return reinterpret_cast<Version*>(block);
}

Version* copy_version(Bytes bytes) {
    void* block = record_allocate(bytes.size());
    std::memcpy(block, bytes.data(), bytes.size());
    return static_cast<Version*>(block);
}

void free_version(Version* version) {
    record_free(version);
}

void retire_version(Version* version) {
    if (version != nullptr) retire(version, record_free, version->size());
}

namespace {

// The bin directory and everything between it and `end` must tile exactly.
bool valid_bins(const uint8_t* block, size_t count, bool wide, size_t end) {
    const uint8_t* hashes = block + Version::head_size;
    const uint8_t* offsets = hashes + 2 * count;
    size_t expected = Version::head_size + count * (wide ? 6 : 4);
    for (size_t i = 0; i < count; i++) {
        auto start = [&](size_t j) -> size_t {
            if (j == count) return end;
            return wide ? load_le<uint32_t>(offsets + 4 * j) : load_le<uint16_t>(offsets + 2 * j);
        };
        size_t from = start(i), to = start(i + 1);
        if (from != expected || to <= from || to > end) return false;
        size_t length = block[from];
        if (length > bin_name_length_max || length + 1 > to - from) return false;
        std::string_view name(reinterpret_cast<const char*>(block) + from + 1, length);
        if (hashes[i] != bin_name_hash(name)) return false;
        expected = to;
    }
    return expected == end;
}

}  // namespace

bool is_valid_version(Bytes bytes) {
    if (bytes.size() < Version::head_size + digest_size) return false;
    const uint8_t* block = bytes.data();
    uint32_t word = load_le<uint32_t>(block + 12);
    if ((word & Version::size_mask) != bytes.size()) return false;
    if ((word & ~(Version::size_mask | Version::flag_wide | Version::flag_key)) != 0) return false;
    bool wide = word & Version::flag_wide;
    size_t count = load_le<uint16_t>(block + 22);
    size_t end = bytes.size() - digest_size;
    size_t bins_start = Version::head_size + count * (wide ? 6 : 4);
    if (word & Version::flag_key) {
        if (end < bins_start + 5) return false;
        uint32_t key_size = load_le<uint32_t>(block + end - 4);
        if (key_size == 0 || key_size > end - 4 - bins_start) return false;
        if (block[end - 4 - key_size] == KeyView::none) return false;
        end -= 4 + key_size;
    }
    return count <= bins_per_record_max && bins_start <= end && valid_bins(block, count, wide, end);
}

}  // namespace winnow
