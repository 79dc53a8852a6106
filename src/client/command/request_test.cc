#include "client/command/request.h"

#include <gtest/gtest.h>

#include <array>

#include "client/scripted_transport.h"
#include "protocol/wire_vectors.h"

namespace winnow::client {
namespace {

const Key& k1() {
    static const Key key = Key::of("test", "demo", "k1");
    return key;
}

Policy one_second() {
    Policy policy;
    policy.socket_timeout_ms = 0;
    policy.total_timeout_ms = 1000;
    return policy;
}

std::string frame_of(const CommandBits& bits, std::span<const BinOperation> ops) {
    Buffer frame;
    RequestWriter writer(frame);
    begin_command(writer, k1(), bits, one_second(), false);
    add_operations(writer, ops);
    writer.end();
    return vectors::to_hex(frame.bytes());
}

TEST(Request, BytesAreThoseOfTheReference) {
    std::array put{BinOperation::write("a", 1), BinOperation::write("b", "x")};
    EXPECT_EQ(frame_of(write_bits({}), put), vectors::put);
    EXPECT_EQ(frame_of(operate_bits(put, {}, false), put), vectors::put);
    EXPECT_EQ(frame_of(read_bits(BinSelection::all(), 0), {}), vectors::get);
    EXPECT_EQ(frame_of(remove_bits({}), {}), vectors::remove);
    Buffer append = vectors::from_hex("920105");
    std::array operate{
        BinOperation::add("a", 1),
        BinOperation{OperationCode::cdt_modify, "l", {Particle::blob, append.bytes()}},
        BinOperation::read("a")};
    EXPECT_EQ(frame_of(operate_bits(operate, {}, false), operate), vectors::operate);
}

TEST(Request, PoliciesBecomeBits) {
    EXPECT_EQ(write_bits({.exists = RecordExists::update_only}).info3, info3::update_only);
    EXPECT_EQ(write_bits({.exists = RecordExists::replace}).info3, info3::create_or_replace);
    EXPECT_EQ(write_bits({.exists = RecordExists::replace_only}).info3, info3::replace_only);
    EXPECT_EQ(write_bits({.exists = RecordExists::create_only}).info2,
              info2::write | info2::create_only);
    CommandBits checked = write_bits({.generation_check = GenerationCheck::equal, .generation = 7});
    EXPECT_EQ(checked.info2, info2::write | info2::generation);
    EXPECT_EQ(checked.generation, 7u);
    EXPECT_EQ(write_bits({.generation = 7}).generation, 0u);  // nothing is checked
    EXPECT_EQ(write_bits({.generation_check = GenerationCheck::greater}).info2,
              info2::write | info2::generation_greater);
    EXPECT_EQ(write_bits({.durable_delete = true}).info2, info2::write | info2::durable_delete);
    EXPECT_EQ(write_bits({.commit_master = true}).info3, info3::commit_master);
    EXPECT_EQ(write_bits({.ttl_seconds = ttl_never}).record_ttl, 0xffffffffu);
    // A delete neither creates nor replaces, and has no life.
    CommandBits remove = remove_bits({.exists = RecordExists::create_only, .ttl_seconds = 60});
    EXPECT_EQ(remove.info2, info2::write | info2::remove);
    EXPECT_EQ(remove.record_ttl, 0u);
}

TEST(Request, OperationsDecideWhatIsAskedFor) {
    std::array header{BinOperation::touch()};
    EXPECT_EQ(operate_bits(header, {}, false).info1, 0);
    std::array reads{BinOperation::read("a")};
    EXPECT_EQ(operate_bits(reads, {}, false).info1, info1::read);
    EXPECT_FALSE(operate_bits(reads, {.ttl_seconds = 5}, false).writes());
    EXPECT_EQ(operate_bits(reads, {.ttl_seconds = 5}, false).record_ttl, 0u);
    std::array all{BinOperation::add("a", 1), BinOperation::read_all()};
    EXPECT_EQ(operate_bits(all, {}, true).info1, info1::read | info1::get_all);
    EXPECT_EQ(operate_bits(all, {}, true).info2, info2::write);  // all bins have no position
    EXPECT_EQ(operate_bits(reads, {}, true).info2, info2::respond_all_ops);
    std::array list{BinOperation{OperationCode::cdt_read, "l", {}}};
    EXPECT_EQ(operate_bits(list, {}, false).info2, info2::respond_all_ops);
}

TEST(Request, TheServerGivesUpWithTheClient) {
    Policy policy;
    EXPECT_EQ(transaction_ttl_ms(policy), 30'000u);
    policy.total_timeout_ms = 100;
    EXPECT_EQ(transaction_ttl_ms(policy), 100u);
    policy.total_timeout_ms = 60'000;
    EXPECT_EQ(transaction_ttl_ms(policy), 30'000u);
    policy.socket_timeout_ms = 0;
    EXPECT_EQ(transaction_ttl_ms(policy), 60'000u);
    policy.total_timeout_ms = 0;
    EXPECT_EQ(transaction_ttl_ms(policy), 0u);
}

TEST(Request, WhatAServerWouldRefuseIsRefusedHere) {
    auto code = [](std::span<const Bin> bins) { return check_bins(bins).error().code; };
    EXPECT_EQ(code({}), ResultCode::parameter);
    std::array long_name{Bin{"sixteen_letters_", 1}};
    EXPECT_EQ(code(long_name), ResultCode::bin_name);
    std::array no_name{Bin{"", 1}};
    EXPECT_EQ(code(no_name), ResultCode::parameter);
    std::array fits{Bin{"fifteen_letters", 1}};
    EXPECT_TRUE(check_bins(fits));
    std::vector<Bin> many(65'536, Bin{"a", 1});
    EXPECT_EQ(code(many), ResultCode::parameter);
    std::array record{BinOperation::touch(), BinOperation::remove(), BinOperation::read_all()};
    EXPECT_TRUE(check_operations(record));
    std::array nameless{BinOperation::add("", 1)};
    EXPECT_FALSE(check_operations(nameless));
}

TEST(Request, KeyAndFilterGoAlongWhenAskedFor) {
    Buffer filter = vectors::from_hex("9303935102a16100");
    Policy policy = one_second();
    policy.filter = filter.bytes();
    policy.compress = true;
    Buffer frame;
    RequestWriter writer(frame);
    begin_command(writer, k1(), write_bits({}), policy, true);
    add_operations(writer, std::array{BinOperation::write("a", 1)});
    writer.end();
    Request request = request_of(frame.bytes());
    EXPECT_TRUE(same_bytes(request.fields.filter(), filter.bytes()));
    EXPECT_EQ(text_of(request.fields.key()->value), "k1");
    EXPECT_TRUE(request.may_compress_reply());
    EXPECT_EQ(request.transaction_ttl_ms, 1000u);
}

}  // namespace
}  // namespace winnow::client
