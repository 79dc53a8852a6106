#pragma once
// Encodes replies straight into a connection's send buffer: counts and sizes are stored behind,
// once known, so that nothing is computed twice and nothing copied.
//
//   MessageWriter writer(buffer);            // a stream: many messages in a frame
//   writer.begin_frame();
//   for each record {
//       writer.begin_message(header);
//       writer.add_field(FieldId::digest, digest);
//       writer.add_bin(OperationCode::read, particle, bin);
//       writer.end_message();
//   }
//   writer.end_frame(compress);
//
// A message that fails half-way is taken back by fail_message(): what it wrote is dropped and its
// header says why. A frame that would exceed its limit, or a message with more than 65,535
// operations, drops its message in the same way and answers record_too_big, so that a request that
// asks for one large bin thousands of times costs no more than a frame.
//
// Not thread-safe. The buffer belongs to the caller; nothing else writes to it between
// begin_frame() and end_frame().

#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"
#include "protocol/constants.h"
#include "protocol/frame.h"
#include "protocol/message.h"
#include "protocol/operations.h"
#include "record/operation.h"

namespace winnow {

struct ReplyHeader {
    ResultCode result = ResultCode::ok;
    uint8_t info3 = 0;        // info3::last, info3::partition_done
    uint32_t generation = 0;  // in a partition message the partition
    uint32_t void_time = 0;
    uint32_t transaction_ttl = 0;  // in a batch the row's index
};

class MessageWriter {
public:
    explicit MessageWriter(Buffer& out, uint64_t frame_size_max = body_size_max)
        : out_(out), size_max_(frame_size_max) {}
    MessageWriter(const MessageWriter&) = delete;
    MessageWriter& operator=(const MessageWriter&) = delete;

    void begin_frame() { frame_start_ = winnow::begin_frame(out_); }
    // Stores the header. With `compress` the frame goes out compressed if it is large enough for
    // that to pay; only for a request that allows it.
    void end_frame(bool compress = false);
    // Bytes of the frame so far, with its header.
    size_t frame_size() const { return out_.size() - frame_start_; }

    void begin_message(const ReplyHeader& header);
    void end_message();
    // Instead of end_message(): nothing but a header with this code.
    void fail_message(ResultCode code);
    // Room for a whole message of `size` bytes that the caller writes at once, header and all; null
    // if the frame has no room left for it.
    uint8_t* add_message(size_t size) {
        if (size > size_max_ || frame_size() > size_max_ - size) [[unlikely]]
            return nullptr;
        return out_.extend(size);
    }
    // A message without fields and operations: LAST, a partition, an error.
    void add_header(const ReplyHeader& header) {
        begin_message(header);
        end_message();
    }
    // Drops the open message, header and all, as if begin_message() had not been called.
    void drop_message() { out_.truncate(message_start_); }

    // The header of the open message can be given late, as when the generation is known only
    // after the operations.
    void set_header(const ReplyHeader& header);

    // Fields before operations.
    void add_field(FieldId id, Bytes data);
    void add_operation(OperationCode code, uint8_t particle, std::string_view name, Bytes value);
    // The same with room for a value that the caller writes at the pointer at once; null when the
    // message is too large.
    uint8_t* add_operation(OperationCode code, uint8_t particle, std::string_view name,
                           size_t value_size);
    // An operation whose name and value stand together as `u8 name length | name | value`, the way
    // a version keeps its bins.
    void add_bin(OperationCode code, uint8_t particle, Bytes length_name_value);
    // An operation without a value: particle 0.
    void add_empty(OperationCode code, std::string_view name) {
        add_operation(code, 0, name, Bytes{});
    }

    uint32_t operation_count() const { return ops_; }
    // The open message has outgrown its limits and will answer record_too_big: stop adding.
    bool too_large() const { return too_large_; }

private:
    // Room for `size` bytes, or null beyond the limit.
    uint8_t* take(size_t size) {
        if (size > size_max_ || frame_size() > size_max_ - size) [[unlikely]] {
            too_large_ = true;
            return nullptr;
        }
        return out_.extend(size);
    }
    // The same for an operation, which it counts.
    uint8_t* take_operation(size_t size);

    Buffer& out_;
    uint64_t size_max_;
    size_t frame_start_ = 0;
    size_t message_start_ = 0;
    uint32_t fields_ = 0;
    uint32_t ops_ = 0;
    bool too_large_ = false;
};

// A whole frame of one message without fields and operations: 30 bytes in one go.
inline constexpr size_t header_reply_size = frame_header_size + message_header_size;
void append_header_reply(Buffer& out, const ReplyHeader& header);

}  // namespace winnow
