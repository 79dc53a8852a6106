#include "protocol/request.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "protocol/request_writer.h"
#include "protocol/wire_vectors.h"

namespace winnow {
namespace {

using vectors::body_of;
using vectors::from_hex;
using vectors::to_hex;

TEST(Request, DecodesPut) {
    Buffer frame = from_hex(vectors::put);
    Result<Request> request = decode_request(body_of(frame));
    ASSERT_TRUE(request);
    EXPECT_EQ(request->info1, 0);
    EXPECT_EQ(request->info2, info2::write);
    EXPECT_EQ(request->generation, 0u);
    EXPECT_EQ(request->record_ttl, 0u);
    EXPECT_EQ(request->transaction_ttl_ms, 1000u);
    EXPECT_EQ(request->fields.namespace_name(), "test");
    EXPECT_EQ(request->fields.set(), "demo");
    EXPECT_EQ(request->fields.digest(), vectors::digest(vectors::digest_k1));
    EXPECT_FALSE(request->fields.has(FieldId::key));
    ASSERT_EQ(request->ops.size(), 2u);
    std::vector<Operation> ops(request->ops.begin(), request->ops.end());
    ASSERT_EQ(ops.size(), 2u);
    EXPECT_EQ(ops[0].code, OperationCode::write);
    EXPECT_EQ(ops[0].particle, 1);
    EXPECT_EQ(ops[0].name, "a");
    EXPECT_EQ(to_hex(ops[0].value), "0000000000000001");
    EXPECT_EQ(ops[1].particle, 3);
    EXPECT_EQ(ops[1].name, "b");
    EXPECT_EQ(text_of(ops[1].value), "x");
    EXPECT_TRUE(request->ops.has(OperationCode::write));
    EXPECT_FALSE(request->ops.has(OperationCode::read));
    EXPECT_FALSE(request->ops.has_unknown_code());
    EXPECT_FALSE(request->ops.has_long_name());
}

TEST(Request, DecodesGetDeleteAndOperate) {
    Buffer get = from_hex(vectors::get);
    Result<Request> request = decode_request(body_of(get));
    ASSERT_TRUE(request);
    EXPECT_EQ(request->info1, info1::read | info1::get_all);
    EXPECT_TRUE(request->ops.empty());
    EXPECT_EQ(request->ops.begin(), request->ops.end());

    Buffer remove = from_hex(vectors::remove);
    request = decode_request(body_of(remove));
    ASSERT_TRUE(request);
    EXPECT_EQ(request->info2, info2::write | info2::remove);

    Buffer operate = from_hex(vectors::operate);
    request = decode_request(body_of(operate));
    ASSERT_TRUE(request);
    EXPECT_EQ(request->info2, info2::write | info2::respond_all_ops);
    std::string codes;
    for (Operation op : request->ops)
        codes += std::string(operation_name(op.code)) + " " + std::string(op.name) + ";";
    EXPECT_EQ(codes, "increment a;cdt_modify l;read a;");
    EXPECT_EQ(request->ops.codes(), 1u << 5 | 1u << 4 | 1u << 1);
}

TEST(Request, RefusesEveryCutMessage) {
    for (std::string_view hex :
         {vectors::put, vectors::get, vectors::operate, vectors::batch, vectors::secondary_query}) {
        Buffer frame = from_hex(hex);
        Bytes body = body_of(frame);
        ASSERT_TRUE(decode_request(body));
        for (size_t size = 0; size < body.size(); size++) {
            Result<Request> request = decode_request(body.first(size));
            ASSERT_FALSE(request) << hex << " cut to " << size;
            EXPECT_EQ(request.error().code, ResultCode::parameter);
        }
        frame.append_byte(0);
        EXPECT_FALSE(decode_request(body_of(frame))) << "one byte more";
    }
}

// Changes bytes of a frame and says what decoding its body gives.
bool decodes(std::string_view hex, std::vector<std::pair<size_t, int>> changes) {
    Buffer frame = from_hex(hex);
    for (auto [at, value] : changes) frame.data()[8 + at] = static_cast<uint8_t>(value);
    return decode_request(body_of(frame)).has_value();
}

TEST(Request, RefusesWrongCounts) {
    for (int fields : {0, 1, 2, 4, 100})
        EXPECT_FALSE(decodes(vectors::get, {{19, fields}})) << fields;
    EXPECT_FALSE(decodes(vectors::get, {{18, 0xff}, {19, 0xff}}));
    for (int ops : {0, 1, 3, 100}) EXPECT_FALSE(decodes(vectors::put, {{21, ops}})) << ops;
    EXPECT_FALSE(decodes(vectors::get, {{20, 0xff}, {21, 0xff}}));
}

TEST(Request, RefusesWrongLengths) {
    constexpr size_t first_field = 22, first_op = 65;
    for (int length : {0, 4, 6, 100})
        EXPECT_FALSE(decodes(vectors::get, {{first_field + 3, length}})) << length;
    EXPECT_FALSE(decodes(vectors::get, {{first_field, 0xff}}));
    for (int length : {0, 3, 4, 5, 12, 14, 255})
        EXPECT_FALSE(decodes(vectors::put, {{first_op + 3, length}})) << length;
    // A name up to the end of the value is fine, one beyond it is not.
    EXPECT_TRUE(decodes(vectors::put, {{first_op + 7, 9}}));
    EXPECT_FALSE(decodes(vectors::put, {{first_op + 7, 10}}));
    EXPECT_FALSE(decodes(vectors::put, {{first_op + 7, 16}}));
}

TEST(Request, LooksAtWhatCounts) {
    for (int size : {0, 21, 23, 30, 255}) EXPECT_TRUE(decodes(vectors::get, {{0, size}})) << size;
    EXPECT_TRUE(decodes(vectors::get, {{5, 4}}));  // result code
    constexpr size_t version = 65 + 6;
    EXPECT_FALSE(decodes(vectors::put, {{version, 1}}));
    EXPECT_TRUE(decodes(vectors::put, {{version, 0x80}}));
}

Buffer request_with(std::vector<std::pair<int, std::string_view>> fields,
                    std::vector<Operation> ops = {}) {
    Buffer out;
    RequestWriter writer(out);
    writer.begin({.info1 = info1::read});
    for (auto [id, hex] : fields) writer.add_field(static_cast<FieldId>(id), from_hex(hex).bytes());
    for (const Operation& op : ops) writer.add_operation(op.code, op.particle, op.name, op.value);
    writer.end();
    return out;
}

struct Decoded {
    Buffer frame;
    Request request;
};
Decoded decoded(std::vector<std::pair<int, std::string_view>> fields,
                std::vector<Operation> ops = {}) {
    Decoded result{request_with(std::move(fields), std::move(ops)), {}};
    Result<Request> request = decode_request(body_of(result.frame));
    EXPECT_TRUE(request);
    if (request) result.request = *request;
    return result;
}

TEST(Request, FirstOfTwoFieldsCounts) {
    Decoded d = decoded({{0, "74657374"}, {0, "626172"}});
    EXPECT_EQ(d.request.fields.namespace_name(), "test");
}

TEST(Request, SkipsUnknownFields) {
    Decoded d = decoded({{46, "00"}, {200, "abcd"}, {255, ""}, {14, "00"}, {0, "74657374"}});
    EXPECT_EQ(d.request.fields.namespace_name(), "test");
    EXPECT_FALSE(d.request.fields.has(FieldId::set));
}

TEST(Request, FieldsOfNames) {
    EXPECT_EQ(decoded({}).request.fields.namespace_name(), "");
    EXPECT_EQ(decoded({{0, "7465737400"}}).request.fields.namespace_name(), "test");
    EXPECT_EQ(decoded({}).request.fields.set(), "");
    EXPECT_EQ(decoded({{1, ""}}).request.fields.set(), "");
    std::string longest(126, '7');
    EXPECT_TRUE(decoded({{1, longest}}).request.fields.set());
    Result<std::string_view> set = decoded({{1, longest + "77"}}).request.fields.set();
    ASSERT_FALSE(set);
    EXPECT_EQ(set.error().code, ResultCode::parameter);
    EXPECT_EQ(decoded({{1, longest + "77"}}).request.fields.set_name().size(), 64u);
}

TEST(Request, FieldsOfKeys) {
    std::string digest(vectors::digest_k1);
    EXPECT_TRUE(decoded({{4, digest}}).request.fields.digest());
    for (std::string wrong : {std::string(), digest.substr(2), digest + "00"}) {
        Result<Digest> result = decoded({{4, wrong}}).request.fields.digest();
        ASSERT_FALSE(result);
        EXPECT_EQ(result.error().code, ResultCode::parameter);
    }
    EXPECT_FALSE(decoded({}).request.fields.digest());

    EXPECT_FALSE(*decoded({}).request.fields.key());
    Decoded text = decoded({{2, "036b31"}});
    EXPECT_EQ(text.request.fields.key()->particle, 3);
    EXPECT_EQ(text_of(text.request.fields.key()->value), "k1");
    EXPECT_TRUE(decoded({{2, "010000000000000007"}}).request.fields.key());
    EXPECT_EQ(decoded({{2, "00"}}).request.fields.key()->particle, 0);
    for (const char* wrong : {"", "01", "0101", "0100000000000000000007"}) {
        Result<KeyView> key = decoded({{2, wrong}}).request.fields.key();
        ASSERT_FALSE(key) << wrong;
        EXPECT_EQ(key.error().code, ResultCode::unsupported);
    }
}

TEST(Request, FieldsOfNumbers) {
    Decoded d = decoded({{7, "0000000000000007"},
                         {9, "00007530"},
                         {10, "00000064"},
                         {13, "0000010000000000"},
                         {33, "02"}});
    EXPECT_EQ(d.request.fields.task_id(), 7u);
    EXPECT_EQ(d.request.fields.socket_timeout_ms(), 30000u);
    EXPECT_EQ(d.request.fields.records_per_second(), 100u);
    EXPECT_EQ(d.request.fields.max_records(), uint64_t{1} << 40);
    EXPECT_EQ(d.request.fields.udf_op(), UdfOp::background);

    Decoded none = decoded({});
    EXPECT_EQ(none.request.fields.task_id(), 0u);
    EXPECT_EQ(none.request.fields.max_records(), 0u);
    EXPECT_EQ(none.request.fields.udf_op(), UdfOp::none);

    Decoded wrong = decoded({{7, "00000007"}, {9, "7530"}, {10, ""}, {13, "00"}, {33, "0202"}});
    EXPECT_FALSE(wrong.request.fields.task_id());
    EXPECT_FALSE(wrong.request.fields.socket_timeout_ms());
    EXPECT_FALSE(wrong.request.fields.records_per_second());
    EXPECT_FALSE(wrong.request.fields.max_records());
    EXPECT_FALSE(wrong.request.fields.udf_op());
    EXPECT_EQ(wrong.request.fields.task_id().error().code, ResultCode::parameter);
}

TEST(Request, FieldsOfUdfs) {
    Decoded d = decoded({{30, "6d"}, {31, "66"}, {32, "9101"}});
    EXPECT_EQ(d.request.fields.udf().package, "m");
    EXPECT_EQ(d.request.fields.udf().function, "f");
    EXPECT_EQ(to_hex(d.request.fields.udf().arguments), "9101");
    Decoded empty = decoded({{32, ""}});
    EXPECT_TRUE(empty.request.fields.has(FieldId::udf_arguments));
    EXPECT_TRUE(empty.request.fields.udf().arguments.empty());
}

TEST(Request, NotesOddOperations) {
    std::string long_name(16, 'n');
    Decoded d = decoded({}, {{OperationCode::read, 0, long_name, {}}});
    EXPECT_TRUE(d.request.ops.has_long_name());
    d = decoded({}, {{static_cast<OperationCode>(6), 0, "a", {}}});
    EXPECT_TRUE(d.request.ops.has_unknown_code());
    d = decoded({}, {{static_cast<OperationCode>(129), 0, "a", {}}});
    EXPECT_TRUE(d.request.ops.has_unknown_code());
    EXPECT_FALSE(d.request.ops.has(OperationCode::read));
    d = decoded({}, {{OperationCode::to_string, 0, "a", {}}});
    EXPECT_FALSE(d.request.ops.has_unknown_code());
    EXPECT_TRUE(d.request.ops.has(OperationCode::to_string));

    EXPECT_TRUE(writable_bin_name("fifteen_letters"));
    EXPECT_FALSE(writable_bin_name("sixteen__letters"));
    EXPECT_FALSE(writable_bin_name(""));
    EXPECT_FALSE(writable_bin_name(std::string_view("a\0b", 3)));
}

// Go clients up to version 7 write the index name but do not count it.
TEST(Request, AcceptsAnUncountedIndexName) {
    for (size_t ops : {0, 2}) {
        std::vector<Operation> reads(ops, {OperationCode::read, 0, "a", {}});
        Buffer frame = request_with({{0, "74657374"}, {21, "69"}, {7, "0000000000000007"}}, reads);
        frame.data()[8 + 19]--;
        Result<Request> request = decode_request(body_of(frame));
        ASSERT_TRUE(request) << ops;
        EXPECT_EQ(request->fields.task_id(), 7u);
        EXPECT_EQ(request->ops.size(), ops);
        frame.data()[8 + 19]--;
        EXPECT_FALSE(decode_request(body_of(frame)));
    }
    Buffer other = request_with({{0, "74657374"}, {22, "69"}, {7, "0000000000000007"}});
    other.data()[8 + 19]--;
    EXPECT_FALSE(decode_request(body_of(other)));
}

}  // namespace
}  // namespace winnow
