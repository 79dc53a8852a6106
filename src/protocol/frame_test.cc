#include "protocol/frame.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <string>

#include "base/random.h"
#include "protocol/request.h"
#include "protocol/wire_vectors.h"

namespace winnow {
namespace {

using vectors::from_hex;
using vectors::to_hex;

Result<FrameHeader> header_of(std::string_view hex) {
    Buffer head = from_hex(hex);
    return decode_frame_header(head.bytes());
}

TEST(Frame, HeaderIsVersionTypeAndSize) {
    Result<FrameHeader> header = header_of("020300000000005c");
    ASSERT_TRUE(header);
    EXPECT_EQ(header->type, FrameType::message);
    EXPECT_EQ(header->size, 0x5cu);
    uint8_t stored[frame_header_size];
    store_frame_header(stored, FrameType::info, 0x0123'4567'89ab);
    EXPECT_EQ(to_hex(stored), "02010123456789ab");
}

TEST(Frame, RefusesOtherVersionsTypesAndSizes) {
    for (const char* head :
         {"0003000000000016", "0103000000000016", "ff03000000000016", "0200000000000016",
          "0205000000000016", "0206000000000016", "02ff000000000016", "0203000008000001",
          "0203800000000000", "0203ffffffffffff", "0201000100000000", "485454502f312e31"})
        EXPECT_FALSE(header_of(head)) << head;
    EXPECT_TRUE(header_of("0203000008000000"));  // 128 MiB
    EXPECT_TRUE(header_of("0204000000000000"));
    Buffer head = from_hex("0203000000000065");
    EXPECT_TRUE(decode_frame_header(head.bytes(), 101));
    EXPECT_FALSE(decode_frame_header(head.bytes(), 100));
}

TEST(Frame, InflatesTheReferenceFrame) {
    Buffer frame = from_hex(vectors::compressed_get), out;
    out.append("before");
    EXPECT_EQ(inflated_size(vectors::body_of(frame)), 73u);
    Result<Bytes> body = inflate_frame(vectors::body_of(frame), out);
    ASSERT_TRUE(body);
    Buffer get = from_hex(vectors::get);
    EXPECT_EQ(to_hex(*body), to_hex(vectors::body_of(get)));
    EXPECT_EQ(out.size(), 6 + get.size());
}

// A body of a compressed frame that claims `size` and holds `inner` compressed.
Buffer compressed_body(uint64_t size, Bytes inner, int window_bits = 15) {
    Buffer body;
    body.append_be(size);
    z_stream stream{};
    EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
    stream.next_in = const_cast<uint8_t*>(inner.data());
    stream.avail_in = static_cast<uInt>(inner.size());
    size_t room = inner.size() + 100;
    stream.next_out = body.reserve(room);
    stream.avail_out = static_cast<uInt>(room);
    EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
    body.commit(room - stream.avail_out);
    deflateEnd(&stream);
    return body;
}

void expect_refused(const Buffer& body, const char* what) {
    Buffer out;
    out.append("before");
    Result<Bytes> inflated = inflate_frame(body.bytes(), out);
    ASSERT_FALSE(inflated) << what;
    EXPECT_EQ(inflated.error().code, ResultCode::parameter) << what;
    EXPECT_EQ(out.size(), 6u) << what;
}

TEST(Frame, RefusesDamagedCompressedFrames) {
    Buffer get = from_hex(vectors::get);
    Bytes inner = get.bytes();
    EXPECT_TRUE([&] {
        Buffer out;
        return inflate_frame(compressed_body(73, inner).bytes(), out).has_value();
    }());
    expect_refused(compressed_body(72, inner), "size too small");
    expect_refused(compressed_body(74, inner), "size too large");
    expect_refused(compressed_body(0, inner), "size zero");
    expect_refused(compressed_body(uint64_t{1} << 40, inner), "huge size");
    expect_refused(compressed_body(uint64_t{1} << 63, inner), "size 2^63");
    expect_refused(compressed_body(UINT64_MAX, inner), "size 2^64 - 1");
    expect_refused(compressed_body(73, inner, 15 + 16), "gzip");
    expect_refused(from_hex("0000000000000049"), "no data");
    expect_refused(from_hex("00000000000000476761726261676521"), "garbage");
    expect_refused(from_hex("00000000000000"), "7 bytes");
    expect_refused(Buffer(), "empty");
    expect_refused(compressed_body(4, inner.first(4)), "4 inner bytes");
    Buffer trailing = compressed_body(73, inner);
    trailing.append_byte(0);
    expect_refused(trailing, "trailing data");
    for (size_t size = 8; size < compressed_body(73, inner).size(); size++) {
        Buffer cut = compressed_body(73, inner);
        cut.truncate(size);
        expect_refused(cut, "cut");
    }
    for (auto [at, value] : {std::pair{1, 1}, {1, 4}, {0, 1}, {7, 0x40}, {7, 0x42}}) {
        Buffer other = from_hex(vectors::get);
        other.data()[at] = static_cast<uint8_t>(value);
        expect_refused(compressed_body(73, other.bytes()), "inner header");
    }
}

TEST(Frame, InflatedSizeIsLimited) {
    Buffer big;
    store_frame_header(big.extend(frame_header_size), FrameType::message, 4 << 20);
    std::memset(big.extend(4 << 20), 0, 4 << 20);
    Buffer body = compressed_body(big.size(), big.bytes());
    EXPECT_LT(body.size(), 5000u);
    Buffer out;
    EXPECT_TRUE(inflate_frame(body.bytes(), out, 4 << 20));
    EXPECT_FALSE(inflate_frame(body.bytes(), out, (4 << 20) - 1));
}

TEST(Frame, DeflatesWhatGetsSmaller) {
    Buffer out;
    out.append("before");
    size_t start = begin_frame(out);
    std::string text(5000, 'x');
    out.append(text);
    end_frame(out, start, FrameType::message);
    ASSERT_TRUE(deflate_frame(out, start));
    EXPECT_LT(out.size(), 200u);
    EXPECT_EQ(text_of(out.bytes().first(6)), "before");

    Bytes frame = out.bytes().subspan(start);
    Result<FrameHeader> header = decode_frame_header(frame);
    ASSERT_TRUE(header);
    EXPECT_EQ(header->type, FrameType::compressed);
    ASSERT_EQ(header->size, frame.size() - frame_header_size);
    Buffer inflated;
    Result<Bytes> body = inflate_frame(frame.subspan(frame_header_size), inflated);
    ASSERT_TRUE(body);
    EXPECT_EQ(text_of(*body), text);
}

TEST(Frame, LeavesAloneWhatDoesNotGetSmaller) {
    Random random(7);
    for (size_t size : {0, 1, 8, 9, 16, 40, 1000, 100000}) {
        Buffer out;
        size_t start = begin_frame(out);
        for (size_t i = 0; i < size; i++) out.append_byte(static_cast<uint8_t>(random.next()));
        end_frame(out, start, FrameType::message);
        std::string before = to_hex(out.bytes());
        EXPECT_FALSE(deflate_frame(out, start)) << size;
        EXPECT_EQ(to_hex(out.bytes()), before);
    }
}

TEST(Frame, RoundTripsThroughCompression) {
    Random random(11);
    for (int round = 0; round < 200; round++) {
        Buffer out;
        size_t start = begin_frame(out);
        size_t size = 64 + random.below(20000);
        for (size_t i = 0; i < size; i++)
            out.append_byte(static_cast<uint8_t>(random.below(1 + random.below(20))));
        end_frame(out, start, FrameType::message);
        Buffer plain;
        plain.append(out.bytes());
        if (!deflate_frame(out, start)) continue;
        Buffer inflated;
        Result<Bytes> body = inflate_frame(out.bytes().subspan(frame_header_size), inflated);
        ASSERT_TRUE(body);
        EXPECT_TRUE(same_bytes(inflated.bytes(), plain.bytes()));
    }
}

TEST(Constants, NamesComeFromTheTables) {
    EXPECT_EQ(info1_name(info1::batch), "batch");
    EXPECT_EQ(info2_name(0x02), "remove");
    EXPECT_EQ(info3_name(0x04), "partition_done");
    EXPECT_EQ(info4_name(0x60), "error_verbosity");
    EXPECT_EQ(info1_name(3), "unknown");
    EXPECT_EQ(field_name(FieldId::index_range), "index_range");
    EXPECT_EQ(field_name(static_cast<FieldId>(14)), "unknown");
    EXPECT_EQ(frame_type_name(FrameType::admin), "admin");
}

}  // namespace
}  // namespace winnow
