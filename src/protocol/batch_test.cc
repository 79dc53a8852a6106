#include "protocol/batch.h"

#include <gtest/gtest.h>

#include <string>

#include "protocol/request.h"
#include "protocol/request_writer.h"
#include "protocol/wire_vectors.h"

namespace winnow {
namespace {

using vectors::body_of;
using vectors::from_hex;

// A batch message with these bytes as its rows.
struct Batch {
    Buffer frame;
    Request request;

    explicit Batch(Bytes rows, FieldId field = FieldId::batch) {
        RequestWriter writer(frame);
        writer.begin({.info1 = info1::batch});
        writer.add_field(field, rows);
        writer.end();
        request = decode_request(body_of(frame)).value();
    }
};

// The code of the first error, ok if all rows can be read.
ResultCode check(const FieldTable& fields) {
    Result<BatchReader> reader = BatchReader::open(fields);
    if (!reader) return reader.error().code;
    for (;;) {
        Result<const BatchRow*> row = reader->next();
        if (!row) return row.error().code;
        if (*row == nullptr) return ResultCode::ok;
    }
}
ResultCode check(Bytes rows) {
    return check(Batch(rows).request.fields);
}

TEST(Batch, ReadsTheReferenceBatch) {
    Buffer frame = from_hex(vectors::batch);
    Result<Request> request = decode_request(body_of(frame));
    ASSERT_TRUE(request);
    EXPECT_TRUE(request->is_batch());
    Result<BatchReader> reader = BatchReader::open(request->fields);
    ASSERT_TRUE(reader);
    EXPECT_EQ(reader->row_count(), 2u);
    EXPECT_EQ(reader->flags(), 0x0d);
    EXPECT_TRUE(reader->responds_all());
    for (int pass = 0; pass < 2; pass++) {
        const BatchRow* row = reader->next().value();
        ASSERT_NE(row, nullptr);
        EXPECT_EQ(row->index, 0u);
        EXPECT_EQ(row->digest, vectors::digest(vectors::digest_k1));
        EXPECT_FALSE(row->repeat);
        EXPECT_FALSE(row->old_form);
        EXPECT_EQ(row->info1, info1::read | info1::get_all);
        EXPECT_EQ(row->fields.namespace_name(), "test");
        EXPECT_TRUE(row->ops.empty());
        row = reader->next().value();
        ASSERT_NE(row, nullptr);
        EXPECT_EQ(row->index, 1u);
        EXPECT_EQ(row->digest, vectors::digest(vectors::digest_1));
        EXPECT_TRUE(row->repeat);
        EXPECT_EQ(row->info1, info1::read | info1::get_all);
        EXPECT_EQ(row->fields.namespace_name(), "test");
        EXPECT_EQ(reader->next().value(), nullptr);
        EXPECT_EQ(reader->next().value(), nullptr);
        reader->rewind();
    }
}

TEST(Batch, ReadsTheOldForm) {
    for (FieldId field : {FieldId::batch, FieldId::batch_with_set}) {
        Batch batch(from_hex(vectors::old_batch_rows).bytes(), field);
        Result<BatchReader> reader = BatchReader::open(batch.request.fields);
        ASSERT_TRUE(reader);
        EXPECT_FALSE(reader->responds_all());
        for (uint32_t i = 0; i < 3; i++) {
            const BatchRow* row = reader->next().value();
            ASSERT_NE(row, nullptr);
            EXPECT_EQ(row->index, i);
            EXPECT_EQ(row->repeat, i > 0);
            EXPECT_TRUE(row->old_form);
            EXPECT_EQ(row->info1, 3);
            EXPECT_EQ(row->info2, 0);
            EXPECT_EQ(row->fields.namespace_name(), "test");
        }
        EXPECT_EQ(reader->next().value(), nullptr);
    }
}

TEST(Batch, FieldWithSetsCounts) {
    Buffer frame;
    RequestWriter writer(frame);
    writer.begin({.info1 = info1::batch});
    writer.add_field(FieldId::batch, from_hex("ffffffff00").bytes());
    writer.add_field(FieldId::batch_with_set, from_hex(vectors::old_batch_rows).bytes());
    writer.end();
    Result<Request> request = decode_request(body_of(frame));
    ASSERT_TRUE(request);
    EXPECT_EQ(check(request->fields), ResultCode::ok);
}

TEST(Batch, RefusesBatchesWithoutRows) {
    EXPECT_EQ(check(Request().fields), ResultCode::parameter);
    EXPECT_EQ(check(Bytes{}), ResultCode::parameter);
    EXPECT_EQ(check(from_hex("000000000d").bytes()), ResultCode::parameter);
    EXPECT_EQ(check(from_hex("000000010d").bytes()), ResultCode::parameter);
    EXPECT_EQ(check(from_hex("ffffffff0d").bytes()), ResultCode::parameter);
}

TEST(Batch, RefusesEveryCutRow) {
    Buffer rows = from_hex(vectors::old_batch_rows);
    EXPECT_EQ(check(rows.bytes()), ResultCode::ok);
    for (size_t size = 0; size < rows.size(); size++)
        EXPECT_EQ(check(rows.bytes().first(size)), ResultCode::parameter) << size;
    rows.append("bytes behind");
    EXPECT_EQ(check(rows.bytes()), ResultCode::ok);
    rows.data()[3] = 4;  // one row more than there is
    EXPECT_EQ(check(rows.bytes()), ResultCode::parameter);
}

TEST(Batch, RefusesARepeatAsFirstRow) {
    Buffer rows = from_hex(vectors::old_batch_rows);
    rows.data()[5 + 24] = batch_row::repeat;
    EXPECT_EQ(check(rows.bytes()), ResultCode::parameter);
}

TEST(Batch, AnErrorStays) {
    Buffer rows = from_hex(vectors::old_batch_rows);
    rows.data()[5 + 24] = 0x20;
    Batch batch(rows.bytes());
    Result<BatchReader> reader = BatchReader::open(batch.request.fields);
    ASSERT_TRUE(reader);
    for (int i = 0; i < 3; i++) EXPECT_FALSE(reader->next());
}

// What a row of each type must look like: the bits say which attributes follow.
TEST(Batch, RowTypes) {
    for (int type = 0; type < 256; type++) {
        bool known = type == 0 || ((type & batch_row::info) && !(type & 0xe1));
        if (type == batch_row::repeat) continue;
        Buffer rows = from_hex("000000020d");
        rows.append_be<uint32_t>(5);
        rows.append(from_hex(vectors::digest_k1).bytes());
        rows.append_byte(static_cast<uint8_t>(type));
        rows.append_byte(0x21);
        if (type & batch_row::info) rows.append(from_hex("8410").bytes());
        if (type & batch_row::info4) rows.append_byte(0x60);
        if (type & batch_row::generation) rows.append_be<uint16_t>(0x1234);
        if (type & batch_row::ttl) rows.append_be<uint32_t>(0xfffffffe);
        rows.append(from_hex("00010001"
                             "0000000500"
                             "74657374"
                             "00000005"
                             "01000001"
                             "61")
                        .bytes());
        rows.append_be<uint32_t>(9);
        rows.append(from_hex(vectors::digest_1).bytes());
        rows.append_byte(batch_row::repeat);
        ASSERT_EQ(check(rows.bytes()), known ? ResultCode::ok : ResultCode::parameter) << type;
        if (!known) continue;
        Batch batch(rows.bytes());
        BatchReader reader = BatchReader::open(batch.request.fields).value();
        const BatchRow* row = reader.next().value();
        EXPECT_EQ(row->info1, 0x21);
        EXPECT_EQ(row->info2, type & batch_row::info ? 0x84 : 0);
        EXPECT_EQ(row->info3, type & batch_row::info ? 0x10 : 0);
        EXPECT_EQ(row->info4, type & batch_row::info4 ? 0x60 : 0);
        EXPECT_EQ(row->generation, type & batch_row::generation ? 0x1234u : 0);
        EXPECT_EQ(row->record_ttl, type & batch_row::ttl ? 0xfffffffeu : 0);
        EXPECT_EQ(row->old_form, type == 0);
        EXPECT_EQ(row->fields.namespace_name(), "test");
        EXPECT_EQ((*row->ops.begin()).name, "a");
        row = reader.next().value();
        EXPECT_EQ(row->index, 9u);
        EXPECT_TRUE(row->repeat);
        EXPECT_EQ(row->info1, 0x21);
        EXPECT_EQ((*row->ops.begin()).name, "a");
    }
}

}  // namespace
}  // namespace winnow
