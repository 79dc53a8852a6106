#include "client/record.h"

#include <algorithm>

#include "base/clock.h"

namespace winnow::client {

ValueView RecordView::user_key() const {
    Result<KeyView> key = response_->fields.key();
    if (!key || !*key) return {};
    return {static_cast<Particle>(key->particle), key->value};
}

std::optional<ValueView> RecordView::find(std::string_view name) const {
    for (Bin bin : *this) {
        if (bin.name == name) return bin.value;
    }
    return {};
}

Result<> Record::assign(Bytes message) {
    message_.clear();
    message_.append(message);
    ResponseReader reader(message_.bytes());
    Result<const Response*> response = reader.next();
    if (!response) return fail(response.error());
    if (*response == nullptr) return fail(ResultCode::server_error, "empty reply");
    response_ = **response;
    return {};
}

int64_t remaining_seconds(uint32_t void_time, uint64_t now_ms) {
    if (void_time == 0) return -1;
    int64_t now_seconds = static_cast<int64_t>(now_ms / 1000) - int64_t{record_epoch_seconds};
    return std::max<int64_t>(int64_t{void_time} - now_seconds, 1);
}

}  // namespace winnow::client
