#pragma once
// Which node has which partition: what a `replicas` answer says, and the table made of such
// answers.
//
//   replicas   entry;entry          entry   ns:regime,count,bitmap,bitmap...
//   bitmap     base64 of 512 bytes; partition p is bit 80 >> p % 8 of byte p / 8; the first bitmap
//              says what the node is master of, the second where it is the next replica, ...

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "record/key/digest.h"

namespace winnow::client {

class Node;

inline constexpr size_t partition_bitmap_size = partition_count / 8;
inline constexpr size_t replicas_max = 3;  // further ones are passed over
inline constexpr size_t namespaces_max = 32;

class PartitionBitmap {
public:
    // False unless `text` is 684 characters of base64.
    bool decode(std::string_view text);
    bool has(uint32_t partition) const { return bytes_[partition / 8] & (0x80 >> partition % 8); }
    bool complete() const;

private:
    std::array<uint8_t, partition_bitmap_size> bytes_{};
};

struct NamespaceReplicas {
    std::string ns;
    uint32_t regime = 0;
    std::vector<PartitionBitmap> bitmaps;  // at most replicas_max
};

// All of an answer or nothing: server_error if any of it does not fit.
Result<std::vector<NamespaceReplicas>> parse_replicas(std::string_view value);

// Lookups by any thread without a lock; changes by one thread at a time. Nodes live longer than
// the table.
class PartitionTable {
public:
    PartitionTable();
    ~PartitionTable();

    bool has_namespace(std::string_view ns) const { return find(ns) != nullptr; }
    // Null: nobody has said that it has the partition.
    Node* node(std::string_view ns, uint32_t partition, size_t replica) const;
    // How many replicas of a partition have a node; 0 for an unknown namespace.
    size_t replica_count(std::string_view ns, uint32_t partition) const;

    // What `node` has. An entry of a higher regime (a later ownership) stays.
    void update(Node* node, const std::vector<NamespaceReplicas>& replicas);
    void remove(const Node* node);

private:
    struct Row {
        std::array<std::atomic<Node*>, replicas_max> nodes{};
        uint32_t regime = 0;  // of the writer alone
    };
    struct Space {
        std::string ns;
        std::array<Row, partition_count> rows;
    };

    const Space* find(std::string_view ns) const;
    Space* find_or_add(const std::string& ns);

    // Entries are added, never changed or removed: readers see a prefix of constant strings.
    std::array<std::unique_ptr<Space>, namespaces_max> spaces_;
    std::atomic<size_t> space_count_{0};
};

}  // namespace winnow::client
