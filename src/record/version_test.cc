#include "record/version.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/random.h"

namespace winnow {
namespace {

struct Owned {
    Version* version;
    ~Owned() { free_version(version); }
};

Digest some_digest() {
    return digest_of("set", int64_t{7});
}

TEST(Version, KeepsWhatItWasBuiltFrom) {
    std::string long_text(300, 'x');
    std::vector<BinView> bins = {{"a", 1, bytes_of("12345678")},
                                 {"", 3, bytes_of("empty name")},
                                 {"fifteen_letters", 3, bytes_of(long_text)},
                                 {"z", 4, {}}};
    Owned owned{build_version({.digest = some_digest(),
                               .generation = 65535,
                               .void_time = 77,
                               .last_update_ms = 1'700'000'000'123,
                               .key = {3, bytes_of("user key")},
                               .bins = bins})};
    const Version& version = *owned.version;
    owned.version->set_lsn(0xabcdef012345);
    EXPECT_EQ(version.lsn(), 0xabcdef012345u);
    EXPECT_EQ(version.generation(), 65535);
    EXPECT_EQ(version.void_time(), 77u);
    EXPECT_EQ(version.last_update_ms(), 1'700'000'000'123u);
    EXPECT_EQ(version.digest(), some_digest());
    ASSERT_TRUE(version.has_key());
    EXPECT_EQ(version.key().particle, 3);
    EXPECT_EQ(text_of(version.key().value), "user key");
    ASSERT_EQ(version.bin_count(), 4u);
    for (uint32_t i = 0; i < 4; i++) {
        EXPECT_EQ(version.bin(i).name, bins[i].name);
        EXPECT_EQ(version.bin(i).particle, bins[i].particle);
        EXPECT_TRUE(same_bytes(version.bin(i).value, bins[i].value));
        EXPECT_EQ(version.find_bin(bins[i].name), static_cast<int>(i));
    }
    EXPECT_EQ(version.find_bin("b"), Version::none);
    EXPECT_EQ(text_of(version.bin_record(0)), "\1a12345678");
    EXPECT_TRUE(is_valid_version(version.bytes()));
}

TEST(Version, FindsEveryOneOfManyBins) {
    std::vector<std::string> names;
    for (int i = 0; i < 1000; i++) names.push_back("bin" + std::to_string(i));
    std::vector<BinView> bins;
    for (const std::string& name : names) bins.push_back({name, 1, bytes_of("12345678")});
    Owned owned{build_version({.digest = some_digest(), .key = {}, .bins = bins})};
    for (int i = 0; i < 1000; i++) EXPECT_EQ(owned.version->find_bin(names[i]), i);
    EXPECT_EQ(owned.version->find_bin("bin1000"), Version::none);
}

TEST(Version, OffsetsGrowWideAbove64KiB) {
    std::string large(70000, 'v');
    std::vector<BinView> bins = {{"l", 4, bytes_of(large)}, {"s", 3, bytes_of("small")}};
    Owned owned{build_version({.digest = some_digest(), .key = {}, .bins = bins})};
    EXPECT_EQ(text_of(owned.version->bin(1).value), "small");
    EXPECT_EQ(owned.version->bin(0).value.size(), 70000u);
    EXPECT_TRUE(is_valid_version(owned.version->bytes()));
}

TEST(Version, BenchmarkRecordTakesLessThan96Bytes) {
    std::vector<BinView> bins = {{"a", 1, bytes_of("12345678")},
                                 {"g", 1, bytes_of("12345678")},
                                 {"s", 3, bytes_of("sixteen letters!")}};
    EXPECT_LE(version_size({.digest = {}, .key = {}, .bins = bins}), 96u);
}

TEST(Version, DamagedBytesAreRefusedOrHarmless) {
    std::vector<BinView> bins = {{"a", 1, bytes_of("12345678")}, {"str", 3, bytes_of("text")}};
    Owned owned{
        build_version({.digest = some_digest(), .key = {1, bytes_of("87654321")}, .bins = bins})};
    Bytes whole = owned.version->bytes();
    for (size_t cut = 0; cut < whole.size(); cut++)
        EXPECT_FALSE(is_valid_version(whole.first(cut)));
    Random random(1);
    for (int round = 0; round < 20000; round++) {
        std::vector<uint8_t> damaged(whole.begin(), whole.end());
        for (int i = 0; i < 3; i++)
            damaged[random.below(damaged.size())] = static_cast<uint8_t>(random.next());
        if (!is_valid_version(damaged)) continue;
        const auto& version = *reinterpret_cast<const Version*>(damaged.data());
        size_t total = 0;
        for (uint32_t i = 0; i < version.bin_count(); i++) total += version.bin(i).value.size();
        EXPECT_LT(total, damaged.size());
        version.find_bin("str");
        EXPECT_LT(version.key().value.size(), damaged.size());
    }
}

}  // namespace
}  // namespace winnow
