#pragma once
// Records in replies: decoded in place, bins found when somebody asks for them.
//
//   for (Bin bin : record) ...            if (auto value = record.find("a")) ...
//
// RecordView points into a reply and lives as long as the call-back it is handed to, or the Record
// it comes from. Record owns a copy of its message; one that is used again and again allocates
// nothing once it is large enough.

#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"
#include "client/value.h"
#include "protocol/reply/response.h"
#include "record/key/digest.h"

namespace winnow::client {

class RecordView {
public:
    class Iterator {
    public:
        using iterator_category = std::forward_iterator_tag;
        using value_type = Bin;
        using difference_type = ptrdiff_t;
        using pointer = void;
        using reference = Bin;

        Iterator() = default;
        explicit Iterator(OperationRange::Iterator at) : at_(at) {}
        Bin operator*() const {
            Operation op = *at_;
            return {op.name, ValueView(static_cast<Particle>(op.particle), op.value)};
        }
        Iterator& operator++() {
            ++at_;
            return *this;
        }
        Iterator operator++(int) { return Iterator(at_++); }
        bool operator==(const Iterator&) const = default;

    private:
        OperationRange::Iterator at_;
    };

    explicit RecordView(const Response& response) : response_(&response) {}

    uint32_t generation() const { return response_->generation; }
    // Seconds since 2010; 0: never expires.
    uint32_t void_time() const { return response_->void_time; }

    // Of query results only. The digest is always there; set and key if the record has one.
    Result<Digest> digest() const { return response_->fields.digest(); }
    std::string_view set() const { return response_->fields.set_name(); }
    ValueView user_key() const;  // nil: none
    // Of a secondary-index query: the value the record was found by.
    Result<int64_t> index_value() const { return response_->index_value(); }

    // Bins, or the results of an operate() in the order of its operations.
    uint32_t size() const { return response_->ops.size(); }
    Iterator begin() const { return Iterator(response_->ops.begin()); }
    Iterator end() const { return Iterator(response_->ops.end()); }
    // The first bin of that name.
    std::optional<ValueView> find(std::string_view name) const;
    // The bins as they came, for who keeps a copy of their bytes beyond the reply.
    const OperationRange& encoded_bins() const { return response_->ops; }

private:
    const Response* response_;
};

class Record {
public:
    // Copies one message and decodes it. server_error: it is none.
    Result<> assign(Bytes message);

    ResultCode result() const { return response_.result; }
    RecordView view() const { return RecordView(response_); }
    uint32_t generation() const { return response_.generation; }
    uint32_t void_time() const { return response_.void_time; }
    uint32_t size() const { return response_.ops.size(); }
    RecordView::Iterator begin() const { return view().begin(); }
    RecordView::Iterator end() const { return view().end(); }
    std::optional<ValueView> find(std::string_view name) const { return view().find(name); }

private:
    Buffer message_;
    Response response_;  // points into message_, whose memory does not move with the object
};

// How many seconds a record still lives: -1 for ever, and at least 1 as long as it is there.
int64_t remaining_seconds(uint32_t void_time, uint64_t now_ms);

}  // namespace winnow::client
