#include "server/info/info_testing.h"

namespace winnow {
namespace {

TEST_F(InfoTest, IndexesAreCreatedInBothForms) {
    for (int64_t key = 0; key < 5; key++) put("test", "s", key, key);
    EXPECT_EQ(ask("sindex-create:ns=test;set=s;indexname=old;numbins=1;indexdata=n,NUMERIC;"
                  "priority=normal"),
              "ok");
    EXPECT_EQ(ask("sindex-create:namespace=test;indexname=new;bin=t;type=string"), "ok");
    EXPECT_EQ(ask("sindex-list:ns=test"),
              "ns=test:indexname=old:set=s:bin=n:type=numeric:indextype=default:context=null:"
              "state=RW;"
              "ns=test:indexname=new:set=NULL:bin=t:type=string:indextype=default:context=null:"
              "state=RW");
    for (std::string_view form : {"sindex-list:", "sindex-list", "sindex", "sindex/test"})
        EXPECT_EQ(ask(form), ask("sindex-list:ns=test")) << form;
    EXPECT_EQ(ask("sindex/bar"), "");

    std::string stat = ask("sindex-stat:ns=test;indexname=old");
    EXPECT_TRUE(stat.starts_with("entries=5;used_bytes=")) << stat;
    EXPECT_NE(stat.find(";load_pct=100;"), std::string::npos) << stat;
    EXPECT_EQ(value_of(stat, "entries_per_rec"), "1");
    EXPECT_EQ(ask("sindex/test/old"), stat);
    EXPECT_EQ(value_of(ask("sindex/test/new"), "entries_per_rec"), "0");
    EXPECT_EQ(ask("sindex/zz"), "ns_type=unknown");
    EXPECT_EQ(ask("sindex/test/nope"), "ERROR:201:no index");
}

TEST_F(InfoTest, IndexesGoByName) {
    std::string create = "sindex-create:ns=test;set=s;indexname=i;indexdata=n,NUMERIC";
    EXPECT_EQ(ask(create), "ok");
    EXPECT_EQ(ask(create), "ok") << "the same again";
    EXPECT_EQ(ask("sindex-create:ns=test;set=s;indexname=i;indexdata=m,NUMERIC"),
              "ERROR:200:'indexname' already exists with different definition");
    EXPECT_EQ(ask("sindex-create:ns=test;set=s;indexname=j;indexdata=n,NUMERIC"), "ok");
    EXPECT_EQ(ask("sindex-exists:ns=test;indexname=i"), "false") << "renamed";
    EXPECT_EQ(ask("sindex-exists:namespace=test;indexname=j"), "true");
    EXPECT_EQ(ask("sindex-delete:ns=test;set=s;indexname=j"), "ok");
    EXPECT_EQ(ask("sindex-exists:ns=test;indexname=j"), "false");
    EXPECT_EQ(ask("sindex-delete:ns=test;indexname=j"), "ok");
    EXPECT_EQ(ask("sindex-delete:ns=zz;indexname=j"), "ok");
    EXPECT_EQ(ask("sindex-delete:ns=test"), "ERROR:4:missing 'indexname'");
    EXPECT_EQ(ask("sindex-delete:indexname=j"), "ERROR:20:missing 'namespace'");
    EXPECT_EQ(ask("sindex-exists:ns=zz;indexname=j"), "ERROR:20:namespace not found on node");
    EXPECT_EQ(ask("sindex-stat:ns=test;indexname=j"), "ERROR:201:no index");
}

TEST_F(InfoTest, IndexDefinitionsAreChecked) {
    const std::string bad_type =
        "ERROR:4:bad 'indexdata' bin type - must be one of 'numeric', 'string', 'blob', "
        "'geo2dsphere'";
    const std::string bad_indextype =
        "ERROR:4:bad 'indextype' - must be one of 'default', 'list', 'mapkeys', 'mapvalues'";
    const std::pair<std::string, std::string> cases[] = {
        {"", "ERROR:4:missing 'indexname'"},
        {"indexname=;indexdata=a,NUMERIC", "ERROR:4:missing 'indexname' value"},
        {"indexname=" + std::string(64, 'i') + ";indexdata=a,NUMERIC",
         "ERROR:4:'indexname' value too long"},
        {"indexname=a:b;indexdata=a,NUMERIC", "ERROR:4:bad 'indexname' value"},
        {"indexname=i", "ERROR:4:missing 'indexdata'"},
        {"indexname=i;indexdata=a", "ERROR:4:'indexdata' missing bin type"},
        {"indexname=i;indexdata=,NUMERIC", "ERROR:4:'indexdata' missing bin name"},
        {"indexname=i;indexdata=" + std::string(16, 'b') + ",NUMERIC",
         "ERROR:4:'indexdata' bin name too long"},
        {"indexname=i;indexdata=a,NUMERIC,x", bad_type},
        {"indexname=i;indexdata=a,INTEGER", bad_type},
        {"indexname=i;indexdata=a,", bad_type},
        {"indexname=i;indextype=NONE;indexdata=a,NUMERIC", bad_indextype},
        {"indexname=i;indextype=zzz;indexdata=a,INTEGER", bad_indextype},
        {"indexname=i;set=" + std::string(64, 's') + ";indexdata=a,NUMERIC",
         "ERROR:4:'set' value too long"},
        {"indexname=i;bin=a", "ERROR:4:missing 'type'"},
        {"indexname=i;type=NUMERIC", "ERROR:4:missing 'bin'"},
        {"indexname=i;bin=a;type=float",
         "ERROR:4:bad 'type' - must be one of 'numeric', 'integer', 'string', 'blob', "
         "'geo2dsphere'"},
        {"indexname=i;context=lBAAEAA=;indexdata=a,NUMERIC",
         "ERROR:16:indexes with a context are not served yet"},
        {"indexname=i;exp=k1EC;type=NUMERIC", "ERROR:16:indexes on expressions are not served yet"},
    };
    for (const auto& [parameters, answer] : cases)
        EXPECT_EQ(ask("sindex-create:ns=test;" + parameters), answer) << parameters;
    EXPECT_EQ(ask("sindex-create:indexname=i;indexdata=a,NUMERIC"), "ERROR:20:missing 'namespace'");
    EXPECT_EQ(ask("sindex-create:ns=zz;indexname=i;indexdata=a,NUMERIC"),
              "ERROR:20:namespace not found on node");
    EXPECT_EQ(ask("sindex-list:"), "");
    EXPECT_EQ(ask("sindex-create:ns=test;indexname=" + std::string(63, 'i') +
                  ";indextype=Default;bin=a;type=INTEGER"),
              "ok");
}

TEST_F(InfoTest, AnIndexThatIsBeingBuiltSaysSo) {
    auto created =
        (*database_.find("test"))->indexes().create("i", {.set = "", .bin = "n"}, std::nullopt);
    ASSERT_TRUE(created.has_value());
    created->index->set_load_percent(40);
    EXPECT_EQ(value_of(ask("sindex-list:"), "state", ':'), "WO");
    EXPECT_EQ(value_of(ask("sindex/test/i"), "load_pct"), "40");
}

}  // namespace
}  // namespace winnow
