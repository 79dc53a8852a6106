#include "record/key/digest.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <string>

namespace winnow {
namespace {

std::string hex(const Digest& digest) {
    std::string text;
    for (uint8_t byte : digest.bytes) text += fmt::format("{:02x}", byte);
    return text;
}

TEST(Digest, MatchesTheVectorsOfTheWireReference) {
    EXPECT_EQ(hex(digest_of("demo", "k1")), "b747f5854d0b33259928d0cfab7fad81d6abfbf6");
    EXPECT_EQ(hex(digest_of("", "k1")), "50149955959c2fef0a83613ae80c78bb9c96b269");
    EXPECT_EQ(hex(digest_of("demo", int64_t{1})), "b7f4b83889e2da67de683e1df6919a1eacc446c8");
    EXPECT_EQ(hex(digest_of("demo", int64_t{-1})), "e9d49a24c3debdc5a6d551d3e7087999a263bb97");
    uint8_t half_of_three[8];
    store_be(half_of_three, std::bit_cast<uint64_t>(1.5));
    EXPECT_EQ(hex(digest_of("demo", 2, half_of_three)), "10c03b48ac9b3ad8020721c4ef63d5e84485edce");
    const uint8_t blob[] = {1, 2};
    EXPECT_EQ(hex(digest_of("demo", 4, blob)), "41721215fd2e56087e4f962047729a972784f317");
}

TEST(Digest, PartitionOfTheVectors) {
    EXPECT_EQ(digest_of("demo", "k1").partition(), 1975u);
    EXPECT_EQ(digest_of("", "k1").partition(), 1104u);
    EXPECT_EQ(digest_of("demo", int64_t{-1}).partition(), 1257u);
}

TEST(Digest, OrderKeyIsTheBitsAfterThePartition) {
    Digest digest;
    for (size_t i = 0; i < digest_size; i++)
        digest.bytes[i] = static_cast<uint8_t>(0x1f + 0x11 * i);
    // bytes 1f 30 41 52 63 74: the partition takes 1f and the low half of 30.
    EXPECT_EQ(digest.partition(), 0x01fu);
    EXPECT_EQ(digest.order_key(), 0x34152637u);
    digest.bytes[1] = 0x4f;
    EXPECT_EQ(digest.partition(), 0xf1fu);
    EXPECT_EQ(digest.order_key(), 0x44152637u);
}

}  // namespace
}  // namespace winnow
