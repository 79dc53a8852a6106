#pragma once
// A tree being built, and kept: its nodes, and the memory of constants that do not stand in the
// encoded filter as they are needed. Decoders append nodes in preorder: open() a node, append its
// children, close() it.
//
// Limits, beyond which a filter is refused with parameter: `nodes_max` nodes, `depth_max` levels.
// A tree of a few nodes allocates nothing. Movable; what nodes point to does not move.

#include <memory>
#include <vector>

#include "base/error.h"
#include "base/small_vector.h"
#include "record/filter/node.h"
#include "record/filter/regex/regex.h"

namespace winnow::filter {

inline constexpr size_t nodes_max = 65'536;
inline constexpr unsigned depth_max = 1'024;

class Tree {
public:
    using Nodes = SmallVector<Node, 16>;

    // The place of a new node, whose children are appended next. REQUIRES: not full().
    size_t open(Op op) {
        nodes_.emplace_back().op = op;
        return nodes_.size() - 1;
    }
    void close(size_t at) { nodes_[at].size = static_cast<uint32_t>(nodes_.size() - at); }
    bool full() const { return nodes_.size() >= nodes_max; }

    // Valid until the next open().
    Node& operator[](size_t at) { return nodes_[at]; }
    const Node& operator[](size_t at) const { return nodes_[at]; }
    const Node& root() const { return nodes_[0]; }
    Node& root() { return nodes_[0]; }
    size_t size() const { return nodes_.size(); }
    Nodes& nodes() { return nodes_; }

    // Bytes that live as long as the tree.
    Bytes keep(Bytes bytes) {
        if (bytes.empty()) return bytes;
        kept_.emplace_back(new uint8_t[bytes.size()]);
        std::memcpy(kept_.back().get(), bytes.data(), bytes.size());
        return {kept_.back().get(), bytes.size()};
    }
    const Regex* keep(Regex regex) {
        regexes_.push_back(std::make_unique<Regex>(std::move(regex)));
        return regexes_.back().get();
    }

private:
    Nodes nodes_;
    std::vector<std::unique_ptr<uint8_t[]>> kept_;
    std::vector<std::unique_ptr<Regex>> regexes_;
};

}  // namespace winnow::filter
