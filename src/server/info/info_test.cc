#include "server/info/info.h"

#include <set>

#include "server/info/info_testing.h"

namespace winnow {
namespace {

TEST_F(InfoTest, AnswersLinesInOrderAndEchoesThem) {
    EXPECT_EQ(ask_body("node\nbuild\n"), "node\tBB9000000000001\nbuild\t8.0.0.15\n");
    EXPECT_EQ(ask_body("build:x"), "build:x\t8.0.0.15\n") << "the last LF may be missing";
    EXPECT_EQ(ask_body("node\nnode\n"), "node\tBB9000000000001\nnode\tBB9000000000001\n");
    EXPECT_EQ(ask_body(""), "\n");
    EXPECT_EQ(ask_body("services\n"), "services\t\n");
    EXPECT_EQ(context_.counters.info_complete.load(), 5u);
}

TEST_F(InfoTest, SaysWhatItDoesNotKnow) {
    for (std::string_view command : {"nonsense", "bins/test", "latency:", "query-list", "dcs",
                                     "dc/x", "masking", "connection", ":", "/"})
        EXPECT_EQ(ask(command), "ERROR:4:unrecognized command") << command;
    for (std::string_view command : {"rack-ids", "racks:", "roster:namespace=test", "feature-key",
                                     "service-tls-std", "revive:namespace=test", "quiesce:"})
        EXPECT_EQ(ask(command), "ERROR:25:enterprise only") << command;
}

TEST_F(InfoTest, SaysWhoItIs) {
    EXPECT_EQ(ask("version"), "Aerospike Community Edition build 8.0.0.15 (Winnow 1.2.3)");
    EXPECT_EQ(ask("cluster-name"), "null");
    context_.identity.cluster_name = "blue";
    EXPECT_EQ(ask("cluster-name"), "blue");
    EXPECT_EQ(ask("service-clear-std"), "10.0.0.1:3000,10.0.0.2:3000");
    EXPECT_EQ(ask("service"), "10.0.0.1:3000;10.0.0.2:3000");
}

// Some clients compare only as many characters as the token has that they are given.
TEST_F(InfoTest, NoFeatureIsTheBeginningOfAnother) {
    std::string features = ask("features") + ";";
    std::set<std::string> tokens;
    for (size_t at = 0; at < features.size();) {
        size_t end = features.find(';', at);
        EXPECT_TRUE(tokens.insert(features.substr(at, end - at)).second);
        at = end + 1;
    }
    EXPECT_EQ(tokens.count("lut-now"), 0u);
    for (const char* wanted : {"pscans", "pquery", "query-show", "batch-any", "peers", "replicas"})
        EXPECT_EQ(tokens.count(wanted), 1u) << wanted;
    // The beginnings that there are belong together: a client that takes `replicas-all` for given
    // when it sees `replicas` is right.
    for (const std::string& token : tokens)
        for (const std::string& other : tokens)
            EXPECT_TRUE(token == "replicas" || token == other || !other.starts_with(token))
                << token << ' ' << other;
}

TEST_F(InfoTest, HoldsAllPartitions) {
    std::string bitmap = std::string(682, '/') + "8=";
    EXPECT_EQ(ask("partitions"), "4096");
    EXPECT_EQ(ask("replicas"), "test:0,1," + bitmap + ";bar:0,1," + bitmap);
    EXPECT_EQ(ask("replicas-all"), "test:1," + bitmap + ";bar:1," + bitmap);
    EXPECT_EQ(ask("replicas-master"), "test:" + bitmap + ";bar:" + bitmap);
    EXPECT_EQ(ask("peers-clear-std"), ask("peers-generation") + ",3000,[]");
}

TEST_F(InfoTest, ClusterStableChecksWhatIsExpected) {
    std::string key = ask("cluster-stable:");
    EXPECT_EQ(key.find_first_not_of("0123456789ABCDEF"), std::string::npos);
    EXPECT_EQ(ask("cluster-stable:size=1;namespace=test;ignore-migrations=true"), key);
    EXPECT_EQ(value_of(ask("statistics"), "cluster_key"), key);
    EXPECT_EQ(ask("cluster-stable:size=3"), "ERROR:7:cluster not specified size");
    EXPECT_EQ(ask("cluster-stable:size=-1"), "ERROR:4:bad size");
    EXPECT_EQ(ask("cluster-stable:ignore-migrations=x"), "ERROR:4:bad ignore migrations");
    EXPECT_EQ(ask("cluster-stable:namespace=zz"), "ERROR:20:namespace not found on node");
}

TEST_F(InfoTest, AdminCommandsAnswerInTheirForms) {
    EXPECT_EQ(ask("logs"), "0:stderr");
    EXPECT_EQ(ask("log/1"), "ERROR:4:bad log id");
    EXPECT_EQ(ask("get-stats"), "ERROR:4:missing 'context'");
    EXPECT_EQ(ask("get-stats:context=service"), "ERROR:4:invalid context");
    EXPECT_EQ(ask("user-agent-set:value=MSxweXRob24="), "ok");
    EXPECT_EQ(ask("user-agent-set:value=<a>"), "ERROR:4:bad 'value' - must be base64");
    EXPECT_EQ(ask("user-agent-set:"), "ERROR:4:missing 'value'");
    EXPECT_EQ(ask("udf-list"), "");
    EXPECT_EQ(ask("udf-put:filename=a.lua;content=;content-len=0;udf-type=LUA;"),
              "ERROR:16:Lua modules are not served yet");
    EXPECT_EQ(ask("udf-get:filename=a.lua;"), "error=not_found");
    EXPECT_EQ(ask("udf-get:filename="), "error=not_found");
    EXPECT_EQ(ask("udf-remove:filename=a.lua;"), "ok");
    EXPECT_EQ(ask("udf-remove:"), "error=invalid_filename");
}

// Names that clients chose cannot break up an answer, and no command answers what is no value.
TEST_F(InfoTest, EveryAnswerIsOneValue) {
    put("test", "a;b:c\td\ne", 1, 1);
    EXPECT_EQ(ask("sindex-create:ns=test;set=\t:;indexname=i;indexdata=\x01n,NUMERIC"), "ok");
    std::set<std::string_view> names;
    for (const InfoEntry& entry : info_table()) {
        EXPECT_TRUE(names.insert(entry.name).second) << entry.name << " is there twice";
        EXPECT_FALSE(entry.text.empty()) << entry.name;
        for (std::string_view arguments :
             {"", ":", "/", "/test", "/test/i", "/zz", ":=", ":;;", ":context=namespace;id=test",
              ":context=service", ":namespace=test;set=x;type=ttl;indexname=i", ":trid=1"}) {
            std::string command = std::string(entry.name) + std::string(arguments);
            EXPECT_EQ(ask(command).find_first_of("\t\n"), std::string::npos) << command;
        }
    }
}

TEST_F(InfoTest, StatisticsCountWhatHappened) {
    put("test", "s", 1, 1);
    put("bar", "", 2, 1);
    clock_.advance_ms(5'000);
    context_.early_errors = 7;
    context_.network_counters = [] { return NetworkCounters{.open = 3, .opened = 5, .closed = 2}; };
    std::string statistics = ask("statistics");
    EXPECT_EQ(value_of(statistics, "objects"), "2");
    EXPECT_EQ(value_of(statistics, "uptime"), "5");
    EXPECT_EQ(value_of(statistics, "client_connections"), "3");
    EXPECT_EQ(value_of(statistics, "client_connections_closed"), "2");
    EXPECT_EQ(value_of(statistics, "early_tsvc_client_error"), "7");
    EXPECT_EQ(value_of(statistics, "migrate_partitions_remaining"), "0");
    int free_percent = std::stoi(value_of(statistics, "system_free_mem_pct"));
    EXPECT_TRUE(free_percent > 0 && free_percent <= 100) << free_percent;
}

}  // namespace
}  // namespace winnow
