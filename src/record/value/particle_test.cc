#include "record/value/particle.h"

#include <gtest/gtest.h>

#include <vector>

#include "record/value/hex_bytes.h"

namespace winnow {
namespace {

ResultCode code_of(uint8_t type, std::string_view hex) {
    auto checked = check_particle(type, test::Hex(hex).bytes());
    return checked ? ResultCode::ok : checked.error().code;
}

TEST(Particle, KnowsTheTypesOfTheWire) {
    std::vector<int> known;
    for (int type = 0; type < 256; type++)
        if (is_particle_type(static_cast<uint8_t>(type))) known.push_back(type);
    EXPECT_EQ(known,
              (std::vector<int>{0, 1, 2, 3, 4, 7, 8, 9, 10, 11, 12, 16, 17, 18, 19, 20, 23}));
    EXPECT_EQ(particle_text(23), "geo");
    EXPECT_EQ(particle_text(5), "");
    EXPECT_FALSE(is_storable(0));
    EXPECT_FALSE(is_storable(22));
    EXPECT_TRUE(is_storable(16));
}

TEST(Particle, BlobsAreOneFamily) {
    std::vector<int> blobs;
    for (int type = 0; type < 256; type++)
        if (is_blob(static_cast<Particle>(type))) blobs.push_back(type);
    EXPECT_EQ(blobs, (std::vector<int>{4, 7, 8, 9, 10, 11, 12}));
}

TEST(Particle, ChecksWhatAClientWrites) {
    struct Case {
        uint8_t type;
        const char* hex;
        ResultCode code;
    };
    constexpr auto ok = ResultCode::ok, parameter = ResultCode::parameter;
    constexpr auto invalid_geojson = ResultCode::invalid_geojson;
    // As golden kv-00001 to kv-00217 answer.
    const Case cases[] = {
        {0, "", ok},
        {0, "78", ok},
        {1, "", parameter},
        {1, "ff", ok},
        {1, "0102", ok},
        {1, "010203", parameter},
        {1, "ffffffff", ok},
        {1, "0000000000", parameter},
        {1, "00000000000000", parameter},
        {1, "0000000000000000", ok},
        {1, "000000000000000000", parameter},
        {2, "", parameter},
        {2, "3fc00000", parameter},
        {2, "7ff0000000000001", ok},
        {2, "000000000000000000", parameter},
        {3, "", ok},
        {3, "fffe0080", ok},
        {4, "", ok},
        {5, "0000000000000000", parameter},
        {6, "7878", parameter},
        {7, "6a", ok},
        {12, "65726c", ok},
        {13, "78", parameter},
        {15, "78", parameter},
        {16, "78", ok},
        {17, "", parameter},
        {17, "00", ok},
        {17, "01", ok},
        {17, "02", parameter},
        {17, "0000", parameter},
        {22, "78", parameter},
        {24, "78", parameter},
        {100, "78", parameter},
        {255, "78", parameter},
        {23, "", invalid_geojson},
        {23, "0000", invalid_geojson},
        {23, "000001", invalid_geojson},
        {23, "0000097b2274797065223a22506f696e7422", invalid_geojson},
        {23, "0000007b7d", ok},
        {23, "000001110000000000000a7b7d", ok},
    };
    for (const Case& each : cases)
        EXPECT_EQ(code_of(each.type, each.hex), each.code) << int{each.type} << " " << each.hex;
}

TEST(Particle, ChecksTheSizeOfASketch) {
    constexpr auto ok = ResultCode::ok, parameter = ResultCode::parameter;
    std::string registers = "001008000002000002001000";  // 16 of 6 bits
    EXPECT_EQ(code_of(18, "0004000000000000000000" + registers), ok);
    EXPECT_EQ(code_of(18, "0004000000000000000000" + registers + "00"), parameter);
    EXPECT_EQ(code_of(18, "0004000000000000000000" + registers.substr(2)), parameter);
    EXPECT_EQ(code_of(18, "0003000000000000000000" + registers), parameter);
    EXPECT_EQ(code_of(18, "0011000000000000000000" + registers), parameter);
    EXPECT_EQ(code_of(18, "0004030000000000000000" + registers), parameter);
    EXPECT_EQ(code_of(18, "0004340000000000000000" + registers), parameter);
    EXPECT_EQ(code_of(18, "0104000000000000000000" + registers), parameter);
    EXPECT_EQ(code_of(18, "00"), parameter);
    EXPECT_EQ(code_of(18, "0005040000000000000000" + std::string(80, 'f')), ok);
    EXPECT_EQ(code_of(18, "000433ffffffffffffffff" + std::string(2 * 16 * 57 / 8, '0')), ok);
}

TEST(Particle, NarrowIntegersAreUnsigned) {
    EXPECT_EQ(particle_integer(test::Hex("ff").bytes()), 255u);
    EXPECT_EQ(particle_integer(test::Hex("0102").bytes()), 0x102u);
    EXPECT_EQ(particle_integer(test::Hex("ffffffff").bytes()), 0xffff'ffffu);
    EXPECT_EQ(particle_integer(test::Hex("fffffffffffffffe").bytes()), ~uint64_t{1});
    EXPECT_EQ(particle_integer(test::Hex("010203").bytes()), 0u);
}

TEST(Particle, FindsTheTextOfGeojson) {
    EXPECT_EQ(text_of(geojson_text(test::Hex("0000007b7d").bytes())), "{}");
    EXPECT_EQ(text_of(geojson_text(test::Hex("000001110000000000000a7b7d").bytes())), "{}");
    EXPECT_TRUE(geojson_text(test::Hex("0000017b7d").bytes()).empty());
}

}  // namespace
}  // namespace winnow
