#include "client/value.h"

#include <gtest/gtest.h>

#include "base/clock.h"
#include "client/key.h"
#include "client/record.h"
#include "protocol/wire_vectors.h"

namespace winnow::client {
namespace {

TEST(Value, NumbersAndTextsTakeTheirParticle) {
    EXPECT_EQ(ValueView(5).integer(), 5);
    EXPECT_EQ(ValueView(-1).integer(), -1);
    EXPECT_EQ(ValueView(uint8_t{200}).integer(), 200);
    EXPECT_EQ(ValueView(5).bytes().size(), 8u);
    EXPECT_EQ(ValueView(1.5).float64(), 1.5);
    EXPECT_EQ(ValueView(true).boolean(), true);
    EXPECT_EQ(ValueView("text").string(), "text");
    EXPECT_EQ(ValueView("text").integer(), std::nullopt);
    EXPECT_EQ(ValueView(5).string(), std::nullopt);
    EXPECT_TRUE(ValueView().is_nil());
    EXPECT_FALSE(ValueView(1) == ValueView(true));
}

TEST(Value, NarrowIntegersOfOtherServersAreRead) {
    uint8_t byte = 0xff;
    EXPECT_EQ(ValueView(Particle::integer, Bytes(&byte, 1)).integer(), 255);
}

TEST(Value, OwnedOnesOutliveTheirSource) {
    Value value;
    {
        std::string text(100, 'x');
        value = Value(ValueView(text));
    }
    EXPECT_EQ(value.view().string(), std::string(100, 'x'));
    EXPECT_EQ(value, Value(ValueView(std::string(100, 'x'))));
    EXPECT_EQ(Value(ValueView(7)).view().integer(), 7);
}

TEST(Value, GeojsonHasAHeadOfFlagsAndCells) {
    Value geo = Value::geojson("{}");
    EXPECT_EQ(vectors::to_hex(geo.view().bytes()), "0000007b7d");
    EXPECT_EQ(geo.view().geojson(), "{}");
}

TEST(Value, TextsAreReadAndPrinted) {
    Result<Value> list = Value::parse("[1, \"a\", 2.5]");
    ASSERT_TRUE(list);
    EXPECT_EQ(list->particle(), Particle::list);
    EXPECT_EQ(list->text(), "[1, \"a\", 2.5]");
    EXPECT_FALSE(Value::parse("[1,"));
}

TEST(Key, DigestsAreThoseOfTheWire) {
    EXPECT_EQ(Key::of("test", "demo", "k1").digest,
              vectors::digest("b747f5854d0b33259928d0cfab7fad81d6abfbf6"));
    EXPECT_EQ(Key::of("test", "demo", 1).digest,
              vectors::digest("b7f4b83889e2da67de683e1df6919a1eacc446c8"));
    EXPECT_EQ(Key::of("test", "demo", ValueView(1.5))->digest,
              vectors::digest("10c03b48ac9b3ad8020721c4ef63d5e84485edce"));
    EXPECT_FALSE(Key::of("test", "demo", ValueView(true)));
    EXPECT_FALSE(Key::of("test", "demo", ValueView()));
}

TEST(Record, OwnsWhatItDecodes) {
    Record record;
    {
        Buffer frame = vectors::from_hex(vectors::get_reply);
        ASSERT_TRUE(record.assign(vectors::body_of(frame)));
    }
    Record moved = std::move(record);
    EXPECT_EQ(moved.generation(), 1u);
    EXPECT_EQ(moved.size(), 2u);
    EXPECT_EQ(moved.find("a")->integer(), 1);
    EXPECT_EQ(moved.find("b")->string(), "x");
    EXPECT_FALSE(moved.find("c"));
}

TEST(Record, RefusesWhatIsNoMessage) {
    Record record;
    EXPECT_FALSE(record.assign({}));
    Buffer frame = vectors::from_hex(vectors::get_reply);
    EXPECT_FALSE(record.assign(vectors::body_of(frame).first(30)));
}

TEST(Record, RemainingSecondsCountFromTheEpochOfRecords) {
    uint64_t now_ms = (record_epoch_seconds + 1000) * 1000;
    EXPECT_EQ(remaining_seconds(0, now_ms), -1);
    EXPECT_EQ(remaining_seconds(1060, now_ms), 60);
    EXPECT_EQ(remaining_seconds(10, now_ms), 1);  // a server's clock may be behind
}

}  // namespace
}  // namespace winnow::client
