// The part of the client that speaks info commands.

#include <fmt/core.h>

#include <charconv>
#include <chrono>
#include <thread>

#include "client/client.h"
#include "client/cluster/info_reply.h"

namespace winnow::client {
namespace {

Outcome<std::string> ask(Node& node, std::string_view command, const AdminPolicy& policy) {
    if (command.empty() || command.find('\n') != std::string_view::npos)
        return fail(request_failure(ResultCode::parameter, "an info command is one line"));
    Outcome<InfoReply> reply = node.info(std::span(&command, 1), policy.timeout_ms);
    if (!reply) return fail(reply.error());
    Outcome<std::string_view> value = reply->need(command, node.name());
    if (!value) return fail(value.error());
    return std::string(*value);
}

// For commands whose only good answer is `ok`.
Outcome<> need_ok(const Client& client, std::string_view command, const AdminPolicy& policy) {
    Outcome<std::string> answer = client.info(command, policy);
    if (!answer) return fail(answer.error());
    if (*answer == "ok") return {};
    return fail(Failure{ResultCode::server_error,
                        FailureSource::reply,
                        false,
                        fmt::format("unexpected answer: {}", *answer),
                        {}});
}

Outcome<> check_name(std::string_view name, std::string_view of_what) {
    if (fits_info(name)) return {};
    return fail(request_failure(
        ResultCode::parameter,
        fmt::format("the name of the {} is empty or has one of : ; , = TAB LF in it", of_what)));
}

std::string_view type_text(IndexType type) {
    switch (type) {
        case IndexType::integer: return "NUMERIC";
        case IndexType::string: return "STRING";
        case IndexType::blob: return "BLOB";
        case IndexType::geo: return "GEO2DSPHERE";
    }
    return "";
}

std::string_view collection_text(CollectionType collection) {
    switch (collection) {
        case CollectionType::none: return "";
        case CollectionType::list: return ";indextype=LIST";
        case CollectionType::map_keys: return ";indextype=MAPKEYS";
        case CollectionType::map_values: return ";indextype=MAPVALUES";
    }
    return "";
}

// How much of an index is built, from `...;load_pct=n;...`.
Outcome<uint32_t> load_percent(std::string_view statistics, const std::string& node) {
    constexpr std::string_view name = "load_pct=";
    size_t at = statistics.find(name);
    uint32_t percent = 0;
    if (at != std::string_view::npos) {
        const char* first = statistics.data() + at + name.size();
        if (std::from_chars(first, statistics.data() + statistics.size(), percent).ec ==
            std::errc{})
            return percent;
    }
    return fail(Failure{ResultCode::server_error, FailureSource::reply, false,
                        "the server does not tell how far the index is built", node});
}

}  // namespace

Outcome<std::string> Client::info(std::string_view command, const AdminPolicy& policy) const {
    Outcome<std::vector<Node*>> nodes = cluster_->nodes();
    if (!nodes) return fail(nodes.error());
    return ask(*nodes->front(), command, policy);
}

Outcome<std::string> Client::info(std::string_view node_name, std::string_view command,
                                  const AdminPolicy& policy) const {
    Outcome<Node*> node = cluster_->node(node_name);
    if (!node) return fail(node.error());
    return ask(**node, command, policy);
}

Outcome<std::vector<Client::NodeAnswer>> Client::info_all(std::string_view command,
                                                          const AdminPolicy& policy) const {
    Outcome<std::vector<Node*>> nodes = cluster_->nodes();
    if (!nodes) return fail(nodes.error());
    std::vector<NodeAnswer> answers;
    for (Node* node : *nodes) answers.emplace_back(node->name(), ask(*node, command, policy));
    return answers;
}

Outcome<> Client::create_index(const IndexSpec& index, const AdminPolicy& policy) const {
    WINNOW_TRY(check_name(index.ns, "namespace"));
    if (!index.set.empty()) WINNOW_TRY(check_name(index.set, "set"));
    WINNOW_TRY(check_name(index.name, "index"));
    WINNOW_TRY(check_name(index.bin, "bin"));
    std::string set = index.set.empty() ? "" : fmt::format(";set={}", index.set);
    WINNOW_TRY(need_ok(*this,
                       fmt::format("sindex-create:ns={}{};indexname={}{};indexdata={},{}", index.ns,
                                   set, index.name, collection_text(index.collection), index.bin,
                                   type_text(index.type)),
                       policy));
    if (!policy.wait) return {};
    return wait_for_index(index.ns, index.name, policy);
}

Outcome<> Client::wait_for_index(std::string_view ns, std::string_view name,
                                 const AdminPolicy& policy) const {
    WINNOW_TRY(check_name(ns, "namespace"));
    WINNOW_TRY(check_name(name, "index"));
    std::string command = fmt::format("sindex-stat:ns={};indexname={}", ns, name);
    Deadline deadline = Deadline::in(policy.wait_timeout_ms);
    for (;;) {
        Outcome<std::vector<NodeAnswer>> answers = info_all(command, policy);
        if (!answers) return fail(answers.error());
        bool complete = true;
        for (const auto& [node, answer] : *answers) {
            if (!answer) return fail(answer.error());
            Outcome<uint32_t> percent = load_percent(*answer, node);
            if (!percent) return fail(percent.error());
            complete &= *percent >= 100;
        }
        if (complete) return {};
        if (deadline.passed())
            return fail(Failure{ResultCode::timeout,
                                FailureSource::timeout,
                                false,
                                "the index is not built yet",
                                {}});
        std::this_thread::sleep_for(std::chrono::milliseconds(policy.poll_interval_ms));
    }
}

Outcome<> Client::drop_index(std::string_view ns, std::string_view name,
                             const AdminPolicy& policy) const {
    WINNOW_TRY(check_name(ns, "namespace"));
    WINNOW_TRY(check_name(name, "index"));
    return need_ok(*this, fmt::format("sindex-delete:ns={};indexname={}", ns, name), policy);
}

Outcome<> Client::truncate(std::string_view ns, std::string_view set, uint64_t before_ns,
                           const AdminPolicy& policy) const {
    WINNOW_TRY(check_name(ns, "namespace"));
    if (!set.empty()) WINNOW_TRY(check_name(set, "set"));
    std::string command = set.empty() ? fmt::format("truncate-namespace:namespace={}", ns)
                                      : fmt::format("truncate:namespace={};set={}", ns, set);
    if (before_ns != 0) command += fmt::format(";lut={}", before_ns);
    return need_ok(*this, command, policy);
}

}  // namespace winnow::client
