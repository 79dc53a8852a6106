#include "server/info/info_testing.h"

namespace winnow {
namespace {

constexpr std::string_view invalid = "ERROR:4:invalid set-config parameter";

TEST_F(InfoTest, ConfigComesByContext) {
    std::string service = ask("get-config:context=service");
    EXPECT_EQ(value_of(service, "batch-max-requests"), "0");
    EXPECT_EQ(value_of(service, "query-max"), "1000");
    EXPECT_TRUE(ask("get-config:").starts_with(service));
    EXPECT_EQ(ask("get-config"), ask("get-config:"));
    std::string ns = ask("get-config:context=namespace;id=test");
    EXPECT_EQ(ask("get-config:context=namespace;namespace=test"), ns);
    EXPECT_EQ(value_of(ns, "default-ttl"), "0");
    EXPECT_EQ(value_of(ns, "replication-factor"), "1");
    EXPECT_EQ(ask("get-config:context=zz"), "ERROR:4:invalid context");
    EXPECT_EQ(ask("get-config:context=namespace"), "ERROR:20:missing 'namespace'");
    EXPECT_EQ(ask("get-config:context=namespace;id=zz"), "ERROR:20:namespace not found on node");
}

TEST_F(InfoTest, SetConfigChangesWhatCommandsRead) {
    NamespaceSettings& settings = (*database_.find("test"))->settings();
    EXPECT_EQ(ask("set-config:context=namespace;id=test;default-ttl=2d"), "ok");
    EXPECT_EQ(settings.default_ttl.load(), 172'800u);
    EXPECT_EQ(ask("set-config:context=namespace;namespace=test;max-record-size=1M"), "ok");
    EXPECT_EQ(settings.record_size_max.load(), size_t{1} << 20);
    EXPECT_EQ(ask("set-config:context=namespace;id=test;nsup-period=10;data-size=2g"), "ok");
    EXPECT_EQ(settings.expiry_period_seconds.load(), 10u);
    EXPECT_EQ(settings.memory_limit.load(), size_t{2} << 30);
    std::string shown = ask("get-config:context=namespace;id=test");
    EXPECT_EQ(value_of(shown, "default-ttl"), "172800");
    EXPECT_EQ(value_of(shown, "memory-size"), "2147483648");
    EXPECT_EQ(value_of(shown, "storage-engine.data-size"), "2147483648");
    EXPECT_EQ((*database_.find("bar"))->settings().default_ttl.load(), 0u);

    EXPECT_EQ(ask("set-config:context=service;batch-max-requests=5000"), "ok");
    EXPECT_EQ(context_.settings.batch_max_requests.load(), 5000u);
}

TEST_F(InfoTest, SetConfigRefusesWhatItCannotDo) {
    EXPECT_EQ(ask("set-config:"), "ERROR:4:missing 'context'");
    EXPECT_EQ(ask("set-config:context=zz;a=1"), "ERROR:4:invalid context");
    EXPECT_EQ(ask("set-config:context=namespace;default-ttl=1"), "ERROR:20:missing 'namespace'");
    EXPECT_EQ(ask("set-config:context=network;x=1"), invalid);
    for (std::string_view change :
         {"", "nope=1", "default-ttl", "default-ttl=", "default-ttl=x", "default-ttl=-1",
          "default-ttl=1k", "default-ttl=99999999999999999999", "default-ttl=315360001",
          "default-ttl=300000000000000000d", "max-record-size=1023", "max-record-size=128M",
          "default-ttl=1;nope=1", "default-ttl=1;max-record-size=x"})
        EXPECT_EQ(ask("set-config:context=namespace;id=test;" + std::string(change)), invalid)
            << change;
    EXPECT_EQ((*database_.find("test"))->settings().default_ttl.load(), 0u) << "all or nothing";
    // Sets have no settings: the namespace's must not change in their place.
    EXPECT_EQ(ask("set-config:context=namespace;id=test;set=s;default-ttl=5"), invalid);
    EXPECT_EQ(ask("set-config:context=namespace;id=test;default-ttl=5;set=s"), invalid);
    EXPECT_EQ((*database_.find("test"))->settings().default_ttl.load(), 0u);
    EXPECT_EQ(ask("set-config:context=service;proto-fd-max=x"), invalid);
    EXPECT_EQ(ask("set-config:context=service;proto-fd-max=0"), invalid);
}

}  // namespace
}  // namespace winnow
