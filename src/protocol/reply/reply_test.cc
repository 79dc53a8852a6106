#include "protocol/reply/reply.h"

#include <gtest/gtest.h>

#include <string>

#include "protocol/reply/response.h"
#include "protocol/wire_vectors.h"

namespace winnow {
namespace {

using vectors::body_of;
using vectors::from_hex;
using vectors::to_hex;

constexpr uint8_t integer = 1, string = 3;

Buffer integer_value(uint64_t value) {
    Buffer bytes;
    bytes.append_be(value);
    return bytes;
}

// A bin as a version keeps it: name length, name, value.
Buffer kept_bin(std::string_view name, Bytes value) {
    Buffer bytes;
    bytes.append_byte(static_cast<uint8_t>(name.size()));
    bytes.append(name);
    bytes.append(value);
    return bytes;
}

TEST(Reply, HeaderReplies) {
    Buffer out;
    append_header_reply(out, {.generation = 1});
    EXPECT_EQ(to_hex(out.bytes()), vectors::write_reply);
    out.clear();
    append_header_reply(out, {.result = ResultCode::not_found});
    EXPECT_EQ(to_hex(out.bytes()), vectors::not_found_reply);
    out.clear();
    append_header_reply(out, {.info3 = info3::last});
    EXPECT_EQ(to_hex(out.bytes()), vectors::last_reply);
}

TEST(Reply, GetReplyFromKeptBins) {
    Buffer out;
    MessageWriter writer(out);
    writer.begin_frame();
    writer.begin_message({.generation = 1});
    writer.add_bin(OperationCode::read, integer, kept_bin("a", integer_value(1).bytes()).bytes());
    writer.add_bin(OperationCode::read, string, kept_bin("b", bytes_of("x")).bytes());
    writer.end_message();
    writer.end_frame();
    EXPECT_EQ(to_hex(out.bytes()), vectors::get_reply);
}

TEST(Reply, OperateReplyWithTheGenerationKnownLate) {
    Buffer out;
    MessageWriter writer(out);
    writer.begin_frame();
    writer.begin_message({});
    writer.add_empty(OperationCode::increment, "a");
    writer.add_operation(OperationCode::cdt_modify, integer, "l", integer_value(1).bytes());
    store_be<uint64_t>(writer.add_operation(OperationCode::read, integer, "a", 8), 2);
    EXPECT_EQ(writer.operation_count(), 3u);
    writer.set_header({.generation = 2});
    writer.end_message();
    writer.end_frame();
    EXPECT_EQ(to_hex(out.bytes()), vectors::operate_reply);
}

TEST(Reply, UdfReplies) {
    Buffer out;
    MessageWriter writer(out);
    writer.begin_frame();
    writer.begin_message({});
    writer.add_operation(OperationCode::read, integer, "SUCCESS", integer_value(1).bytes());
    writer.end_message();
    writer.end_frame();
    EXPECT_EQ(to_hex(out.bytes()), vectors::udf_success_reply);
    out.clear();
    writer.begin_frame();
    writer.begin_message({.result = ResultCode::udf});
    writer.add_operation(OperationCode::read, string, "FAILURE", bytes_of("m.lua:1: x"));
    writer.end_message();
    writer.end_frame();
    EXPECT_EQ(to_hex(out.bytes()), vectors::udf_failure_reply);
}

TEST(Reply, Streams) {
    Buffer out;
    MessageWriter writer(out);
    writer.begin_frame();
    writer.begin_message({.generation = 1});
    writer.add_operation(OperationCode::read, integer, "a", integer_value(1).bytes());
    writer.end_message();
    writer.add_header({.result = ResultCode::not_found, .transaction_ttl = 1});
    writer.add_header({.info3 = info3::last});
    writer.end_frame();
    EXPECT_EQ(to_hex(out.bytes()), vectors::batch_reply);

    out.clear();
    writer.begin_frame();
    writer.begin_message({.generation = 1});
    writer.add_field(FieldId::namespace_name, bytes_of("test"));
    writer.add_field(FieldId::digest, from_hex(vectors::digest_k1).bytes());
    writer.add_field(FieldId::set, bytes_of("demo"));
    uint8_t value[8];
    store_le<int64_t>(value, 1);
    writer.add_field(FieldId::resume_values, value);
    writer.add_operation(OperationCode::read, integer, "a", integer_value(1).bytes());
    writer.end_message();
    writer.add_header({.info3 = info3::partition_done, .generation = 1975});
    writer.add_header({.info3 = info3::last});
    EXPECT_EQ(writer.frame_size(), out.size());
    writer.end_frame();
    EXPECT_EQ(to_hex(out.bytes()), vectors::query_reply);
}

TEST(Reply, PartitionUnavailable) {
    Buffer out;
    append_header_reply(
        out, {.result = ResultCode::unavailable, .info3 = info3::partition_done, .generation = 7});
    EXPECT_EQ(to_hex(body_of(out)), vectors::partition_message);
}

TEST(Reply, TakesBackAMessageThatFails) {
    Buffer out;
    out.append("before");
    MessageWriter writer(out);
    writer.begin_frame();
    writer.add_header({.generation = 5});
    writer.begin_message({.generation = 3, .void_time = 4, .transaction_ttl = 17});
    writer.add_field(FieldId::set, bytes_of("demo"));
    writer.add_empty(OperationCode::read, "a");
    writer.fail_message(ResultCode::bin_type);
    writer.begin_message({.generation = 9});
    writer.add_empty(OperationCode::read, "a");
    writer.drop_message();
    writer.end_frame();

    ResponseReader reader(out.bytes().subspan(6 + frame_header_size));
    const Response* message = reader.next().value();
    ASSERT_NE(message, nullptr);
    EXPECT_EQ(message->generation, 5u);
    message = reader.next().value();
    ASSERT_NE(message, nullptr);
    EXPECT_EQ(message->result, ResultCode::bin_type);
    EXPECT_EQ(message->generation, 0u);
    EXPECT_EQ(message->void_time, 0u);
    EXPECT_EQ(message->transaction_ttl, 17u);
    EXPECT_TRUE(message->fields.empty());
    EXPECT_TRUE(message->ops.empty());
    EXPECT_EQ(reader.next().value(), nullptr);
}

TEST(Reply, LimitsTheSizeOfAFrame) {
    Buffer out;
    MessageWriter writer(out, 4096);
    std::string value(1000, 'v');
    writer.begin_frame();
    writer.begin_message({.transaction_ttl = 3});
    for (int i = 0; i < 1000 && !writer.too_large(); i++)
        writer.add_operation(OperationCode::read, string, "a", bytes_of(value));
    EXPECT_TRUE(writer.too_large());
    EXPECT_LE(out.size(), 4096u);
    EXPECT_EQ(writer.add_operation(OperationCode::read, string, "a", 8000), nullptr);
    writer.end_message();
    writer.begin_message({.generation = 1});  // the frame goes on
    writer.add_operation(OperationCode::read, string, "a", bytes_of(value));
    EXPECT_FALSE(writer.too_large());
    writer.end_message();
    writer.end_frame();

    ResponseReader reader(body_of(out));
    const Response* message = reader.next().value();
    EXPECT_EQ(message->result, ResultCode::record_too_big);
    EXPECT_EQ(message->transaction_ttl, 3u);
    EXPECT_TRUE(message->ops.empty());
    message = reader.next().value();
    EXPECT_EQ(message->result, ResultCode::ok);
    EXPECT_EQ(message->ops.size(), 1u);
}

TEST(Reply, LimitsTheNumberOfOperations) {
    Buffer out;
    MessageWriter writer(out);
    writer.begin_frame();
    writer.begin_message({});
    for (int i = 0; i < 65535; i++) writer.add_empty(OperationCode::read, "a");
    EXPECT_FALSE(writer.too_large());
    writer.end_message();
    writer.begin_message({});
    for (int i = 0; i < 65536; i++) writer.add_empty(OperationCode::read, "a");
    EXPECT_TRUE(writer.too_large());
    writer.end_message();
    writer.end_frame();
    ResponseReader reader(body_of(out));
    EXPECT_EQ(reader.next().value()->ops.size(), 65535u);
    EXPECT_EQ(reader.next().value()->result, ResultCode::record_too_big);
}

TEST(Reply, CompressesLargeFramesOnly) {
    for (size_t size : {10, 10000}) {
        Buffer out;
        MessageWriter writer(out);
        std::string value(size, 'v');
        writer.begin_frame();
        writer.begin_message({});
        writer.add_operation(OperationCode::read, string, "a", bytes_of(value));
        writer.end_message();
        writer.end_frame(true);
        Result<FrameHeader> header = decode_frame_header(out.bytes());
        ASSERT_TRUE(header);
        ASSERT_EQ(header->size, out.size() - frame_header_size);
        if (size == 10) {
            EXPECT_EQ(header->type, FrameType::message);
            continue;
        }
        EXPECT_EQ(header->type, FrameType::compressed);
        EXPECT_LT(out.size(), 200u);
        Buffer inflated;
        Result<Bytes> body = inflate_frame(body_of(out), inflated);
        ASSERT_TRUE(body);
        ResponseReader reader(*body);
        EXPECT_EQ(text_of((*reader.next().value()->ops.begin()).value), value);
    }
}

TEST(Response, ReadsAQueryStream) {
    Buffer frame = from_hex(vectors::query_reply);
    ResponseReader reader(body_of(frame));
    const Response* message = reader.next().value();
    ASSERT_NE(message, nullptr);
    EXPECT_EQ(message->result, ResultCode::ok);
    EXPECT_EQ(message->generation, 1u);
    EXPECT_FALSE(message->last());
    EXPECT_FALSE(message->partition_done());
    EXPECT_EQ(message->fields.namespace_name(), "test");
    EXPECT_EQ(message->fields.set(), "demo");
    EXPECT_EQ(message->fields.digest(), vectors::digest(vectors::digest_k1));
    EXPECT_EQ(message->index_value(), 1);
    ASSERT_EQ(message->ops.size(), 1u);
    EXPECT_EQ((*message->ops.begin()).name, "a");

    message = reader.next().value();
    ASSERT_NE(message, nullptr);
    EXPECT_TRUE(message->partition_done());
    EXPECT_EQ(message->generation, 1975u);
    EXPECT_EQ(message->index_value(), 0);
    message = reader.next().value();
    ASSERT_NE(message, nullptr);
    EXPECT_TRUE(message->last());
    EXPECT_EQ(reader.next().value(), nullptr);
}

TEST(Response, ReadsBatchRowsAndSingleReplies) {
    Buffer batch = from_hex(vectors::batch_reply);
    ResponseReader reader(body_of(batch));
    EXPECT_EQ(reader.next().value()->transaction_ttl, 0u);
    const Response* message = reader.next().value();
    EXPECT_EQ(message->result, ResultCode::not_found);
    EXPECT_EQ(message->transaction_ttl, 1u);
    EXPECT_TRUE(reader.next().value()->last());

    Buffer partition = from_hex(vectors::partition_message);
    ResponseReader unavailable(partition.bytes());
    message = unavailable.next().value();
    EXPECT_EQ(message->result, ResultCode::unavailable);
    EXPECT_TRUE(message->partition_done());
    EXPECT_EQ(message->generation, 7u);

    Buffer failure = from_hex(vectors::udf_failure_reply);
    ResponseReader udf(body_of(failure));
    message = udf.next().value();
    EXPECT_EQ(message->result, ResultCode::udf);
    EXPECT_EQ(text_of((*message->ops.begin()).value), "m.lua:1: x");
}

TEST(Response, RefusesCutReplies) {
    for (std::string_view hex : {vectors::query_reply, vectors::get_reply, vectors::batch_reply}) {
        Buffer frame = from_hex(hex);
        Bytes body = body_of(frame);
        size_t whole = 0;  // cuts that fall between two messages
        for (size_t size = 1; size < body.size(); size++) {
            ResponseReader reader(body.first(size));
            for (;;) {
                Result<const Response*> message = reader.next();
                if (!message) {
                    EXPECT_EQ(message.error().code, ResultCode::server_error);
                    EXPECT_FALSE(reader.next());
                    break;
                }
                if (*message == nullptr) {
                    whole++;
                    break;
                }
            }
        }
        EXPECT_EQ(whole, hex == vectors::get_reply ? 0u : 2u);
    }
}

}  // namespace
}  // namespace winnow
