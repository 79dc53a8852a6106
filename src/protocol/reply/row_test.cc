#include "protocol/reply/row.h"

#include <gtest/gtest.h>

#include "protocol/reply/response.h"

namespace winnow {
namespace {

struct Built {
    Version* version;
    explicit Built(KeyView key) {
        static const BinView bins[] = {{"a", 1, bytes_of("12345678")},
                                       {"text", 3, bytes_of("xyz")}};
        version = build_version({.digest = digest_of("s", int64_t{7}),
                                 .generation = 9,
                                 .void_time = 77,
                                 .key = key,
                                 .bins = bins});
    }
    ~Built() { free_version(version); }
};

// Encodes one row and decodes the frame.
class RowTest : public ::testing::Test {
protected:
    Response encode(const Version& version, std::string_view set, std::optional<int64_t> value,
                    const RowBins& bins) {
        out_.clear();
        MessageWriter writer(out_);
        writer.begin_frame();
        EXPECT_TRUE(rows_.add(writer, version, set, value, bins));
        writer.end_frame();
        reader_ = ResponseReader(out_.bytes().subspan(frame_header_size));
        auto message = reader_.next();
        EXPECT_TRUE(message.has_value() && *message != nullptr);
        Response response = **message;
        EXPECT_EQ(*reader_.next(), nullptr);
        return response;
    }

    Buffer out_;
    RowWriter rows_{"test"};
    ResponseReader reader_{Bytes{}};
};

TEST_F(RowTest, ShowsTheWholeRecord) {
    Built built({3, bytes_of("user")});
    Response row = encode(*built.version, "s", -5, {});
    EXPECT_EQ(row.result, ResultCode::ok);
    EXPECT_EQ(row.generation, 9u);
    EXPECT_EQ(row.void_time, 77u);
    EXPECT_EQ(row.fields.namespace_name(), "test");
    EXPECT_EQ(row.fields.text(FieldId::set), "s");
    EXPECT_EQ(*row.fields.digest(), digest_of("s", int64_t{7}));
    EXPECT_EQ(text_of(row.fields.key()->value), "user");
    EXPECT_EQ(*row.index_value(), -5);
    ASSERT_EQ(row.ops.size(), 2u);
    auto op = row.ops.begin();
    EXPECT_EQ((*op).name, "a");
    EXPECT_EQ((*op).particle, 1);
    EXPECT_EQ(text_of((*op).value), "12345678");
    EXPECT_EQ(text_of((*++op).value), "xyz");
}

TEST_F(RowTest, NoBinsNoSetNoKey) {
    Built built({});
    Response row = encode(*built.version, "", std::nullopt, {.none = true});
    EXPECT_TRUE(row.ops.empty());
    EXPECT_FALSE(row.fields.has(FieldId::set));
    EXPECT_FALSE(row.fields.has(FieldId::key));
    EXPECT_FALSE(row.fields.has(FieldId::resume_values));
}

TEST_F(RowTest, NamedBinsInTheirOrderOncePerMention) {
    Built built({});
    std::vector<std::string> names = {"text", "none", "a", "text"};
    Response row = encode(*built.version, "s", std::nullopt, {.names = &names});
    std::vector<std::string> shown;
    for (const Operation& op : row.ops) shown.emplace_back(op.name);
    EXPECT_EQ(shown, (std::vector<std::string>{"text", "a", "text"}));
}

TEST_F(RowTest, SetsMayChangeFromRowToRow) {
    Built built({});
    static constexpr std::string_view sets[] = {"one", "", "another", "one"};
    for (std::string_view set : sets)
        EXPECT_EQ(encode(*built.version, set, std::nullopt, {}).fields.text(FieldId::set), set);
}

TEST_F(RowTest, RefusesWhatTheFrameHasNoRoomFor) {
    Built built({});
    Buffer out;
    MessageWriter writer(out, 60);
    writer.begin_frame();
    EXPECT_FALSE(rows_.add(writer, *built.version, "s", std::nullopt, {}));
    EXPECT_EQ(writer.frame_size(), frame_header_size);
}

}  // namespace
}  // namespace winnow
