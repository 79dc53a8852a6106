// scan and query: records of a set or namespace, all or those that an index finds, whole or page by
// page.

#include <fmt/format.h>

#include <cstdio>

#include "base/clock.h"
#include "cli/commands/run.h"
#include "cli/literal.h"
#include "cli/output/record_output.h"
#include "cli/output/terminal.h"
#include "cli/resume_file.h"
#include "cli/words.h"

namespace winnow::cli {
namespace {

// Ends a wait for the server, which may be long between two records.
class CtrlC final : public Interrupt {
public:
    bool requested() override { return interrupted(); }
};

// `5` or `0-63`.
Answer<client::PartitionProgress> partitions_of_text(std::string_view text) {
    std::vector<std::string> ends = split_at(text, '-');
    auto number = [](const std::string& digits) -> std::optional<uint32_t> {
        if (digits.empty() || digits.size() > 4) return {};
        if (digits.find_first_not_of("0123456789") != std::string::npos) return {};
        return static_cast<uint32_t>(std::stoul(digits));
    };
    std::optional<uint32_t> first = number(ends.front()), last = number(ends.back());
    if (ends.size() <= 2 && first && last && *first <= *last) {
        auto progress = client::PartitionProgress::range(*first, *last - *first + 1);
        if (progress) return *progress;
    }
    return misused("--partitions {}: partitions are 0 to {}, written 5 or 0-63", text,
                   partition_count - 1);
}

Answer<client::Query> query_of(const Call& call) {
    client::Query query{.ns = call.ns(), .set = call.set(), .bins = call.list("select")};
    query.no_bins = call.has("count") || call.has("no-bins");
    if (std::optional<std::string> condition = call.value("where")) {
        Answer<client::Predicate> where = condition_of_text(*condition);
        if (!where) return fail(where.error());
        query.where = *std::move(where);
    }
    Answer<uint64_t> limit = call.number("limit", 0, 1, UINT64_MAX);
    if (!limit) return fail(limit.error());
    query.max_records = *limit;
    return query;
}

Answer<client::PartitionProgress> progress_of(const Call& call, const client::Query& query) {
    client::PartitionProgress progress = client::PartitionProgress::all();
    if (auto partitions = call.value("partitions")) {
        Answer<client::PartitionProgress> some = partitions_of_text(*partitions);
        if (!some) return fail(some.error());
        progress = *std::move(some);
    }
    if (auto file = call.value("resume")) WINNOW_TRY(read_resume_file(*file, query, progress));
    return progress;
}

tl::unexpected<Trouble> query_failed(const client::Query& query, const client::Failure& failure) {
    if (failure.code == ResultCode::index_not_found && query.where)
        return failed("no index finds this in bin '{}': `winnow index create {}{}{}` makes one",
                      query.where->bin, query.where->bin, query.set.empty() ? "" : " --set ",
                      query.set);
    if (failure.code == ResultCode::index_not_readable)
        return failed("the index is still being built: `winnow index list` shows how far it is");
    return failed(failure);
}

// What stands below the records: how many there were, and whether --resume has more.
void print_end(const Call& call, bool more, uint64_t count, uint64_t time_ns) {
    if (!call.json()) {
        fmt::print("{} record{} in {}\n", count_text(count), count == 1 ? "" : "s",
                   time_text(time_ns));
    } else if (call.has("count")) {
        fmt::print("{{\"count\": {}}}\n", count);
    }
    if (!call.has("resume")) return;
    if (call.json()) {
        fmt::print("{{\"more\": {}}}\n", more);
    } else if (more) {
        fmt::print("there is more: the same command goes on\n");
    } else {
        fmt::print("that is all: remove {} to begin again\n", *call.value("resume"));
    }
}

}  // namespace

Answer<> run_query(Call& call) {
    Answer<client::Query> query = query_of(call);
    if (!query) return fail(query.error());
    Answer<client::PartitionProgress> progress = progress_of(call, *query);
    if (!progress) return fail(progress.error());
    client::QueryPolicy policy;
    Answer<uint64_t> rate = call.number("rate", 0, 1);
    if (!rate) return fail(rate.error());
    policy.records_per_second = static_cast<uint32_t>(*rate);
    CtrlC ctrl_c;
    policy.interrupt = &ctrl_c;
    Answer<client::Client*> client = call.session.client();
    if (!client) return fail(client.error());

    RecordOutput output({.json = call.json(),
                         .set = query->set.empty(),
                         .digest = call.has("digest") || call.has("no-bins"),
                         .meta = call.has("meta")});
    bool counting = call.has("count");
    uint64_t count = 0, start_ns = system_clock().monotonic_ns();
    client::Outcome<> done = (*client)->query(
        *query, *progress,
        [&](const client::RecordView& record) {
            count++;
            if (!counting) {
                Result<Digest> digest = record.digest();
                output.add({record.set(), record.user_key(), digest ? *digest : Digest{}, record});
            }
            return !interrupted();
        },
        policy);
    output.finish();
    // What was shown is read, whatever ended the query.
    if (auto file = call.value("resume")) {
        if (std::fflush(stdout) != 0) return failed("the output could not be written");
        WINNOW_TRY(write_resume_file(*file, *query, *progress));
    }
    if (!done && !interrupted()) return query_failed(*query, done.error());
    print_end(call, !progress->done(), count, system_clock().monotonic_ns() - start_ns);
    if (interrupted()) return failed("ended by Ctrl-C after {} records", count_text(count));
    return {};
}

}  // namespace winnow::cli
