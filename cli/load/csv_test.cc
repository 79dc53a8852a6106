#include "cli/load/csv.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace winnow::cli {
namespace {

using Rows = std::vector<std::vector<std::string>>;

// A source that gives at most `step` bytes at a time.
CsvReader::Source source_of(std::string text, size_t step) {
    return [text = std::move(text), step, at = size_t{0}](std::span<char> room) mutable {
        size_t size = std::min({room.size(), text.size() - at, step});
        std::copy_n(text.data() + at, size, room.data());
        at += size;
        return Answer<size_t>(size);
    };
}

// All records as their values; `!` and the reason for one that is none.
Rows parse(const std::string& text, char delimiter = ',', size_t step = SIZE_MAX) {
    CsvReader reader(source_of(text, step), delimiter);
    CsvFields fields;
    Rows rows;
    for (;;) {
        auto record = reader.next();
        EXPECT_TRUE(record) << record.error().text;
        if (!record || !*record) return rows;
        auto values = fields.split((*record)->text, delimiter);
        rows.emplace_back();
        if (!values) rows.back().push_back(std::string("!") + values.error());
        for (const CsvValue& value : values.value_or(std::span<const CsvValue>{}))
            rows.back().emplace_back(value.text);
    }
}

TEST(Csv, LinesAndValues) {
    EXPECT_EQ(parse(""), Rows{});
    EXPECT_EQ(parse("a,b\n1,2\n"), (Rows{{"a", "b"}, {"1", "2"}}));
    EXPECT_EQ(parse("a,b\r\n1,2"), (Rows{{"a", "b"}, {"1", "2"}}));
    EXPECT_EQ(parse("a,,\n,\n"), (Rows{{"a", "", ""}, {"", ""}}));
    EXPECT_EQ(parse("a\n\n\r\nb\n"), (Rows{{"a"}, {"b"}}));
    EXPECT_EQ(parse("a;b,c\n", ';'), (Rows{{"a", "b,c"}}));
    EXPECT_EQ(parse("a\tb\n", '\t'), (Rows{{"a", "b"}}));
}

TEST(Csv, Quotes) {
    EXPECT_EQ(parse("\"a,b\",\"c\nd\",\"e\"\"f\"\"\"\n"), (Rows{{"a,b", "c\nd", "e\"f\""}}));
    EXPECT_EQ(parse("\"a\",\"\"\r\n\"b\",\n"), (Rows{{"a", ""}, {"b", ""}}));
    EXPECT_EQ(parse("5\" pipe,a\"b\"\nnext,1\n"), (Rows{{"5\" pipe", "a\"b\""}, {"next", "1"}}));
    EXPECT_EQ(parse("\"a\"b,c\nd,e\n"),
              (Rows{{"!something stands behind a closing quote"}, {"d", "e"}}));
    EXPECT_EQ(parse("a,\"b\nc,d\n"), (Rows{{"!a quote is not closed"}}));
    EXPECT_EQ(parse("\""), (Rows{{"!a quote is not closed"}}));
}

TEST(Csv, WhetherAValueWasQuoted) {
    CsvFields fields;
    auto values = fields.split("\"\",,\"x\",y", ',');
    ASSERT_TRUE(values);
    std::vector<bool> quoted;
    for (const CsvValue& value : *values) quoted.push_back(value.quoted);
    EXPECT_EQ(quoted, (std::vector<bool>{true, false, true, false}));
}

TEST(Csv, LineNumbersCountLinesInsideQuotes) {
    CsvReader reader(source_of("\n\"a\nb\",1\r\n\nc,2\n", SIZE_MAX), ',');
    std::vector<uint64_t> lines;
    for (auto record = reader.next(); record && *record; record = reader.next())
        lines.push_back((*record)->line);
    EXPECT_EQ(lines, (std::vector<uint64_t>{2, 5}));
}

TEST(Csv, ReadsTheSameInSmallSteps) {
    std::string text =
        "\xef\xbb\xbf"
        "a,\"b\"\"\n,\",c\r\n\"\",\"\r\n\"\nlast,\"\"\"\"";
    Rows whole = parse(text);
    EXPECT_EQ(whole, (Rows{{"a", "b\"\n,", "c"}, {"", "\r\n"}, {"last", "\""}}));
    for (size_t step = 1; step < text.size(); step++) EXPECT_EQ(parse(text, ',', step), whole);
}

TEST(Csv, RecordsLongerThanTheBuffer) {
    std::string field(3 << 20, 'x');
    Rows rows = parse("a," + field + "\n\"" + field + "\",b\n");
    EXPECT_EQ(rows, (Rows{{"a", field}, {field, "b"}}));
}

std::string trouble_of(std::string text) {
    CsvReader reader(source_of(std::move(text), SIZE_MAX), ',');
    for (;;) {
        auto record = reader.next();
        if (!record) return record.error().text;
        if (!*record) return "none";
    }
}

TEST(Csv, WhatIsNoCsv) {
    EXPECT_EQ(trouble_of(std::string("\xff\xfe"
                                     "a\0",
                                     4))
                  .substr(0, 21),
              "the file is in UTF-16");
    EXPECT_EQ(trouble_of("PK\x03\x04...").substr(0, 21), "the file is a zip arc");
    EXPECT_EQ(trouble_of("a,b\n1,\"" + std::string(csv_record_size_max, 'x')),
              "line 2: a record of more than 16 MiB: is a quote missing?");
}

TEST(Csv, TroubleOfTheSourceComesThrough) {
    CsvReader reader([](std::span<char>) -> Answer<size_t> { return failed("broken"); }, ',');
    auto record = reader.next();
    ASSERT_FALSE(record);
    EXPECT_EQ(record.error().text, "broken");
}

}  // namespace
}  // namespace winnow::cli
