#pragma once
// What operate() and the rows of a batch do to one bin, or to the record as a whole.
//
//   std::array ops{BinOperation::add("hits", 1), BinOperation::read("hits")};
//
// A view like Bin; lists, maps, bits and HLL have their codes in record/operation.h and pass their
// encoded arguments as a blob.

#include <cstdint>
#include <span>
#include <string_view>

#include "client/value.h"
#include "record/operation.h"

namespace winnow::client {

struct BinOperation {
    OperationCode code = OperationCode::read;
    std::string_view bin;  // empty: the record
    ValueView value;

    static BinOperation read(std::string_view bin) { return {OperationCode::read, bin, {}}; }
    static BinOperation read_all() { return {OperationCode::read, {}, {}}; }
    static BinOperation write(std::string_view bin, const ValueView& value) {
        return {OperationCode::write, bin, value};
    }
    static BinOperation add(std::string_view bin, const ValueView& number) {
        return {OperationCode::increment, bin, number};
    }
    static BinOperation append(std::string_view bin, const ValueView& text) {
        return {OperationCode::append, bin, text};
    }
    static BinOperation prepend(std::string_view bin, const ValueView& text) {
        return {OperationCode::prepend, bin, text};
    }
    static BinOperation touch() { return {OperationCode::touch, {}, {}}; }
    static BinOperation remove() { return {OperationCode::remove, {}, {}}; }
};

// Which bins a read answers with.
class BinSelection {
public:
    static BinSelection all() { return {Kind::all, {}}; }
    static BinSelection none() { return {Kind::none, {}}; }  // generation and expiry alone
    static BinSelection named(std::span<const std::string_view> names) {
        return {Kind::named, names};
    }

    bool is_all() const { return kind_ == Kind::all; }
    bool is_none() const { return kind_ == Kind::none; }
    std::span<const std::string_view> names() const { return names_; }

private:
    enum class Kind : uint8_t { all, none, named };
    BinSelection(Kind kind, std::span<const std::string_view> names) : kind_(kind), names_(names) {}

    Kind kind_;
    std::span<const std::string_view> names_;
};

}  // namespace winnow::client
