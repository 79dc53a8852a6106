#include "client/cluster/partition_table.h"

#include <algorithm>
#include <charconv>

#include "protocol/constants.h"

namespace winnow::client {
namespace {

constexpr size_t bitmap_text_size = (partition_bitmap_size + 2) / 3 * 4;

int base64_value(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+') return 62;
    if (c == '/') return 63;
    return -1;
}

std::string_view take_until(std::string_view& rest, char end) {
    size_t at = rest.find(end);
    std::string_view piece = rest.substr(0, at);
    rest.remove_prefix(at == std::string_view::npos ? rest.size() : at + 1);
    return piece;
}

bool take_number(std::string_view& rest, uint32_t& number) {
    std::string_view text = take_until(rest, ',');
    auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    return !text.empty() && parsed.ec == std::errc{} && parsed.ptr == text.data() + text.size();
}

bool parse_namespace(std::string_view entry, NamespaceReplicas& replicas) {
    replicas.ns = take_until(entry, ':');
    if (replicas.ns.empty() || replicas.ns.size() > namespace_length_max) return false;
    uint32_t count = 0;
    if (!take_number(entry, replicas.regime) || !take_number(entry, count)) return false;
    if (count == 0 || count > UINT8_MAX) return false;
    for (uint32_t i = 0; i < count; i++) {
        PartitionBitmap bitmap;
        if (!bitmap.decode(take_until(entry, ','))) return false;
        if (i < replicas_max) replicas.bitmaps.push_back(bitmap);
    }
    return entry.empty();
}

}  // namespace

bool PartitionBitmap::decode(std::string_view text) {
    // 512 bytes are 170 groups of three and one of two, whose last character is a filler.
    if (text.size() != bitmap_text_size || text.back() != '=') return false;
    uint32_t bits = 0;
    size_t to = 0;
    for (size_t i = 0; i < text.size(); i++) {
        bool filler = i + 1 == text.size();
        int value = filler ? 0 : base64_value(text[i]);
        if (value < 0) return false;
        bits = bits << 6 | static_cast<uint32_t>(value);
        if (i % 4 != 3) continue;
        bytes_[to++] = static_cast<uint8_t>(bits >> 16);
        bytes_[to++] = static_cast<uint8_t>(bits >> 8);
        if (!filler) bytes_[to++] = static_cast<uint8_t>(bits);
    }
    return true;
}

bool PartitionBitmap::complete() const {
    return std::all_of(bytes_.begin(), bytes_.end(), [](uint8_t byte) { return byte == 0xff; });
}

Result<std::vector<NamespaceReplicas>> parse_replicas(std::string_view value) {
    std::vector<NamespaceReplicas> all;
    while (!value.empty()) {
        std::string_view entry = take_until(value, ';');
        if (all.size() == namespaces_max) break;
        if (!parse_namespace(entry, all.emplace_back()))
            return fail(ResultCode::server_error, "a partition map that cannot be read");
    }
    return all;
}

PartitionTable::PartitionTable() = default;
PartitionTable::~PartitionTable() = default;

const PartitionTable::Space* PartitionTable::find(std::string_view ns) const {
    size_t count = space_count_.load(std::memory_order_acquire);
    for (size_t i = 0; i < count; i++) {
        if (spaces_[i]->ns == ns) return spaces_[i].get();
    }
    return nullptr;
}

PartitionTable::Space* PartitionTable::find_or_add(const std::string& ns) {
    size_t count = space_count_.load(std::memory_order_relaxed);
    for (size_t i = 0; i < count; i++) {
        if (spaces_[i]->ns == ns) return spaces_[i].get();
    }
    if (count == namespaces_max) return nullptr;
    spaces_[count] = std::make_unique<Space>();
    spaces_[count]->ns = ns;
    space_count_.store(count + 1, std::memory_order_release);
    return spaces_[count].get();
}

Node* PartitionTable::node(std::string_view ns, uint32_t partition, size_t replica) const {
    const Space* space = find(ns);
    if (space == nullptr || replica >= replicas_max) return nullptr;
    return space->rows[partition].nodes[replica].load(std::memory_order_acquire);
}

size_t PartitionTable::replica_count(std::string_view ns, uint32_t partition) const {
    const Space* space = find(ns);
    if (space == nullptr) return 0;
    const auto& nodes = space->rows[partition].nodes;
    return static_cast<size_t>(
        std::count_if(nodes.begin(), nodes.end(), [](const std::atomic<Node*>& node) {
            return node.load(std::memory_order_relaxed) != nullptr;
        }));
}

void PartitionTable::update(Node* node, const std::vector<NamespaceReplicas>& replicas) {
    for (const NamespaceReplicas& entry : replicas) {
        Space* space = find_or_add(entry.ns);
        if (space == nullptr) continue;
        for (size_t replica = 0; replica < entry.bitmaps.size(); replica++) {
            for (uint32_t partition = 0; partition < partition_count; partition++) {
                if (!entry.bitmaps[replica].has(partition)) continue;
                Row& row = space->rows[partition];
                if (entry.regime < row.regime) continue;
                row.regime = entry.regime;
                row.nodes[replica].store(node, std::memory_order_release);
            }
        }
    }
}

void PartitionTable::remove(const Node* node) {
    size_t count = space_count_.load(std::memory_order_relaxed);
    for (size_t i = 0; i < count; i++) {
        for (Row& row : spaces_[i]->rows) {
            for (std::atomic<Node*>& slot : row.nodes) {
                if (slot.load(std::memory_order_relaxed) != node) continue;
                slot.store(nullptr, std::memory_order_release);
                row.regime = 0;
            }
        }
    }
}

}  // namespace winnow::client
