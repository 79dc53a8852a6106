// truncate, index create, index drop, index list, sets, info.

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>

#include "base/clock.h"
#include "cli/commands/info_text.h"
#include "cli/commands/run.h"
#include "cli/output/table.h"
#include "cli/output/terminal.h"
#include "cli/words.h"

namespace winnow::cli {
namespace {

// Records of a set, or of all of a namespace.
Answer<uint64_t> object_count(const client::Client& client, const Call& call) {
    std::string command = call.set().empty() ? fmt::format("namespace/{}", call.ns())
                                             : fmt::format("sets/{}/{}", call.ns(), call.set());
    Answer<std::vector<std::string>> answers = ask_nodes(client, command);
    if (!answers) return fail(answers.error());
    uint64_t count = 0;
    for (const std::string& answer : *answers)
        count += InfoPairs(trim(answer), call.set().empty() ? ';' : ':').number("objects");
    return count;
}

Answer<> confirm(const std::string& question) {
    if (!input_is_terminal())
        return misused("{}: nobody can be asked here; --yes means it", question);
    fmt::print("{}? [y/N] ", question);
    std::fflush(stdout);
    std::string answer;
    read_line(answer);
    if (answer == "y" || answer == "yes") return {};
    return failed("nothing was removed");
}

// The type of the first value of a bin that an index can be made of.
Answer<client::IndexType> guess_type(const client::Client& client, const Call& call,
                                     const std::string& bin) {
    client::Query query{.ns = call.ns(), .set = call.set(), .bins = {bin}};
    query.max_records = 1000;
    client::PartitionProgress progress = client::PartitionProgress::all();
    std::optional<Particle> type;
    client::Outcome<> done = client.query(query, progress, [&](const client::RecordView& record) {
        if (auto value = record.find(bin)) type = value->particle();
        return !type;
    });
    if (!done) return failed(done.error());
    if (type == Particle::integer) return client::IndexType::integer;
    if (type == Particle::string) return client::IndexType::string;
    if (!type) return misused("no record has a bin '{}' to tell its type by: give --type", bin);
    return misused("bin '{}' holds values of type {}: an index is of integers or strings", bin,
                   particle_text(static_cast<uint8_t>(*type)));
}

Answer<client::IndexType> type_of(const client::Client& client, const Call& call) {
    std::optional<std::string> name = call.value("type");
    if (!name) return guess_type(client, call, call.arguments[0]);
    if (*name == "int") return client::IndexType::integer;
    if (*name == "str") return client::IndexType::string;
    if (*name == "blob") return client::IndexType::blob;
    if (*name == "geo") return client::IndexType::geo;
    return misused("--type {}: int, str, blob or geo", *name);
}

}  // namespace

Answer<> run_truncate(Call& call) {
    Answer<client::Client*> client = call.session.client();
    if (!client) return fail(client.error());
    Answer<uint64_t> count = object_count(**client, call);
    if (!count) return fail(count.error());
    std::string what =
        call.set().empty()
            ? fmt::format("all {} records of namespace {}", count_text(*count), call.ns())
            : fmt::format("all {} records of {}.{}", count_text(*count), call.ns(), call.set());
    if (!call.has("yes")) WINNOW_TRY(confirm("remove " + what));
    client::Outcome<> done = (*client)->truncate(call.ns(), call.set());
    if (!done) return failed(done.error());
    if (!call.json()) fmt::print("removed {}\n", what);
    return {};
}

Answer<> run_index_create(Call& call) {
    client::IndexSpec index;
    index.ns = call.ns();
    index.set = call.set();
    index.bin = call.arguments[0];
    index.name = call.value("name").value_or(
        index.set.empty() ? index.bin : fmt::format("{}_{}", index.set, index.bin));
    Answer<client::Client*> client = call.session.client();
    if (!client) return fail(client.error());
    Answer<client::IndexType> type = type_of(**client, call);
    if (!type) return fail(type.error());
    index.type = *type;

    uint64_t start_ns = system_clock().monotonic_ns();
    client::AdminPolicy policy;
    policy.wait = !call.has("no-wait");
    client::Outcome<> done = (*client)->create_index(index, policy);
    if (!done && done.error().code == ResultCode::index_found)
        return failed("there is such an index: `winnow index list` shows it");
    if (!done) return failed(done.error());
    if (!call.json())
        fmt::print("index {} {} in {}\n", index.name, policy.wait ? "is ready" : "is being built",
                   time_text(system_clock().monotonic_ns() - start_ns));
    return {};
}

Answer<> run_index_drop(Call& call) {
    Answer<client::Client*> client = call.session.client();
    if (!client) return fail(client.error());
    // To the server it is no error if there is none.
    Answer<std::vector<std::string>> names = indexes_of(**client, call.ns());
    if (!names) return fail(names.error());
    const std::string& name = call.arguments[0];
    if (std::ranges::find(*names, name) == names->end())
        return failed("namespace {} has no index '{}': `winnow index list` shows those there are",
                      call.ns(), name);
    client::Outcome<> done = (*client)->drop_index(call.ns(), name);
    if (!done) return failed(done.error());
    return {};
}

Answer<> run_sets(Call& call) {
    Answer<client::Client*> client = call.session.client();
    if (!client) return fail(client.error());
    WINNOW_TRY(check_namespace(**client, call.ns()));
    Answer<std::vector<std::string>> answers =
        ask_nodes(**client, fmt::format("sets/{}", call.ns()));
    if (!answers) return fail(answers.error());
    Table table({"set", "records", "bytes", "indexes"});
    for (const std::string& entry : split_at(trim(answers->front()), ';')) {
        InfoPairs set(entry, ':');
        if (set.text("set").empty()) continue;
        table.add({Cell::string(set.text("set")), Cell::number(set.number("objects")),
                   Cell::bytes(set.number("data_used_bytes")),
                   Cell::number(set.number("sindexes"))});
    }
    call.json() ? table.print_json() : table.print();
    return {};
}

Answer<> run_info(Call& call) {
    Answer<client::Client*> client = call.session.client();
    if (!client) return fail(client.error());
    auto nodes = (*client)->info_all(call.arguments[0]);
    if (!nodes) return failed(nodes.error());
    for (auto& [node, answer] : *nodes) {
        if (!answer) return failed(answer.error());
        if (call.json()) {
            Table table({"node", "answer"});
            table.add({Cell::string(node), Cell::string(trim(*answer))});
            table.print_json();
            continue;
        }
        if (nodes->size() > 1) fmt::print("{}:\n", node);
        for (const std::string& line : split_at(trim(*answer), call.has("lines") ? ';' : '\n'))
            fmt::print("{}\n", line);
    }
    return {};
}

}  // namespace winnow::cli
