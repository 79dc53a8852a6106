// Requests: fields, operations, the rows of a batch and every typed getter. What decodes is written
// again and must decode to the same.

#include "protocol/batch.h"
#include "protocol/query_fields.h"
#include "protocol/request.h"
#include "protocol/request_writer.h"
#include "touch.h"

using namespace winnow;
using winnow::fuzz::require;
using winnow::fuzz::touch;

namespace {

void check_record_fields(const FieldTable& fields) {
    touch(fields.namespace_name());
    if (auto set = fields.set()) touch(*set);
    if (auto key = fields.key()) touch(key->value);
    if (auto digest = fields.digest()) require(digest->partition() < partition_count);
    touch(fields.udf().arguments);
    (void)fields.udf_op();
    (void)fields.task_id();
    (void)fields.socket_timeout_ms();
    (void)fields.records_per_second();
    (void)fields.max_records();
}

void check_query_fields(const FieldTable& fields) {
    if (auto selection = PartitionSelection::decode(fields)) {
        require(selection->size() + selection->resume_count() <= partition_count);
        for (size_t i = 0; i < selection->size(); i++)
            require(selection->partition(i) < partition_count);
        for (size_t i = 0; i < selection->resume_count(); i++) {
            (void)selection->resume_digest(i);
            if (selection->has_resume_values()) (void)selection->resume_value(i);
        }
    }
    if (auto range = index_range(fields)) {
        touch(range->bin);
        touch(range->begin);
        touch(range->end);
        if (auto bounds = integer_range(*range)) require(bounds->first <= bounds->last);
    }
    (void)collection_type(fields);
    (void)scan_percent(fields);
    BinList bins(fields);
    uint32_t count = 0;
    for (std::string_view name : bins) {
        touch(name);
        count++;
    }
    require(count == bins.size());
}

uint32_t read_rows(BatchReader& reader) {
    uint32_t rows = 0;
    for (;;) {
        Result<const BatchRow*> row = reader.next();
        if (!row) require(!reader.next());  // an error stays
        if (!row || *row == nullptr) return rows;
        touch((*row)->fields);
        touch((*row)->ops);
        rows++;
    }
}

void check_batch(const FieldTable& fields) {
    Result<BatchReader> reader = BatchReader::open(fields);
    if (!reader) return;
    uint32_t rows = read_rows(*reader);
    require(rows <= reader->row_count());
    reader->rewind();
    require(read_rows(*reader) == rows);
}

void check_round_trip(const Request& request) {
    Buffer out;
    RequestWriter writer(out);
    writer.begin({request.info1, request.info2, request.info3, request.info4, request.generation,
                  request.record_ttl, request.transaction_ttl_ms});
    for (size_t i = 0; i < field_id_count; i++) {
        auto id = static_cast<FieldId>(i);
        if (request.fields.has(id)) writer.add_field(id, request.fields.get(id));
    }
    for (Operation op : request.ops) writer.add_operation(op.code, op.particle, op.name, op.value);
    writer.end();
    Result<Request> again = decode_request(out.bytes().subspan(frame_header_size));
    require(again.has_value());
    for (size_t i = 0; i < field_id_count; i++) {
        auto id = static_cast<FieldId>(i);
        require(again->fields.has(id) == request.fields.has(id));
        require(same_bytes(again->fields.get(id), request.fields.get(id)));
    }
    require(again->ops.size() == request.ops.size() && again->ops.codes() == request.ops.codes());
    auto it = again->ops.begin();
    for (Operation op : request.ops) {
        Operation other = *it++;
        require(other.code == op.code && other.particle == op.particle && other.name == op.name);
        require(same_bytes(other.value, op.value));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    Result<Request> request = decode_request({data, size});
    if (!request) {
        require(request.error().code == ResultCode::parameter);
        return 0;
    }
    touch(request->fields);
    touch(request->ops);
    check_record_fields(request->fields);
    check_query_fields(request->fields);
    check_batch(request->fields);
    check_round_trip(*request);
    return 0;
}
