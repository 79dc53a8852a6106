#include "server/held_bytes.h"

#include <gtest/gtest.h>

namespace winnow {
namespace {

TEST(HeldBytes, RefusesBeyondItsLimitAndTakesBackWhatIsGiven) {
    HeldBytes held(100);
    {
        HeldBytes::Share first = held.take(60);
        EXPECT_TRUE(first);
        EXPECT_FALSE(held.take(41));
        EXPECT_EQ(held.now(), 60u);
        HeldBytes::Share moved = std::move(first);
        EXPECT_FALSE(first);
        EXPECT_TRUE(held.take(40));
    }
    EXPECT_EQ(held.now(), 0u);
    EXPECT_FALSE(held.take(101));
    EXPECT_FALSE(held.take(UINT64_MAX));
    EXPECT_EQ(held.now(), 0u);
}

}  // namespace
}  // namespace winnow
