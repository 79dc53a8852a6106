#include "protocol/base64.h"

#include <gtest/gtest.h>

namespace winnow {
namespace {

TEST(Base64, Vectors) {
    // Those of RFC 4648.
    const std::pair<std::string_view, std::string_view> vectors[] = {{"", ""},
                                                                     {"f", "Zg=="},
                                                                     {"fo", "Zm8="},
                                                                     {"foo", "Zm9v"},
                                                                     {"foob", "Zm9vYg=="},
                                                                     {"fooba", "Zm9vYmE="},
                                                                     {"foobar", "Zm9vYmFy"},
                                                                     {"\xfb\xff", "+/8="}};
    for (const auto& [bytes, text] : vectors) {
        EXPECT_EQ(to_base64(bytes_of(bytes)), text);
        EXPECT_EQ(from_base64(text).value_or("error"), bytes);
    }
}

TEST(Base64, AllBytesComeBack) {
    std::string bytes;
    for (int i = 0; i < 600; i++) {
        EXPECT_EQ(from_base64(to_base64(bytes_of(bytes))).value_or("error"), bytes);
        bytes += static_cast<char>(i * 7);
    }
}

TEST(Base64, RefusesWhatItIsNot) {
    for (std::string_view text : {"Z", "Zg", "Zg=", "Zm9v=", "Z===", "====", "=Zm9", "Zm=v", "Zm 9",
                                  "Zm9\n", "Zm9v!g==", "Zm9-"})
        EXPECT_FALSE(from_base64(text)) << text;
}

}  // namespace
}  // namespace winnow
