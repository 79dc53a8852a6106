#include "protocol/request_writer.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "base/random.h"
#include "protocol/batch.h"
#include "protocol/request.h"
#include "protocol/wire_vectors.h"

namespace winnow {
namespace {

using vectors::body_of;
using vectors::from_hex;
using vectors::to_hex;

constexpr uint8_t integer = 1, string = 3, blob = 4;

Buffer integer_value(uint64_t value) {
    Buffer bytes;
    bytes.append_be(value);
    return bytes;
}

void add_key_fields(RequestWriter& writer) {
    writer.add_field(FieldId::namespace_name, "test");
    writer.add_field(FieldId::set, "demo");
    writer.add_digest(vectors::digest(vectors::digest_k1));
}

TEST(RequestWriter, SingleRecordCommands) {
    Buffer out;
    RequestWriter writer(out);
    writer.begin({.info2 = info2::write, .transaction_ttl_ms = 1000});
    add_key_fields(writer);
    writer.add_operation(OperationCode::write, integer, "a", integer_value(1).bytes());
    writer.add_operation(OperationCode::write, string, "b", bytes_of("x"));
    writer.end();
    EXPECT_EQ(to_hex(out.bytes()), vectors::put);

    out.clear();
    writer.begin({.info1 = info1::read | info1::get_all, .transaction_ttl_ms = 1000});
    add_key_fields(writer);
    writer.end(true);  // too small to be compressed
    EXPECT_EQ(to_hex(out.bytes()), vectors::get);

    out.clear();
    writer.begin({.info2 = info2::write | info2::remove, .transaction_ttl_ms = 1000});
    add_key_fields(writer);
    writer.end();
    EXPECT_EQ(to_hex(out.bytes()), vectors::remove);

    out.clear();
    writer.begin({.info1 = info1::read,
                  .info2 = info2::write | info2::respond_all_ops,
                  .transaction_ttl_ms = 1000});
    add_key_fields(writer);
    writer.add_operation(OperationCode::increment, integer, "a", integer_value(1).bytes());
    writer.add_operation(OperationCode::cdt_modify, blob, "l", from_hex("920105").bytes());
    writer.add_read("a");
    writer.end();
    EXPECT_EQ(to_hex(out.bytes()), vectors::operate);
}

TEST(RequestWriter, Batches) {
    Buffer out;
    RequestWriter writer(out);
    writer.begin({.info1 = info1::batch, .transaction_ttl_ms = 1000});
    writer.begin_batch(batch_flag::allow_inline | batch_flag::respond_all_keys |
                       batch_flag::row_sets);
    writer.begin_row(
        {.digest = vectors::digest(vectors::digest_k1), .info1 = info1::read | info1::get_all});
    writer.add_field(FieldId::namespace_name, "test");
    writer.add_field(FieldId::set, "demo");
    writer.repeat_row(1, vectors::digest(vectors::digest_1));
    writer.end();
    EXPECT_EQ(to_hex(out.bytes()), vectors::batch);

    Buffer old;
    RequestWriter old_writer(old);
    old_writer.begin({.info1 = info1::read | info1::batch});
    old_writer.begin_batch(batch_flag::allow_inline);
    old_writer.begin_row({.digest = vectors::digest(vectors::digest_k1),
                          .type = 0,
                          .info1 = info1::read | info1::get_all});
    old_writer.add_field(FieldId::namespace_name, "test");
    old_writer.repeat_row(1, vectors::digest("ae6a515f37de4adacc4496e2da1fea848c3a9270"));
    old_writer.repeat_row(2, vectors::digest("64785b1cf9344fdd79acf0a9c207d7914e475367"));
    old_writer.end();
    EXPECT_EQ(to_hex(old.bytes().subspan(8 + 22 + 5)), vectors::old_batch_rows);
}

TEST(RequestWriter, Queries) {
    Buffer out;
    RequestWriter writer(out);
    writer.begin({.info1 = info1::read, .info3 = info3::partition_done, .record_ttl = UINT32_MAX});
    writer.add_field(FieldId::namespace_name, "test");
    writer.add_field(FieldId::set, "demo");
    writer.add_number(FieldId::socket_timeout, uint32_t{30000});
    writer.add_number(FieldId::task_id, uint64_t{7});
    Buffer begin = integer_value(1), end = integer_value(9);
    writer.add_index_range({"a", integer, begin.bytes(), end.bytes()});
    writer.add_partitions(std::vector<uint16_t>{0, 1, 4095});
    writer.end();
    EXPECT_EQ(to_hex(out.bytes()), vectors::secondary_query);

    out.clear();
    writer.begin({.info1 = info1::read});
    writer.add_field(FieldId::namespace_name, "test");
    writer.add_field(FieldId::scan_options, from_hex("0064").bytes());
    writer.add_number(FieldId::socket_timeout, uint32_t{30000});
    writer.add_number(FieldId::task_id, uint64_t{7});
    writer.end();
    EXPECT_EQ(to_hex(out.bytes()), vectors::old_scan);

    out.clear();
    writer.begin({});
    writer.add_field(FieldId::filter, from_hex("9303935102a16100").bytes());
    writer.add_key(string, bytes_of("k1"));
    writer.add_byte(FieldId::udf_op, 2);
    writer.add_resume_digests(std::vector{vectors::digest(vectors::digest_k1)});
    writer.add_resume_values(std::vector<int64_t>{-1});
    writer.end();
    Result<Request> request = decode_request(body_of(out));
    ASSERT_TRUE(request);
    EXPECT_EQ(to_hex(body_of(out).subspan(22, 13)), vectors::filter_field);
    EXPECT_EQ(to_hex(request->fields.filter()), "9303935102a16100");
    EXPECT_EQ(text_of(request->fields.key()->value), "k1");
    EXPECT_EQ(request->fields.udf_op(), UdfOp::background);
    Result<PartitionSelection> selection = PartitionSelection::decode(request->fields);
    ASSERT_TRUE(selection);
    EXPECT_EQ(selection->resume_value(0), -1);
}

TEST(RequestWriter, CompressesLargeRequests) {
    Buffer out;
    RequestWriter writer(out);
    writer.begin({.info2 = info2::write});
    add_key_fields(writer);
    std::string value(5000, 'v');
    writer.add_operation(OperationCode::write, string, "a", bytes_of(value));
    writer.end(true);
    ASSERT_EQ(decode_frame_header(out.bytes())->type, FrameType::compressed);
    Buffer inflated;
    Result<Bytes> body = inflate_frame(body_of(out), inflated);
    ASSERT_TRUE(body);
    Result<Request> request = decode_request(*body);
    ASSERT_TRUE(request);
    EXPECT_EQ(text_of((*request->ops.begin()).value), value);
}

// Random requests, as data: what is written must be what is read.

struct RandomOp {
    uint8_t code;
    uint8_t particle;
    std::string name;
    std::string value;
};
struct RandomContents {
    std::map<int, std::string> fields;
    std::vector<RandomOp> ops;
};

std::string random_text(Random& random, uint64_t size_max) {
    std::string text(random.below(size_max + 1), ' ');
    for (char& c : text) c = static_cast<char>(random.next());
    return text;
}

RandomContents random_contents(Random& random) {
    RandomContents contents;
    for (uint64_t i = random.below(8); i > 0; i--)
        contents.fields[static_cast<int>(random.below(60))] = random_text(random, 40);
    contents.fields.erase(static_cast<int>(FieldId::batch));
    contents.fields.erase(static_cast<int>(FieldId::batch_with_set));
    for (uint64_t i = random.below(6); i > 0; i--)
        contents.ops.push_back({static_cast<uint8_t>(random.next()),
                                static_cast<uint8_t>(random.next()), random_text(random, 255),
                                random_text(random, 300)});
    return contents;
}

void write(RequestWriter& writer, const RandomContents& contents) {
    for (auto& [id, data] : contents.fields)
        writer.add_field(static_cast<FieldId>(id), std::string_view(data));
    for (const RandomOp& op : contents.ops)
        writer.add_operation(static_cast<OperationCode>(op.code), op.particle, op.name,
                             bytes_of(op.value));
}

void expect_same(const RandomContents& contents, const FieldTable& fields,
                 const OperationRange& ops) {
    for (size_t id = 0; id < field_id_count; id++) {
        auto field = contents.fields.find(static_cast<int>(id));
        bool there = field != contents.fields.end();
        ASSERT_EQ(fields.has(static_cast<FieldId>(id)), there);
        if (!there) continue;
        ASSERT_EQ(fields.text(static_cast<FieldId>(id)), field->second);
    }
    ASSERT_EQ(ops.size(), contents.ops.size());
    size_t i = 0;
    bool long_name = false;
    for (Operation op : ops) {
        const RandomOp& expected = contents.ops[i++];
        ASSERT_EQ(static_cast<uint8_t>(op.code), expected.code);
        ASSERT_EQ(op.particle, expected.particle);
        ASSERT_EQ(op.name, expected.name);
        ASSERT_EQ(text_of(op.value), expected.value);
        long_name |= expected.name.size() > 15;
    }
    ASSERT_EQ(i, contents.ops.size());
    ASSERT_EQ(ops.has_long_name(), long_name);
}

TEST(RequestWriter, RandomRequestsComeBack) {
    Random random(3);
    for (int round = 0; round < 3000; round++) {
        RandomContents contents = random_contents(random);
        Buffer out;
        RequestWriter writer(out);
        RequestHeader header{
            static_cast<uint8_t>(random.next()),  static_cast<uint8_t>(random.next()),
            static_cast<uint8_t>(random.next()),  static_cast<uint8_t>(random.next()),
            static_cast<uint32_t>(random.next()), static_cast<uint32_t>(random.next()),
            static_cast<uint32_t>(random.next())};
        writer.begin(header);
        write(writer, contents);
        writer.end();
        ASSERT_EQ(decode_frame_header(out.bytes())->size, out.size() - frame_header_size);
        Result<Request> request = decode_request(body_of(out));
        ASSERT_TRUE(request);
        ASSERT_EQ(request->info1, header.info1);
        ASSERT_EQ(request->info2, header.info2);
        ASSERT_EQ(request->info3, header.info3);
        ASSERT_EQ(request->info4, header.info4);
        ASSERT_EQ(request->generation, header.generation);
        ASSERT_EQ(request->record_ttl, header.record_ttl);
        ASSERT_EQ(request->transaction_ttl_ms, header.transaction_ttl_ms);
        expect_same(contents, request->fields, request->ops);
    }
}

Digest random_digest(Random& random) {
    Digest digest;
    for (uint8_t& byte : digest.bytes) byte = static_cast<uint8_t>(random.next());
    return digest;
}

TEST(RequestWriter, RandomBatchesComeBack) {
    Random random(5);
    constexpr uint8_t types[] = {0x00, 0x02, 0x06, 0x0a, 0x0e, 0x12, 0x1a, 0x1e};
    for (int round = 0; round < 1000; round++) {
        struct Row {
            BatchRowHeader header;
            RandomContents contents;
            bool repeat;
        };
        std::vector<Row> rows;
        for (uint64_t count = 1 + random.below(6); count > 0; count--) {
            bool repeat = !rows.empty() && random.one_in(2);
            Row row = repeat ? rows.back() : Row{{}, random_contents(random), false};
            row.repeat = repeat;
            if (!repeat)
                row.header = {.type = types[random.below(std::size(types))],
                              .info1 = static_cast<uint8_t>(random.next()),
                              .info2 = static_cast<uint8_t>(random.next()),
                              .info3 = static_cast<uint8_t>(random.next()),
                              .info4 = static_cast<uint8_t>(random.next()),
                              .generation = static_cast<uint16_t>(random.next()),
                              .record_ttl = static_cast<uint32_t>(random.next())};
            row.header.index = static_cast<uint32_t>(random.next());
            row.header.digest = random_digest(random);
            rows.push_back(row);
        }
        Buffer out;
        RequestWriter writer(out);
        writer.begin({.info1 = info1::batch});
        writer.begin_batch(5);
        for (const Row& row : rows) {
            if (row.repeat) {
                writer.repeat_row(row.header.index, row.header.digest);
                continue;
            }
            writer.begin_row(row.header);
            write(writer, row.contents);
        }
        writer.end();

        Result<Request> request = decode_request(body_of(out));
        ASSERT_TRUE(request);
        Result<BatchReader> reader = BatchReader::open(request->fields);
        ASSERT_TRUE(reader);
        ASSERT_EQ(reader->row_count(), rows.size());
        for (const Row& row : rows) {
            Result<const BatchRow*> read = reader->next();
            ASSERT_TRUE(read);
            const BatchRow& got = **read;
            const BatchRowHeader& header = row.header;
            bool info = header.type & batch_row::info;
            ASSERT_EQ(got.index, header.index);
            ASSERT_EQ(got.digest, header.digest);
            ASSERT_EQ(got.repeat, row.repeat);
            ASSERT_EQ(got.info1, header.info1);
            ASSERT_EQ(got.info2, info ? header.info2 : 0);
            ASSERT_EQ(got.info3, info ? header.info3 : 0);
            ASSERT_EQ(got.info4, header.type & batch_row::info4 ? header.info4 : 0);
            ASSERT_EQ(got.generation, header.type & batch_row::generation ? header.generation : 0u);
            ASSERT_EQ(got.record_ttl, header.type & batch_row::ttl ? header.record_ttl : 0u);
            expect_same(row.contents, got.fields, got.ops);
        }
        ASSERT_EQ(reader->next().value(), nullptr);
    }
}

}  // namespace
}  // namespace winnow
