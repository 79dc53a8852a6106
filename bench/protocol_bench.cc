// What the protocol costs on the path of a record: decoding a request, encoding its reply.
// Aim: some tens of nanoseconds each and no allocation.

#include <benchmark/benchmark.h>

#include "protocol/batch.h"
#include "protocol/reply/reply.h"
#include "protocol/reply/response.h"
#include "protocol/request.h"
#include "protocol/request_writer.h"

namespace winnow {
namespace {

constexpr uint8_t integer = 1, string = 3;
constexpr size_t batch_rows = 100;

Digest digest_of_row(size_t row) {
    return digest_of("bench", static_cast<int64_t>(row));
}

void add_key(RequestWriter& writer) {
    writer.add_field(FieldId::namespace_name, "test");
    writer.add_field(FieldId::set, "bench");
    writer.add_digest(digest_of_row(0));
}

// A bin as a version keeps it: name length, name, value.
Buffer kept_bin(std::string_view name, size_t value_size) {
    Buffer bin;
    bin.append_byte(static_cast<uint8_t>(name.size()));
    bin.append(name);
    std::memset(bin.extend(value_size), 'x', value_size);
    return bin;
}

Buffer get_frame() {
    Buffer frame;
    RequestWriter writer(frame);
    writer.begin({.info1 = info1::read | info1::get_all, .transaction_ttl_ms = 1000});
    add_key(writer);
    writer.end();
    return frame;
}

Buffer put_frame() {
    Buffer frame, number, text;
    number.append_be<uint64_t>(7);
    text.append("0123456789abcdef");
    RequestWriter writer(frame);
    writer.begin({.info2 = info2::write, .transaction_ttl_ms = 1000});
    add_key(writer);
    writer.add_operation(OperationCode::write, integer, "a", number.bytes());
    writer.add_operation(OperationCode::write, integer, "g", number.bytes());
    writer.add_operation(OperationCode::write, string, "s", text.bytes());
    writer.end();
    return frame;
}

Buffer batch_frame(bool repeat) {
    Buffer frame;
    RequestWriter writer(frame);
    writer.begin({.info1 = info1::batch, .transaction_ttl_ms = 1000});
    writer.begin_batch(batch_flag::allow_inline | batch_flag::respond_all_keys);
    for (size_t row = 0; row < batch_rows; row++) {
        auto index = static_cast<uint32_t>(row);
        if (repeat && row > 0) {
            writer.repeat_row(index, digest_of_row(row));
            continue;
        }
        writer.begin_row(
            {.index = index, .digest = digest_of_row(row), .info1 = info1::read | info1::get_all});
        writer.add_field(FieldId::namespace_name, "test");
        writer.add_field(FieldId::set, "bench");
    }
    writer.end();
    return frame;
}

// What a handler takes from a single-record request.
uint64_t use(const Request& request) {
    uint64_t sum = request.info1 + request.info2 + request.generation + request.record_ttl;
    sum += request.fields.namespace_name().size() + request.fields.set()->size();
    sum += request.fields.digest()->order_key() + request.fields.has(FieldId::key);
    for (Operation op : request.ops) sum += op.name.size() + op.value.size() + op.particle;
    return sum;
}

void decode(benchmark::State& state, const Buffer& frame) {
    for (auto _ : state) {
        Bytes bytes = frame.bytes();
        benchmark::DoNotOptimize(bytes);
        uint64_t size = decode_frame_header(bytes)->size;
        Result<Request> request = decode_request(bytes.subspan(frame_header_size, size));
        benchmark::DoNotOptimize(use(*request));
    }
}
void decode_get(benchmark::State& state) {
    decode(state, get_frame());
}
void decode_put(benchmark::State& state) {
    decode(state, put_frame());
}
BENCHMARK(decode_get);
BENCHMARK(decode_put);

void encode_get_reply(benchmark::State& state) {
    Buffer a = kept_bin("a", 8), g = kept_bin("g", 8), s = kept_bin("s", 16), out;
    for (auto _ : state) {
        out.clear();
        MessageWriter writer(out);
        writer.begin_frame();
        writer.begin_message({.generation = 1});
        writer.add_bin(OperationCode::read, integer, a.bytes());
        writer.add_bin(OperationCode::read, integer, g.bytes());
        writer.add_bin(OperationCode::read, string, s.bytes());
        writer.end_message();
        writer.end_frame();
        benchmark::DoNotOptimize(out.data());
        benchmark::ClobberMemory();
    }
}
BENCHMARK(encode_get_reply);

void encode_put_reply(benchmark::State& state) {
    Buffer out;
    for (auto _ : state) {
        out.clear();
        append_header_reply(out, {.generation = 1});
        benchmark::DoNotOptimize(out.data());
        benchmark::ClobberMemory();
    }
}
BENCHMARK(encode_put_reply);

// Both passes of a handler: check, rewind, run.
void read_batch(benchmark::State& state, bool repeat) {
    Buffer frame = batch_frame(repeat);
    for (auto _ : state) {
        Bytes body = frame.bytes().subspan(frame_header_size);
        benchmark::DoNotOptimize(body);
        Result<Request> request = decode_request(body);
        BatchReader reader = BatchReader::open(request->fields).value();
        uint64_t sum = 0;
        for (int pass = 0; pass < 2; pass++, reader.rewind())
            while (const BatchRow* row = *reader.next())
                sum += row->digest.order_key() + row->fields.namespace_name().size();
        benchmark::DoNotOptimize(sum);
    }
    state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * batch_rows));
}
void read_batch_of_100_repeating(benchmark::State& state) {
    read_batch(state, true);
}
void read_batch_of_100_full_rows(benchmark::State& state) {
    read_batch(state, false);
}
BENCHMARK(read_batch_of_100_repeating);
BENCHMARK(read_batch_of_100_full_rows);

// Of a scan: digest, set, namespace and three bins a record.
void encode_scan_row(benchmark::State& state) {
    Buffer a = kept_bin("a", 8), g = kept_bin("g", 8), s = kept_bin("s", 16), out;
    Digest digest = digest_of_row(0);
    for (auto _ : state) {
        if (out.size() > 100'000) out.clear();
        MessageWriter writer(out);
        writer.begin_message({.generation = 1});
        writer.add_field(FieldId::namespace_name, bytes_of("test"));
        writer.add_field(FieldId::digest, digest.bytes);
        writer.add_field(FieldId::set, bytes_of("bench"));
        writer.add_bin(OperationCode::read, integer, a.bytes());
        writer.add_bin(OperationCode::read, integer, g.bytes());
        writer.add_bin(OperationCode::read, string, s.bytes());
        writer.end_message();
        benchmark::DoNotOptimize(out.data());
        benchmark::ClobberMemory();
    }
}
BENCHMARK(encode_scan_row);

void decode_get_reply(benchmark::State& state) {
    Buffer a = kept_bin("a", 8), s = kept_bin("s", 16), out;
    MessageWriter writer(out);
    writer.begin_frame();
    writer.begin_message({.generation = 1});
    writer.add_bin(OperationCode::read, integer, a.bytes());
    writer.add_bin(OperationCode::read, string, s.bytes());
    writer.end_message();
    writer.end_frame();
    for (auto _ : state) {
        ResponseReader reader(out.bytes().subspan(frame_header_size));
        uint64_t sum = 0;
        for (Operation op : (*reader.next())->ops) sum += op.value.size();
        benchmark::DoNotOptimize(sum);
    }
}
BENCHMARK(decode_get_reply);

}  // namespace
}  // namespace winnow

BENCHMARK_MAIN();
