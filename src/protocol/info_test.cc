#include "protocol/info.h"

#include <gtest/gtest.h>

#include <string>

#include "protocol/wire_vectors.h"

namespace winnow {
namespace {

using vectors::body_of;
using vectors::from_hex;
using vectors::to_hex;

std::string lines_of(std::string_view body) {
    InfoLines lines(bytes_of(body));
    std::string all;
    while (auto line = lines.next()) all += "[" + std::string(*line) + "]";
    return all;
}

TEST(Info, SplitsLines) {
    EXPECT_EQ(lines_of("node\nbuild\n"), "[node][build]");
    EXPECT_EQ(lines_of("node\nbuild"), "[node][build]");
    EXPECT_EQ(lines_of("build"), "[build]");
    EXPECT_EQ(lines_of("\n\nbuild\n\n"), "[build]");
    EXPECT_EQ(lines_of("build\nbuild\n"), "[build][build]");
    EXPECT_EQ(lines_of(""), "");
    EXPECT_EQ(lines_of("\n"), "");
}

TEST(Info, AnswersTheReferenceRequest) {
    Buffer request = from_hex(vectors::info_request), out;
    InfoReplyWriter reply(out);
    InfoLines lines(body_of(request));
    while (auto line = lines.next())
        reply.add(*line, *line == "node" ? "BB9020011AC4202" : "8.0.0.5");
    reply.end();
    EXPECT_EQ(to_hex(out.bytes()), vectors::info_reply);
}

TEST(Info, WritesLongValuesInPieces) {
    Buffer out;
    out.append("before");
    InfoReplyWriter reply(out);
    reply.begin_line("sets/test");
    out.append("a");
    out.append(";b;");
    reply.end_line();
    reply.end();
    EXPECT_EQ(text_of(out.bytes().subspan(14)), "sets/test\ta;b;\n");
    EXPECT_EQ(to_hex(out.bytes().subspan(6, 8)), "020100000000000f");
}

TEST(Info, AnEmptyReplyHasALineFeed) {
    Buffer out;
    InfoReplyWriter reply(out);
    reply.end();
    EXPECT_EQ(to_hex(out.bytes()), "02010000000000010a");
}

TEST(Info, NamesAndForms) {
    EXPECT_EQ(InfoCommand("build").name(), "build");
    EXPECT_EQ(InfoCommand("build").parameters(), "");
    EXPECT_EQ(InfoCommand("racks:").name(), "racks");
    EXPECT_EQ(InfoCommand("racks:").parameters(), "");
    EXPECT_EQ(InfoCommand("").name(), "");
    EXPECT_EQ(InfoCommand(":").name(), "");
    EXPECT_EQ(InfoCommand("latencies:hist={test}-read").name(), "latencies");

    InfoCommand path("sets/test/demo");
    EXPECT_EQ(path.name(), "sets");
    EXPECT_EQ(path.part(0), "test");
    EXPECT_EQ(path.part(1), "demo");
    EXPECT_EQ(path.part(2), "");
    EXPECT_EQ(path.parameters(), "");
    EXPECT_EQ(path.parameter("test"), std::nullopt);
    EXPECT_EQ(InfoCommand("sets/").part(0), "");
    EXPECT_EQ(InfoCommand("sets/").part(1), "");
    EXPECT_EQ(InfoCommand("sets").part(0), "");
    EXPECT_EQ(InfoCommand("sets//demo").part(1), "demo");
}

TEST(Info, Parameters) {
    InfoCommand create(
        "sindex-create:ns=test;set=demo;indexname=i;context=lgABAA==;indexdata=a,NUMERIC;");
    EXPECT_EQ(create.name(), "sindex-create");
    EXPECT_EQ(create.parameter("namespace", "ns"), "test");
    EXPECT_EQ(create.parameter("ns", "namespace"), "test");
    EXPECT_EQ(create.parameter("set"), "demo");
    EXPECT_EQ(create.parameter("context"), "lgABAA==");
    EXPECT_EQ(create.parameter("indexdata"), "a,NUMERIC");
    EXPECT_EQ(create.parameter("type"), std::nullopt);
    EXPECT_EQ(create.parameter("NS"), std::nullopt);

    InfoCommand odd("udf-put:filename=;flag;;content=a/b+c==;=x;filename=second");
    EXPECT_EQ(odd.parameter("filename"), "");
    EXPECT_EQ(odd.parameter("flag"), "");
    EXPECT_EQ(odd.parameter("content"), "a/b+c==");
    EXPECT_EQ(odd.parameter(""), std::nullopt);
    std::string keys;
    odd.each_parameter([&](std::string_view key, std::string_view) {
        keys += std::string(key) + " ";
        return true;
    });
    EXPECT_EQ(keys, "filename flag content filename ");
}

}  // namespace
}  // namespace winnow
