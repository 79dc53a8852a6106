#pragma once
// Frames as they cross the wire, in hex (wire reference §11), and a way to read hex: for tests.
// Keys are of namespace `test`, set `demo`, key string `k1` unless noted.

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "record/key/digest.h"

namespace winnow::vectors {

inline Buffer from_hex(std::string_view hex) {
    auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    Buffer bytes;
    for (size_t i = 0; i + 1 < hex.size(); i += 2)
        bytes.append_byte(static_cast<uint8_t>(digit(hex[i]) << 4 | digit(hex[i + 1])));
    return bytes;
}

inline std::string to_hex(Bytes bytes) {
    std::string hex;
    for (uint8_t byte : bytes) {
        hex += "0123456789abcdef"[byte >> 4];
        hex += "0123456789abcdef"[byte & 15];
    }
    return hex;
}

// The body of a frame.
inline Bytes body_of(const Buffer& frame) {
    return frame.bytes().subspan(8);
}

// put {a:1,b:"x"} timeout 1000
inline constexpr std::string_view put =
    "020300000000005c1600010000000000000000000000000003e800030002000000050074657374000000"
    "050164656d6f0000001504b747f5854d0b33259928d0cfab7fad81d6abfbf60000000d02010001610000"
    "00000000000100000006020300016278";
// write reply, generation 1
inline constexpr std::string_view write_reply =
    "020300000000001616000000000000000001000000000000000000000000";
// get all bins
inline constexpr std::string_view get =
    "02030000000000411603000000000000000000000000000003e800030000000000050074657374000000"
    "050164656d6f0000001504b747f5854d0b33259928d0cfab7fad81d6abfbf6";
// get reply, gen 1, a=1 b="x"
inline constexpr std::string_view get_reply =
    "0203000000000031160000000000000000010000000000000000000000020000000d0101000161000000"
    "000000000100000006010300016278";
// not found (2)
inline constexpr std::string_view not_found_reply =
    "020300000000001616000000000200000000000000000000000000000000";
// delete
inline constexpr std::string_view remove =
    "02030000000000411600030000000000000000000000000003e800030000000000050074657374000000"
    "050164656d6f0000001504b747f5854d0b33259928d0cfab7fad81d6abfbf6";
// operate incr a 1, list append l 5, read a (respond all ops)
inline constexpr std::string_view operate =
    "02030000000000671601810000000000000000000000000003e800030003000000050074657374000000"
    "050164656d6f0000001504b747f5854d0b33259928d0cfab7fad81d6abfbf60000000d05010001610000"
    "00000000000100000008040400016c920105000000050100000161";
// operate reply, gen 2: null, 1, 2
inline constexpr std::string_view operate_reply =
    "020300000000004116000000000000000002000000000000000000000003000000050500000161000000"
    "0d040100016c00000000000000010000000d01010001610000000000000002";
// udf reply SUCCESS 1
inline constexpr std::string_view udf_success_reply =
    "020300000000002d16000000000000000000000000000000000000000001000000130101000753554343"
    "4553530000000000000001";
// udf reply 100 FAILURE "m.lua:1: x"
inline constexpr std::string_view udf_failure_reply =
    "020300000000002f1600000000640000000000000000000000000000000100000015010300074641494c"
    "5552456d2e6c75613a313a2078";
// batch, new form, two keys (k1; int 1), get all, second row repeats
inline constexpr std::string_view batch =
    "020300000000006f1608000000000000000000000000000003e8000100000000005529000000020d0000"
    "0000b747f5854d0b33259928d0cfab7fad81d6abfbf60a03000000000000000200000000000500746573"
    "74000000050164656d6f00000001b7f4b83889e2da67de683e1df6919a1eacc446c801";
// batch reply: row 0 a=1 gen 1, row 1 not found, LAST
inline constexpr std::string_view batch_reply =
    "0203000000000053160000000000000000010000000000000000000000010000000d0101000161000000"
    "000000000116000000000200000000000000000000000100000000160000010000000000000000000000"
    "00000000000000";
// old batch row section (field 41 data): 3 keys, flags 01, row 0 type 00, rows 1-2 repeat
// (namespace only)
inline constexpr std::string_view old_batch_rows =
    "000000030100000000b747f5854d0b33259928d0cfab7fad81d6abfbf600030001000000000005007465"
    "737400000001ae6a515f37de4adacc4496e2da1fea848c3a9270010000000264785b1cf9344fdd79acf0"
    "a9c207d7914e47536701";
// filter a > 0: field 43
inline constexpr std::string_view filter_field = "000000092b9303935102a16100";
// secondary query a in [1,9], pids 0,1,4095, task 7
inline constexpr std::string_view secondary_query =
    "020300000000006a16010004000000000000ffffffff0000000000060000000000050074657374000000"
    "050164656d6f000000050900007530000000090700000000000000070000001d16010161010000000800"
    "00000000000001000000080000000000000009000000070b00000100ff0f";
// query reply: record (bval 1), partition 1975 done, LAST
inline constexpr std::string_view query_reply =
    "020300000000008b16000000000000000001000000000000000000040001000000050074657374000000"
    "1504b747f5854d0b33259928d0cfab7fad81d6abfbf6000000050164656d6f000000090f010000000000"
    "00000000000d01010001610000000000000001160000040000000007b700000000000000000000000016"
    "000001000000000000000000000000000000000000";
// partition 7 unavailable (message only)
inline constexpr std::string_view partition_message =
    "16000004000b00000007000000000000000000000000";
// LAST alone
inline constexpr std::string_view last_reply =
    "020300000000001616000001000000000000000000000000000000000000";
// old scan, field 8 = 00 64, timeout 30000, task 7, no set
inline constexpr std::string_view old_scan =
    "020300000000003c16010000000000000000000000000000000000040000000000050074657374000000"
    "0308006400000005090000753000000009070000000000000007";
// geo range, field 22 data, bin g, circle lng 1 lat 2 radius 100
inline constexpr std::string_view geo_range =
    "010167170000002f7b2274797065223a224165726f436972636c65222c22636f6f7264696e6174657322"
    "3a5b5b312c325d2c3130305d7d0000002f7b2274797065223a224165726f436972636c65222c22636f6f"
    "7264696e61746573223a5b5b312c325d2c3130305d7d";
// contains string "s" in list bin l: field 26 = 01, field 22 data
inline constexpr std::string_view contains_range = "01016c0300000001730000000173";
// bin list field 40 data, bin a
inline constexpr std::string_view bin_list = "010161";
// info request node, build / reply
inline constexpr std::string_view info_request = "020100000000000b6e6f64650a6275696c640a";
// info request node, build / reply
inline constexpr std::string_view info_reply =
    "02010000000000236e6f6465094242393032303031314143343230320a6275696c6409382e302e302e35"
    "0a";
// compressed get (zlib, inner 73 bytes)
inline constexpr std::string_view compressed_get =
    "02040000000000440000000000000049789c63626600014731080d07cc2f182022ac0c25a9c525200663"
    "4a6a6e3e9021cab2ddfd6bab2fb7b1ea4c8d0be757d7af6dbcb6faf737001dcc1029";

// The digests of the keys `k1` and 1.
inline constexpr std::string_view digest_k1 = "b747f5854d0b33259928d0cfab7fad81d6abfbf6";
inline constexpr std::string_view digest_1 = "b7f4b83889e2da67de683e1df6919a1eacc446c8";

inline Digest digest(std::string_view hex) {
    return Digest::from(from_hex(hex).data());
}

}  // namespace winnow::vectors
