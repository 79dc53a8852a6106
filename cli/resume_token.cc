#include "cli/resume_token.h"

#include "cli/literal.h"
#include "cli/output/json.h"
#include "record/key/digest.h"

namespace winnow::cli {
namespace {

using client::PartitionProgress;
using client::PartitionStatus;

constexpr uint8_t version = 1;
enum Kind : uint16_t { not_begun, done, begun };

Kind kind_of(const PartitionStatus& status) {
    return status.done ? done : status.started ? begun : not_begun;
}

// Tells queries apart that must not go on with each other's tokens.
uint32_t mark_of(const client::Query& query) {
    std::string text = query.ns + '\n' + query.set + '\n';
    if (query.where)
        text += query.where->bin + '\n' + query.where->first + '\n' + query.where->last;
    return digest_of("", text).modulo_word();
}

class TokenReader {
public:
    explicit TokenReader(Bytes bytes) : bytes_(bytes) {}

    bool at_end() const { return bytes_.empty(); }
    template <class T>
    bool take(T& value) {
        if (bytes_.size() < sizeof value) return false;
        value = load_be<T>(bytes_.data());
        bytes_ = bytes_.subspan(sizeof value);
        return true;
    }
    bool take(Digest& digest) {
        if (bytes_.size() < digest_size) return false;
        digest = Digest::from(bytes_.data());
        bytes_ = bytes_.subspan(digest_size);
        return true;
    }

private:
    Bytes bytes_;
};

// The statuses behind version and mark; false if they are cut.
bool read_statuses(TokenReader& reader, std::vector<PartitionStatus>& statuses) {
    uint16_t id = 0, count = 0, run = 0;
    if (!reader.take(id) || !reader.take(count)) return false;
    while (!reader.at_end()) {
        if (!reader.take(run)) return false;
        for (uint16_t i = 0; i < run >> 2; i++) {
            PartitionStatus status;
            status.id = id++;
            status.done = (run & 3) == done;
            status.started = (run & 3) == begun;
            if (status.started && !(reader.take(status.digest) && reader.take(status.index_value)))
                return false;
            statuses.push_back(status);
        }
        if (statuses.size() > count) return false;
    }
    return statuses.size() == count;
}

}  // namespace

std::string resume_token(const client::Query& query, const PartitionProgress& progress) {
    std::span<const PartitionStatus> statuses = progress.statuses();
    Buffer out;
    out.append_byte(version);
    out.append_be(mark_of(query));
    out.append_be(statuses.empty() ? uint16_t{0} : statuses[0].id);
    out.append_be(static_cast<uint16_t>(statuses.size()));
    for (size_t at = 0; at < statuses.size();) {
        size_t end = at;
        while (end < statuses.size() && kind_of(statuses[end]) == kind_of(statuses[at])) end++;
        out.append_be(static_cast<uint16_t>((end - at) << 2 | kind_of(statuses[at])));
        for (; at < end; at++) {
            if (kind_of(statuses[at]) != begun) continue;
            out.append(Bytes(statuses[at].digest.bytes));
            out.append_be(statuses[at].index_value);
        }
    }
    return hex_text(out.bytes());
}

Answer<PartitionProgress> progress_of_token(const client::Query& query, std::string_view token) {
    std::optional<std::string> bytes = bytes_of_hex(token);
    uint8_t found_version = 0;
    uint32_t mark = 0;
    std::vector<PartitionStatus> statuses;
    if (bytes) {
        TokenReader reader(bytes_of(*bytes));
        if (reader.take(found_version) && found_version == version && reader.take(mark) &&
            read_statuses(reader, statuses)) {
            if (mark != mark_of(query))
                return misused(
                    "--resume: the token is of a query with another namespace, set or "
                    "condition");
            if (auto progress = PartitionProgress::of(statuses)) return *progress;
        }
    }
    return misused("--resume: the token is damaged; copy all of what --page printed");
}

}  // namespace winnow::cli
