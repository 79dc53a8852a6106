#include "client/cluster/partition_table.h"

#include <algorithm>
#include <charconv>

#include "protocol/base64.h"
#include "protocol/constants.h"

namespace winnow::client {
namespace {

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
    Result<std::string> bytes = from_base64(text);
    if (!bytes || bytes->size() != bytes_.size()) return false;
    std::copy(bytes->begin(), bytes->end(), bytes_.begin());
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
