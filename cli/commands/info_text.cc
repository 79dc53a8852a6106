#include "cli/commands/info_text.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "cli/words.h"

namespace winnow::cli {
namespace {

// Enough to see the bins of an ordinary set.
constexpr uint64_t looked_at_max = 100;

using Names = std::vector<std::string>;

// What stands under `name` in each entry of a list.
Answer<Names> names_in(const client::Client& client, std::string_view command,
                       std::string_view name) {
    Answer<Names> answers = ask_nodes(client, command);
    if (!answers) return fail(answers.error());
    std::set<std::string> names;
    for (const std::string& answer : *answers) {
        for (const std::string& entry : split_at(answer, ';')) {
            std::string_view found = name.empty() ? entry : InfoPairs(entry, ':').text(name);
            if (!found.empty()) names.emplace(found);
        }
    }
    return Names(names.begin(), names.end());
}

}  // namespace

Answer<Names> ask_nodes(const client::Client& client, std::string_view command) {
    auto nodes = client.info_all(command);
    if (!nodes) return failed(nodes.error());
    Names answers;
    for (auto& [node, answer] : *nodes) {
        if (!answer) return failed(answer.error());
        answers.push_back(*std::move(answer));
    }
    return answers;
}

Answer<Names> namespaces_of(const client::Client& client) {
    return names_in(client, "namespaces", "");
}

Answer<> check_namespace(const client::Client& client, std::string_view ns) {
    Answer<Names> names = namespaces_of(client);
    if (!names) return fail(names.error());
    if (std::ranges::find(*names, ns) == names->end())
        return failed("no such namespace: '{}'; `winnow status` lists those there are", ns);
    return {};
}

Answer<Names> sets_of(const client::Client& client, std::string_view ns) {
    return names_in(client, fmt::format("sets/{}", ns), "set");
}

Answer<Names> indexes_of(const client::Client& client, std::string_view ns) {
    return names_in(client, fmt::format("sindex-list:ns={}", ns), "indexname");
}

Answer<Names> bins_of(const client::Client& client, std::string_view ns, std::string_view set) {
    client::Query query{.ns = std::string(ns), .set = std::string(set)};
    query.max_records = looked_at_max;
    client::PartitionProgress progress = client::PartitionProgress::all();
    std::set<std::string> names;
    client::Outcome<> done = client.query(query, progress, [&](const client::RecordView& record) {
        for (client::Bin bin : record) names.emplace(bin.name);
        return true;
    });
    if (!done) return failed(done.error());
    return Names(names.begin(), names.end());
}

}  // namespace winnow::cli
