#include "server/info/info_testing.h"

namespace winnow {
namespace {

std::string lut(uint64_t ms) {
    return ";lut=" + std::to_string(ms * 1'000'000);
}

TEST_F(InfoTest, TruncateRemovesWhatThereIs) {
    put("test", "a", 1, 1);
    put("test", "b", 2, 1);
    EXPECT_EQ(ask("truncate:namespace=test;set=a"), "ok");
    EXPECT_EQ(live("test", 3), 1u);
    put("test", "a", 1, 1);
    EXPECT_EQ(live("test", 3), 2u) << "written after the truncate, in the same millisecond";
    EXPECT_EQ(ask("truncate-namespace:namespace=test"), "ok");
    EXPECT_EQ(live("test", 3), 0u);
    executor_.run_until_idle();
    EXPECT_EQ(value_of(ask("namespace/test"), "objects"), "0");
    // Not the one whose place was taken by a later write.
    EXPECT_EQ(value_of(ask("namespace/test"), "truncated_records"), "2");
}

TEST_F(InfoTest, TruncateKeepsWhatIsYoungerThanItsTime) {
    uint64_t start = clock_.now_ms();
    for (int64_t key = 0; key < 5; key++) {
        put("test", "a", key, 1);
        clock_.advance_ms(100);
    }
    EXPECT_EQ(ask("truncate:namespace=test;set=a" + lut(start + 200)), "ok");
    EXPECT_EQ(live("test", 5), 3u) << "that of the very time stays";
    EXPECT_EQ(value_of(ask("sets/test/a"), "truncate_lut", ':'),
              std::to_string(start + 199 - record_epoch_seconds * 1000));
    EXPECT_EQ(ask("truncate-namespace:namespace=test" + lut(start + 201)), "ok");
    EXPECT_EQ(live("test", 5), 2u);
    // A client whose clock is a little ahead means now.
    EXPECT_EQ(ask("truncate-namespace:namespace=test" + lut(clock_.now_ms() + 4)), "ok");
    EXPECT_EQ(live("test", 5), 0u);
}

TEST_F(InfoTest, TruncateRefusesTimesAndMissingNames) {
    put("test", "a", 1, 1);
    for (std::string_view head :
         {"truncate:namespace=test;set=a", "truncate-namespace:namespace=test"}) {
        std::string command(head);
        EXPECT_EQ(ask(command + ";lut=99999999999999999999"),
                  "ERROR:4:would truncate in the future");
        EXPECT_EQ(ask(command + lut(clock_.now_ms() + 1000)),
                  "ERROR:4:would truncate in the future");
        EXPECT_EQ(ask(command + ";lut=1"), "ERROR:4:would truncate to 0");
        EXPECT_EQ(ask(command + ";lut=0"), "ERROR:4:would truncate to 0");
        EXPECT_EQ(ask(command + ";lut=x"), "ERROR:4:bad lut");
        EXPECT_EQ(ask(command + ";lut="), "ERROR:4:bad lut");
    }
    EXPECT_EQ(ask("truncate:namespace=test"), "ERROR:4:missing 'set'");
    EXPECT_EQ(ask("truncate:namespace=test;set="), "ERROR:4:missing 'set' value");
    EXPECT_EQ(ask("truncate:ns=test;set=a"), "ERROR:20:missing 'namespace'");
    EXPECT_EQ(ask("truncate-namespace:"), "ERROR:20:missing 'namespace'");
    EXPECT_EQ(live("test", 2), 1u);
    EXPECT_EQ(ask("truncate:namespace=zz;set=a"), "ok");
    EXPECT_EQ(ask("truncate:namespace=test;set=nope"), "ok");
    EXPECT_EQ(ask("truncate-undo:namespace=test;set=a"), "ok");
    EXPECT_EQ(ask("truncate-namespace-undo:namespace=test"), "ok");
}

}  // namespace
}  // namespace winnow
