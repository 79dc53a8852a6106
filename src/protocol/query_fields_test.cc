#include "protocol/query_fields.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "protocol/request.h"
#include "protocol/request_writer.h"
#include "protocol/wire_vectors.h"

namespace winnow {
namespace {

using vectors::body_of;
using vectors::from_hex;

// A request with the given fields, in hex, and its decoded form.
struct Query {
    Buffer frame;
    Request request;

    explicit Query(std::vector<std::pair<FieldId, std::string>> fields) {
        RequestWriter writer(frame);
        writer.begin({.info1 = info1::read});
        for (auto& [id, hex] : fields) writer.add_field(id, from_hex(hex).bytes());
        writer.end();
        Result<Request> decoded = decode_request(body_of(frame));
        EXPECT_TRUE(decoded);
        if (decoded) request = *decoded;
    }
    const FieldTable& fields() const { return request.fields; }
};

TEST(QueryFields, DecodesTheReferenceQuery) {
    Buffer frame = from_hex(vectors::secondary_query);
    Result<Request> request = decode_request(body_of(frame));
    ASSERT_TRUE(request);
    Result<PartitionSelection> partitions = PartitionSelection::decode(request->fields);
    ASSERT_TRUE(partitions);
    EXPECT_FALSE(partitions->whole());
    ASSERT_EQ(partitions->size(), 3u);
    EXPECT_EQ(partitions->partition(0), 0);
    EXPECT_EQ(partitions->partition(1), 1);
    EXPECT_EQ(partitions->partition(2), 4095);
    EXPECT_EQ(partitions->resume_count(), 0u);

    Result<IndexRange> range = index_range(request->fields);
    ASSERT_TRUE(range);
    EXPECT_EQ(range->bin, "a");
    EXPECT_EQ(range->particle, 1);
    Result<IntegerRange> bounds = integer_range(*range);
    ASSERT_TRUE(bounds);
    EXPECT_EQ(bounds->first, 1);
    EXPECT_EQ(bounds->last, 9);
    EXPECT_EQ(collection_type(request->fields), CollectionType::none);
    EXPECT_EQ(scan_percent(request->fields), 100);
    EXPECT_FALSE(BinList(request->fields).present());
}

TEST(QueryFields, DecodesAnOldScan) {
    Buffer frame = from_hex(vectors::old_scan);
    Result<Request> request = decode_request(body_of(frame));
    ASSERT_TRUE(request);
    EXPECT_EQ(scan_percent(request->fields), 100);
    EXPECT_TRUE(PartitionSelection::decode(request->fields)->whole());
    EXPECT_EQ(request->fields.task_id(), 7u);
    EXPECT_EQ(scan_percent(Query({{FieldId::scan_options, "0032"}}).fields()), 50);
    EXPECT_EQ(scan_percent(Query({{FieldId::scan_options, "616263"}}).fields()), 100);
}

bool partitions_ok(std::vector<std::pair<FieldId, std::string>> fields) {
    return PartitionSelection::decode(Query(std::move(fields)).fields()).has_value();
}

TEST(QueryFields, ChecksPartitions) {
    constexpr FieldId ids = FieldId::partitions, digests = FieldId::resume_digests;
    std::string digest = "4d00f187cebb22cb0444557b525de5b371e58e71";  // partition 77
    EXPECT_TRUE(partitions_ok({}));
    EXPECT_TRUE(partitions_ok({{ids, "ff0f"}}));
    EXPECT_TRUE(partitions_ok({{ids, "010002"}}));  // half an entry behind
    EXPECT_FALSE(partitions_ok({{ids, ""}}));
    EXPECT_FALSE(partitions_ok({{ids, "01"}}));
    EXPECT_FALSE(partitions_ok({{ids, "0010"}}));  // 4096
    EXPECT_FALSE(partitions_ok({{ids, "00000010"}}));
    EXPECT_FALSE(partitions_ok({{ids, "4d004d00"}}));
    EXPECT_TRUE(partitions_ok({{digests, digest}}));
    EXPECT_FALSE(partitions_ok({{digests, ""}}));
    EXPECT_FALSE(partitions_ok({{digests, digest + digest}}));
    EXPECT_FALSE(partitions_ok({{ids, "4d00"}, {digests, digest}}));
    EXPECT_TRUE(partitions_ok({{ids, "4e00"}, {digests, digest}}));
    EXPECT_FALSE(partitions_ok({{ids, "4e00"}, {digests, ""}}));
}

TEST(QueryFields, ResumesByDigestAndValue) {
    std::string digest = "4d00f187cebb22cb0444557b525de5b371e58e71";
    Query query({{FieldId::resume_digests, digest}, {FieldId::resume_values, "feffffffffffffff"}});
    Result<PartitionSelection> selection = PartitionSelection::decode(query.fields());
    ASSERT_TRUE(selection);
    ASSERT_EQ(selection->resume_count(), 1u);
    EXPECT_EQ(selection->resume_digest(0), vectors::digest(digest));
    EXPECT_EQ(selection->resume_digest(0).partition(), 77u);
    ASSERT_TRUE(selection->has_resume_values());
    EXPECT_EQ(selection->resume_value(0), -2);

    for (std::string values : {"", "ff", "00000000000000000000000000000000"}) {
        Query other({{FieldId::resume_digests, digest}, {FieldId::resume_values, values}});
        EXPECT_FALSE(PartitionSelection::decode(other.fields())->has_resume_values()) << values;
    }
}

Result<IndexRange> range_of(std::string_view hex) {
    static std::vector<Query> kept;  // the range views into it
    kept.emplace_back(Query({{FieldId::index_range, std::string(hex)}}));
    return index_range(kept.back().fields());
}

TEST(QueryFields, ChecksIndexRanges) {
    std::string whole = "01016e01000000080000000000000000000000080000000000000001";
    Result<IndexRange> range = range_of(whole);
    ASSERT_TRUE(range);
    EXPECT_EQ(range->bin, "n");
    EXPECT_EQ(integer_range(*range)->last, 1);
    EXPECT_TRUE(range_of(whole + "78"));  // a byte behind
    for (size_t size = 0; size < whole.size(); size += 2)
        EXPECT_FALSE(range_of(whole.substr(0, size))) << size;
    EXPECT_FALSE(range_of("00" + whole.substr(2)));
    EXPECT_FALSE(range_of("02" + whole.substr(2)));
    EXPECT_FALSE(range_of("010001000000080000000000000001000000080000000000000001"));  // no bin
    EXPECT_FALSE(range_of("01016e01ffffffff0000000000000000000000080000000000000001"));

    Result<IndexRange> narrow = range_of("01016e0100000004000000010000000400000001");
    ASSERT_TRUE(narrow);
    EXPECT_FALSE(integer_range(*narrow));
    Result<IndexRange> turned =
        range_of("01016e01000000080000000000000001000000080000000000000000");
    ASSERT_TRUE(turned);
    EXPECT_FALSE(integer_range(*turned));
    Result<IndexRange> all = range_of("01016e01000000088000000000000000000000087fffffffffffffff");
    ASSERT_TRUE(all);
    EXPECT_EQ(integer_range(*all)->first, INT64_MIN);
    EXPECT_EQ(integer_range(*all)->last, INT64_MAX);
}

TEST(QueryFields, ReadsStringAndGeoRanges) {
    Result<IndexRange> contains = range_of(vectors::contains_range);
    ASSERT_TRUE(contains);
    EXPECT_EQ(contains->bin, "l");
    EXPECT_EQ(contains->particle, 3);
    EXPECT_EQ(text_of(contains->begin), "s");
    Result<IndexRange> geo = range_of(vectors::geo_range);
    ASSERT_TRUE(geo);
    EXPECT_EQ(geo->bin, "g");
    EXPECT_EQ(geo->particle, 23);
    EXPECT_EQ(text_of(geo->end), R"({"type":"AeroCircle","coordinates":[[1,2],100]})");

    for (auto [size, fits] : {std::pair{2047, true}, {2048, false}}) {
        std::string text(static_cast<size_t>(size), 'y');
        Buffer frame;
        RequestWriter writer(frame);
        writer.begin({});
        writer.add_index_range({"s", 3, bytes_of(text), bytes_of(text)});
        writer.end();
        Result<Request> request = decode_request(body_of(frame));
        ASSERT_TRUE(request);
        EXPECT_EQ(index_range(request->fields).has_value(), fits) << size;
    }
}

TEST(QueryFields, CollectionTypes) {
    EXPECT_EQ(collection_type(Query({}).fields()), CollectionType::none);
    EXPECT_EQ(collection_type(Query({{FieldId::index_type, "02"}}).fields()),
              CollectionType::map_keys);
    EXPECT_EQ(collection_type(Query({{FieldId::index_type, "09"}}).fields()),
              static_cast<CollectionType>(9));
    EXPECT_FALSE(collection_type(Query({{FieldId::index_type, ""}}).fields()));
}

TEST(QueryFields, BinLists) {
    Query one({{FieldId::bin_list, std::string(vectors::bin_list)}});
    BinList list(one.fields());
    ASSERT_TRUE(list.present());
    EXPECT_EQ(list.size(), 1u);
    EXPECT_EQ(*list.begin(), "a");

    Query two({{FieldId::bin_list, "02026964016e"}});
    std::string names;
    for (std::string_view name : BinList(two.fields())) names += std::string(name) + ";";
    EXPECT_EQ(names, "id;n;");

    Query empty({{FieldId::bin_list, "00"}});
    EXPECT_TRUE(BinList(empty.fields()).present());
    EXPECT_EQ(BinList(empty.fields()).size(), 0u);
    for (std::string cut : {"", "01", "0102", "010269", "02026964", "02026964016e"}) {
        Query query({{FieldId::bin_list, cut}});
        EXPECT_EQ(BinList(query.fields()).present(), cut == "02026964016e") << cut;
    }
}

}  // namespace
}  // namespace winnow
