#include "server/latency.h"

#include "server/info/info_testing.h"

namespace winnow {
namespace {

constexpr uint64_t ms = 1'000'000;

TEST(LatencyHistogram, BucketsEndAtWholeMilliseconds) {
    EXPECT_EQ(LatencyHistogram::bucket_of(0), 0u);
    EXPECT_EQ(LatencyHistogram::bucket_of(976), 0u);
    EXPECT_EQ(LatencyHistogram::bucket_of(977), 1u);
    for (size_t i = 0; i < 17; i++) {
        uint64_t bound = ms << i;
        EXPECT_EQ(LatencyHistogram::bucket_of(bound), LatencyHistogram::bucket_of_ms(i)) << i;
        EXPECT_EQ(LatencyHistogram::bucket_of(bound - 1), LatencyHistogram::bucket_of_ms(i) - 1);
    }
    EXPECT_EQ(LatencyHistogram::bucket_of_ms(16), LatencyHistogram::bucket_count - 1);
    EXPECT_EQ(LatencyHistogram::bucket_of(UINT64_MAX), LatencyHistogram::bucket_count - 1);
}

TEST(LatencyHistogram, AWindowEndsWhenSomeoneAsksAfterIt) {
    LatencyHistogram histogram;
    constexpr uint64_t second = 1000 * ms;
    histogram.begin(100 * second);
    histogram.record(1);
    auto recent = histogram.recent(104 * second);
    EXPECT_EQ(recent.total, 1u);
    EXPECT_EQ(recent.seconds, 4.0);
    histogram.record(1);
    recent = histogram.recent(112 * second);  // ends the first window
    EXPECT_EQ(recent.total, 2u);
    EXPECT_EQ(recent.seconds, 12.0);
    histogram.record(1);
    recent = histogram.recent(115 * second);
    EXPECT_EQ(recent.total, 3u) << "from the start of the window before the present one";
    recent = histogram.recent(122 * second);
    EXPECT_EQ(recent.total, 1u);
    EXPECT_EQ(recent.seconds, 10.0);
    recent = histogram.recent(132 * second);
    EXPECT_EQ(recent.total, 0u);
}

TEST_F(InfoTest, LatenciesShowRateAndShares) {
    const Namespace& ns = **database_.find("test");
    EXPECT_EQ(ask("latencies:hist={test}-read"), "{test}-read:");
    for (int i = 0; i < 15; i++) context_.latencies.record(ns, LatencyKind::read, ms / 2);
    for (int i = 0; i < 4; i++) context_.latencies.record(ns, LatencyKind::read, 3 * ms);
    context_.latencies.record(ns, LatencyKind::read, 100'000 * ms);
    clock_.advance_ms(5000);
    EXPECT_EQ(ask("latencies:hist={test}-read"),
              "{test}-read:msec,4.0,25.00,25.00,5.00,5.00,5.00,5.00,5.00,5.00,5.00,5.00,5.00,"
              "5.00,5.00,5.00,5.00,5.00,5.00");
    std::string all = ask("latencies:");
    EXPECT_TRUE(all.starts_with("batch-index:;{test}-read:msec,4.0,")) << all;
    EXPECT_TRUE(
        all.ends_with("{bar}-read:;{bar}-write:;{bar}-udf:;{bar}-pi-query:;{bar}-si-query:"))
        << all;
    EXPECT_EQ(ask("latencies"), all);
    EXPECT_EQ(ask("latencies:hist=zz"), "ERROR:4:bad hist name");
    context_.latencies.record_batch(ms);
    EXPECT_TRUE(ask("latencies:hist=batch-index").starts_with("batch-index:msec,0.2,100.00,0.00,"));
}

TEST_F(InfoTest, HistogramsOfRecordsAreEmpty) {
    EXPECT_EQ(ask("histogram:namespace=test;type=ttl"), "");
    EXPECT_EQ(ask("histogram:namespace=zz;type=ttl"), "ERROR:20:namespace not found on node");
    EXPECT_EQ(ask("histogram:namespace=test;type=x"), "ERROR:4:bad type");
    EXPECT_EQ(ask("histogram:namespace=test"), "ERROR:4:missing 'type'");
}

}  // namespace
}  // namespace winnow
