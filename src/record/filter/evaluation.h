#pragma once
// One filter at work on one record: what nodes read from and the memory they compute in. Lives on
// the stack of whoever asks; nothing is allocated unless a call builds a large list.
//
// Everything a node can look at goes through here, so that records in memory, drafts in the middle
// of a command and index entries without their record are evaluated by the same code.
//
// A tree that nests iterations could take longer than anyone waits. Each evaluation may spend
// `steps_max` steps (one is about an element looked at, or 64 bytes searched by a plain regex, some
// nanoseconds); then everything is unknown and exhausted() says why.

#include <memory>
#include <new>
#include <span>

#include "base/arena.h"
#include "record/filter/node.h"
#include "record/value/particle.h"
#include "record/version.h"

namespace winnow {

// What is known of a record without its bins.
struct RecordMeta {
    std::string_view set;
    uint64_t now_ms = 0;  // since 1970
    uint64_t last_update_ms = 0;
    uint32_t void_time = 0;    // seconds since 2010, 0 = never
    uint32_t device_size = 0;  // bytes on a device; 0 in a memory namespace
    uint32_t digest_word = 0;  // Digest::modulo_word()
    bool has_key = false;

    // The digest is left out: it lies in another cache line, and the index knows its word.
    static RecordMeta of(const Version& version, uint32_t digest_word, uint64_t now_ms) {
        return {.set = {},
                .now_ms = now_ms,
                .last_update_ms = version.last_update_ms(),
                .void_time = version.void_time(),
                .device_size = 0,
                .digest_word = digest_word,
                .has_key = version.has_key()};
    }
};

namespace filter {

// How many variables may be visible at one place of a tree.
inline constexpr size_t variables_max = 128;
inline constexpr uint64_t steps_max = 1'000'000;

class Evaluation {
public:
    // Metadata alone: bins and key are not there to be read, and no node that would is asked.
    explicit Evaluation(const RecordMeta& meta) : meta_(meta) {}
    Evaluation(const RecordMeta& meta, const Version& version)
        : meta_(meta), version_(&version), key_(&version) {}
    // The bins as a command has changed them so far; the key is that of `version`, if any.
    Evaluation(const RecordMeta& meta, const Version* version, std::span<const BinView> bins)
        : meta_(meta), key_(version), bins_(bins) {}
    Evaluation(const Evaluation&) = delete;
    Evaluation& operator=(const Evaluation&) = delete;

    const RecordMeta& meta() const { return meta_; }

    // The bin that a node names.
    bool find_bin(const Node& node, uint8_t& particle, Bytes& value) const {
        if (version_ == nullptr) return find_in_draft(node.name(), particle, value);
        int at = version_->find_bin(node.name(), node.name_hash);
        if (at == Version::none) return false;
        BinView bin = version_->bin(static_cast<uint32_t>(at));
        particle = bin.particle;
        value = bin.value;
        return true;
    }
    // The same for an integer, of whose 8 bytes the end need not be looked up.
    bool find_integer_bin(const Node& node, int64_t& out) const {
        constexpr auto integer = static_cast<uint8_t>(Particle::integer);
        if (version_ == nullptr) return find_integer_in_draft(node.name(), out);
        int at = version_->find_bin(node.name(), node.name_hash);
        if (at == Version::none) return false;
        auto index = static_cast<uint32_t>(at);
        if (version_->bin_particle(index) != integer) return false;
        const uint8_t* record = version_->bin_record(index).data();
        out = load_be<int64_t>(record + 1 + record[0]);
        return true;
    }
    KeyView key() const { return key_ == nullptr ? KeyView{} : key_->key(); }
    // Of all bins, in order.
    template <class Action>
    void each_bin(Action action) const {
        if (version_ == nullptr)
            for (const BinView& bin : bins_) action(bin);
        else
            for (uint32_t i = 0; i < version_->bin_count(); i++) action(version_->bin(i));
    }

    // A variable; `value` of a boolean holds the bool. Not known: unknown.
    struct Variable {
        Value value;
        bool known = false;
    };
    const Variable& variable(uint16_t slot) const { return *at(slot); }
    void bind(uint16_t slot, const Value& value, bool known) {
        std::construct_at(at(slot), Variable{value, known});
    }

    // False: too much has been spent, the node gives up.
    bool spend(uint64_t steps) {
        if (steps <= steps_left_) {
            steps_left_ -= steps;
            return true;
        }
        steps_left_ = 0;
        exhausted_ = true;
        return false;
    }
    bool exhausted() const { return exhausted_; }
    uint64_t steps_spent() const { return steps_max - steps_left_; }

    Arena& memory() { return memory_; }

private:
    bool find_in_draft(std::string_view name, uint8_t& particle, Bytes& value) const;
    bool find_integer_in_draft(std::string_view name, int64_t& out) const;
    Variable* at(uint16_t slot) const {
        return std::launder(reinterpret_cast<Variable*>(
            const_cast<std::byte*>(variables_ + slot * sizeof(Variable))));
    }

    const RecordMeta& meta_;
    const Version* version_ = nullptr;
    const Version* key_ = nullptr;
    std::span<const BinView> bins_;
    uint64_t steps_left_ = steps_max;
    bool exhausted_ = false;
    Arena memory_;
    // Not initialised: most filters have no variables.
    alignas(Variable) std::byte variables_[variables_max * sizeof(Variable)];
};

}  // namespace filter
}  // namespace winnow
