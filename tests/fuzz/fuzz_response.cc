// Replies as a client reads them: every message of a body. What decodes is written again by the
// server's half and must decode to the same.

#include "protocol/reply/reply.h"
#include "protocol/reply/response.h"
#include "touch.h"

using namespace winnow;
using winnow::fuzz::require;
using winnow::fuzz::touch;

namespace {

void check_round_trip(const Response& message) {
    Buffer out;
    MessageWriter writer(out);
    writer.begin_frame();
    writer.begin_message({message.result, message.info3, message.generation, message.void_time,
                          message.transaction_ttl});
    for (size_t i = 0; i < field_id_count; i++) {
        auto id = static_cast<FieldId>(i);
        if (message.fields.has(id)) writer.add_field(id, message.fields.get(id));
    }
    for (Operation op : message.ops) writer.add_operation(op.code, op.particle, op.name, op.value);
    writer.end_message();
    writer.end_frame();

    ResponseReader reader(out.bytes().subspan(frame_header_size));
    const Response* again = reader.next().value();
    require(again != nullptr && again->result == message.result && again->info3 == message.info3);
    require(again->generation == message.generation && again->void_time == message.void_time);
    require(again->transaction_ttl == message.transaction_ttl);
    require(again->ops.size() == message.ops.size());
    for (size_t i = 0; i < field_id_count; i++) {
        auto id = static_cast<FieldId>(i);
        require(same_bytes(again->fields.get(id), message.fields.get(id)));
    }
    require(reader.next().value() == nullptr);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    ResponseReader reader({data, size});
    for (;;) {
        Result<const Response*> message = reader.next();
        if (!message) {
            require(!reader.next());
            return 0;
        }
        if (*message == nullptr) return 0;
        touch((*message)->fields);
        touch((*message)->ops);
        (void)(*message)->index_value();
        check_round_trip(**message);
    }
}
