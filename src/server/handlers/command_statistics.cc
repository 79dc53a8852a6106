#include "server/handlers/command_statistics.h"

namespace winnow {
namespace {

// The statistics of one kind of command.
struct Names {
    Statistic success, error, timeout, not_found, filtered_out;
};

// Writes have no "not found": it counts as an error, as in Aerospike.
#define WINNOW_NAMES(kind)                                                             \
    Names {                                                                            \
        Statistic::kind##_success, Statistic::kind##_error, Statistic::kind##_timeout, \
            Statistic::kind##_not_found, Statistic::kind##_filtered_out                \
    }
#define WINNOW_WRITE_NAMES(kind)                                                       \
    Names {                                                                            \
        Statistic::kind##_success, Statistic::kind##_error, Statistic::kind##_timeout, \
            Statistic::kind##_error, Statistic::kind##_filtered_out                    \
    }

const Names& names_of(const Command& command, CommandSource source) {
    static constexpr Names client_read = WINNOW_NAMES(client_read);
    static constexpr Names client_write = WINNOW_WRITE_NAMES(client_write);
    static constexpr Names client_delete = WINNOW_NAMES(client_delete);
    static constexpr Names batch_read = WINNOW_NAMES(batch_sub_read);
    static constexpr Names batch_write = WINNOW_WRITE_NAMES(batch_sub_write);
    static constexpr Names batch_delete = WINNOW_NAMES(batch_sub_delete);
    bool client = source == CommandSource::client;
    if (command.remove) return client ? client_delete : batch_delete;
    if (command.writes) return client ? client_write : batch_write;
    return client ? client_read : batch_read;
}

#undef WINNOW_NAMES
#undef WINNOW_WRITE_NAMES

}  // namespace

void count_result(Namespace& ns, const Command& command, CommandSource source, ResultCode result) {
    const Names& names = names_of(command, source);
    Statistic which = names.error;
    switch (result) {
        case ResultCode::ok: which = names.success; break;
        case ResultCode::not_found: which = names.not_found; break;
        case ResultCode::timeout: which = names.timeout; break;
        case ResultCode::filtered_out: which = names.filtered_out; break;
        default: break;
    }
    ns.statistics().add(which);
}

}  // namespace winnow
