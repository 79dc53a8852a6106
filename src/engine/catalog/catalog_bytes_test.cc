#include "engine/catalog/catalog_bytes.h"

#include <gtest/gtest.h>

namespace winnow {
namespace {

std::vector<NamedIndex> some_indexes() {
    auto index = [](const char* name, IndexDefinition definition) {
        return NamedIndex{name, std::make_shared<Index>(std::move(definition), std::nullopt)};
    };
    return {index("age", {.set = "people", .bin = "age"}),
            index("any", {.set = "",
                          .bin = "name",
                          .type = IndexType::string,
                          .collection = CollectionType::map_keys})};
}

TEST(CatalogBytes, WhatIsEncodedComesBack) {
    const auto indexes = some_indexes();
    auto decoded = decode_catalog(encode_catalog(indexes).bytes());
    ASSERT_TRUE(decoded);
    ASSERT_EQ(decoded->size(), 2u);
    for (size_t i = 0; i < 2; i++) {
        EXPECT_EQ((*decoded)[i].name, indexes[i].name);
        EXPECT_EQ((*decoded)[i].definition, indexes[i].index->definition());
    }
    EXPECT_EQ(decode_catalog({})->size(), 0u);
}

// docs/formats/catalog.md shows these bytes.
TEST(CatalogBytes, AreThoseOfTheDocumentation) {
    const auto indexes = some_indexes();
    Buffer bytes = encode_catalog({indexes[0]});
    EXPECT_EQ(text_of(bytes.bytes()), std::string_view("\x01\x01\x11\0\0\0\0\0\x03"
                                                       "age\x06people\x03"
                                                       "age",
                                                       23));
}

// Cut anywhere, or with any bit turned over, it is refused or a catalog, but never read past.
TEST(CatalogBytes, BrokenOnesAreRefused) {
    Buffer whole = encode_catalog(some_indexes());
    size_t cuts_that_decode = 0;
    for (size_t size = 1; size < whole.size(); size++) {
        std::vector<uint8_t> cut(whole.data(), whole.data() + size);
        cuts_that_decode += decode_catalog(cut).has_value();
    }
    EXPECT_EQ(cuts_that_decode, 2u);  // between the parts
    for (size_t bit = 0; bit < whole.size() * 8; bit++) {
        std::vector<uint8_t> bytes(whole.data(), whole.data() + whole.size());
        bytes[bit / 8] ^= static_cast<uint8_t>(1u << bit % 8);
        decode_catalog(bytes);
    }
    const uint8_t unknown_version[] = {2};
    EXPECT_FALSE(decode_catalog(unknown_version));
    const uint8_t unknown_part[] = {1, 9, 0, 0, 0, 0};
    EXPECT_FALSE(decode_catalog(unknown_part));
}

}  // namespace
}  // namespace winnow
