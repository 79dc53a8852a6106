// status and index list: what the server says of itself, from its info commands, as tables.

#include <fmt/core.h>

#include "cli/commands/info_text.h"
#include "cli/commands/run.h"
#include "cli/output/table.h"
#include "cli/words.h"

namespace winnow::cli {
namespace {

using Names = std::vector<std::string>;

// "Aerospike Community Edition build 8.0.0.15 (Winnow 0.1.0)": what stands in the brackets.
std::string_view version_of(std::string_view text) {
    size_t begin = text.find('('), end = text.find(')');
    if (begin == std::string_view::npos || end == std::string_view::npos || end < begin)
        return text;
    return text.substr(begin + 1, end - begin - 1);
}

Answer<Table> server_table(const Call& call, const client::Client& client) {
    Table table({"node", "address", "version", "protocol", "uptime", "connections", "queries"});
    auto nodes = client.info_all("statistics");
    if (!nodes) return failed(nodes.error());
    for (auto& [node, answer] : *nodes) {
        if (!answer) return failed(answer.error());
        InfoPairs statistics(*answer, ';');
        auto version = client.info(node, "version", {});
        auto build = client.info(node, "build", {});
        if (!version) return failed(version.error());
        if (!build) return failed(build.error());
        auto member = client.cluster().node(node);
        table.add({Cell::string(node),
                   Cell::string(member ? (*member)->address().text() : call.session.server_name()),
                   Cell::string(version_of(trim(*version))), Cell::string(trim(*build)),
                   Cell::duration(statistics.number("uptime")),
                   Cell::number(statistics.number("client_connections")),
                   Cell::number(statistics.number("long_queries_active"))});
    }
    return table;
}

Answer<Table> namespace_table(const client::Client& client, const Names& namespaces) {
    Table table({"namespace", "records", "memory", "of", "default ttl", "writes"});
    for (const std::string& ns : namespaces) {
        Answer<Names> answers = ask_nodes(client, fmt::format("namespace/{}", ns));
        if (!answers) return fail(answers.error());
        uint64_t records = 0, used = 0, limit = 0;
        for (const std::string& answer : *answers) {
            InfoPairs statistics(answer, ';');
            records += statistics.number("master_objects");
            used += statistics.number("memory_used_bytes");
            limit += statistics.number("memory-size");
        }
        InfoPairs first(answers->front(), ';');
        uint64_t ttl = first.number("default-ttl");
        bool full = first.text("stop_writes") == "true";
        table.add({Cell::string(ns), Cell::number(records), Cell::bytes(used), Cell::bytes(limit),
                   ttl == 0 ? Cell{.text = "never"} : Cell::duration(ttl),
                   Cell::string(full ? "refused: memory is full" : "served")});
    }
    return table;
}

// As `index create --type` has it.
std::string_view type_name(std::string_view type) {
    return type == "numeric" ? "int" : type == "string" ? "str" : type;
}

Answer<Table> index_table(const client::Client& client, const Names& namespaces) {
    Table table({"index", "namespace", "set", "bin", "type", "entries", "bytes", "ready"});
    for (const std::string& ns : namespaces) {
        Answer<Names> list = ask_nodes(client, fmt::format("sindex-list:ns={}", ns));
        if (!list) return fail(list.error());
        for (const std::string& entry : split_at(trim(list->front()), ';')) {
            InfoPairs index(entry, ':');
            std::string_view name = index.text("indexname"), set = index.text("set");
            if (name.empty()) continue;
            Answer<Names> statistics =
                ask_nodes(client, fmt::format("sindex-stat:ns={};indexname={}", ns, name));
            if (!statistics) return fail(statistics.error());
            uint64_t entries = 0, used = 0, percent = 100;
            for (const std::string& answer : *statistics) {
                InfoPairs numbers(answer, ';');
                entries += numbers.number("entries");
                used += numbers.number("used_bytes");
                percent = std::min(percent, numbers.number("load_pct"));
            }
            Cell ready{fmt::format("{} %", percent), fmt::format("{}", percent), true};
            table.add({Cell::string(name), Cell::string(ns),
                       set == "null" ? Cell{} : Cell::string(set), Cell::string(index.text("bin")),
                       Cell::string(type_name(index.text("type"))), Cell::number(entries),
                       Cell::bytes(used), ready});
        }
    }
    return table;
}

// Queries that run now or have run lately.
Answer<Table> query_table(const client::Client& client) {
    Table table({"query", "namespace", "set", "records", "time", "status"});
    Answer<Names> answers = ask_nodes(client, "query-show");
    if (!answers) return fail(answers.error());
    for (const std::string& answer : *answers) {
        for (const std::string& entry : split_at(trim(answer), ';')) {
            InfoPairs query(entry, ':');
            if (!query.text("status").starts_with("active")) continue;
            table.add({Cell::string(query.text("trid")), Cell::string(query.text("ns")),
                       Cell::string(query.text("set")),
                       Cell::number(query.number("recs-succeeded")),
                       Cell{time_text(query.number("run-time") * 1'000'000),
                            fmt::format("{}", query.number("run-time")), true},
                       Cell::string(query.text("status"))});
        }
    }
    return table;
}

}  // namespace

Answer<> run_status(Call& call) {
    Answer<client::Client*> client = call.session.client();
    if (!client) return fail(client.error());
    Answer<Names> namespaces = namespaces_of(**client);
    if (!namespaces) return fail(namespaces.error());

    std::pair<std::string_view, Answer<Table>> tables[] = {
        {"server", server_table(call, **client)},
        {"namespace", namespace_table(**client, *namespaces)},
        {"index", index_table(**client, *namespaces)},
        {"query", query_table(**client)},
    };
    bool first = true;
    for (auto& [kind, table] : tables) {
        if (!table) return fail(table.error());
        if (call.json()) {
            table->print_json(kind);
        } else if (table->size() != 0) {
            if (!first) fmt::print("\n");
            first = false;
            table->print();
        }
    }
    return {};
}

Answer<> run_index_list(Call& call) {
    Answer<client::Client*> client = call.session.client();
    if (!client) return fail(client.error());
    Answer<Table> table = index_table(**client, {call.ns()});
    if (!table) return fail(table.error());
    call.json() ? table->print_json() : table->print();
    return {};
}

}  // namespace winnow::cli
