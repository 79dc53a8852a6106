#pragma once
// The fields of a request, a batch row or a reply: views into the frame, found by id.
//
//   u32 size of id and data, big-endian | u8 id | data
//
// They come in any order, unknown ids are skipped, and of two with one id the first counts (golden
// errors-00155). The table is a bit set and an array that is not cleared, so that filling it costs
// what the request has and not what it could have. Nothing here outlives the frame. Any thread.
//
// A getter for a field that is absent gives an empty or zero value; has() tells the difference. A
// field of the wrong size is an error (parameter) of its getter only: whoever does not need the
// field ignores it, as golden does (errors-00104).

#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"
#include "protocol/constants.h"
#include "record/key/digest.h"
#include "record/value/particle.h"
#include "record/version.h"

namespace winnow {

struct UdfCall {
    std::string_view package;
    std::string_view function;
    Bytes arguments;  // msgpack array; empty: none
};

class FieldTable {
public:
    FieldTable() {}  // NOLINT: spans_ stays as it is

    bool has(FieldId id) const { return present_ >> static_cast<uint8_t>(id) & 1; }
    bool empty() const { return present_ == 0; }
    Bytes get(FieldId id) const {
        if (!has(id)) return {};
        const Span& span = spans_[static_cast<uint8_t>(id)];
        return {base_ + span.offset, span.size};
    }
    std::string_view text(FieldId id) const { return text_of(get(id)); }

    // Of any request. Empty: no such field; like an unknown name this answers namespace_not_found.
    // A NUL ends the name (golden kv-01913).
    std::string_view namespace_name() const {
        std::string_view name = text(FieldId::namespace_name);
        return name.substr(0, name.find('\0'));
    }
    // Empty: no set. A read or delete takes any name, as no record can have a long one; for a write
    // or a query one of more than 63 bytes is an error, parameter (golden kv-01894, query-00131).
    std::string_view set_name() const { return text(FieldId::set); }
    Result<std::string_view> set() const {
        std::string_view name = set_name();
        if (name.size() > set_length_max) return fail(ResultCode::parameter, "set name too long");
        return name;
    }
    // Needs has(FieldId::digest), else parameter, as for any size but 20.
    Result<Digest> digest() const {
        Bytes bytes = get(FieldId::digest);
        if (bytes.size() != digest_size)
            return fail(ResultCode::parameter, "digest not of 20 bytes");
        return Digest::from(bytes.data());
    }
    // particle 0: no key. A field without a particle byte, or an integer not of 8 bytes:
    // unsupported (golden kv-01269, kv-01279).
    Result<KeyView> key() const {
        if (!has(FieldId::key)) return KeyView{};
        Bytes bytes = get(FieldId::key);
        if (bytes.empty()) return fail(ResultCode::unsupported, "key without a type");
        KeyView key{bytes[0], bytes.subspan(1)};
        bool integer = key.particle == static_cast<uint8_t>(Particle::integer);
        if (integer && key.value.size() != sizeof(int64_t))
            return fail(ResultCode::unsupported, "integer key not of 8 bytes");
        return key;
    }

    Bytes filter() const { return get(FieldId::filter); }

    UdfCall udf() const {
        return {text(FieldId::udf_package), text(FieldId::udf_function),
                get(FieldId::udf_arguments)};
    }
    Result<UdfOp> udf_op() const {
        if (!has(FieldId::udf_op)) return UdfOp::none;
        Bytes bytes = get(FieldId::udf_op);
        if (bytes.size() != 1) return fail(ResultCode::parameter, "UDF operation not of 1 byte");
        return static_cast<UdfOp>(bytes[0]);
    }

    Result<uint64_t> task_id() const { return number<uint64_t>(FieldId::task_id); }
    Result<uint32_t> socket_timeout_ms() const { return number<uint32_t>(FieldId::socket_timeout); }
    Result<uint32_t> records_per_second() const {
        return number<uint32_t>(FieldId::records_per_second);
    }
    Result<uint64_t> max_records() const { return number<uint64_t>(FieldId::max_records); }

    // For decoders. `base` is what the offsets of add() count from.
    void reset(const uint8_t* base) {
        base_ = base;
        present_ = 0;
    }
    void add(uint8_t id, uint32_t offset, uint32_t size) {
        if (id >= field_id_count || (present_ >> id & 1)) return;
        present_ |= uint64_t{1} << id;
        spans_[id] = {offset, size};
    }

private:
    struct Span {
        uint32_t offset;
        uint32_t size;
    };

    template <class T>
    Result<T> number(FieldId id) const {
        if (!has(id)) return T{0};
        Bytes bytes = get(id);
        if (bytes.size() != sizeof(T)) return fail(ResultCode::parameter, "field of a wrong size");
        return load_be<T>(bytes.data());
    }

    const uint8_t* base_ = nullptr;
    uint64_t present_ = 0;
    Span spans_[field_id_count];
};

}  // namespace winnow
