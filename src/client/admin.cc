// The part of the client that speaks info commands.

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <functional>
#include <thread>

#include "client/client.h"
#include "client/cluster/info_reply.h"
#include "protocol/base64.h"

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

// Asks `done` until it says so.
Outcome<> poll(const AdminPolicy& policy, std::string_view late,
               const std::function<Outcome<bool>()>& done) {
    Deadline deadline = Deadline::in(policy.wait_timeout_ms);
    for (;;) {
        Outcome<bool> is_done = done();
        if (!is_done) return fail(is_done.error());
        if (*is_done) return {};
        if (deadline.passed())
            return fail(
                Failure{ResultCode::timeout, FailureSource::timeout, false, std::string(late), {}});
        std::this_thread::sleep_for(std::chrono::milliseconds(policy.poll_interval_ms));
    }
}

// What stands behind `name=` up to the next separator; empty if it is not there.
std::string_view part_of(std::string_view answer, std::string_view name, char separator) {
    while (!answer.empty()) {
        std::string_view part = answer.substr(0, answer.find(separator));
        answer.remove_prefix(std::min(part.size() + 1, answer.size()));
        if (part.starts_with(name) && part.size() > name.size() && part[name.size()] == '=')
            return part.substr(name.size() + 1);
    }
    return {};
}

// Of `text;file=f;line=n;message=base64`, which tells why a module does not compile.
Failure module_failure(Failure failure) {
    std::string_view answer = failure.text;
    Result<std::string> reason = from_base64(part_of(answer, "message", ';'));
    if (!reason || reason->empty()) return failure;
    failure.code = ResultCode::udf;
    failure.text = fmt::format("{}, line {}: {}", answer.substr(0, answer.find(';')),
                               part_of(answer, "line", ';'), *reason);
    return failure;
}

std::vector<UdfModule> modules_of(std::string_view answer) {
    std::vector<UdfModule> modules;
    while (!answer.empty()) {
        std::string_view entry = answer.substr(0, answer.find(';'));
        answer.remove_prefix(std::min(entry.size() + 1, answer.size()));
        UdfModule module{std::string(part_of(entry, "filename", ',')),
                         std::string(part_of(entry, "hash", ',')),
                         std::string(part_of(entry, "type", ','))};
        if (!module.name.empty()) modules.push_back(std::move(module));
    }
    return modules;
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
    return poll(policy, "the index is not built yet", [&]() -> Outcome<bool> {
        Outcome<std::vector<NodeAnswer>> answers = info_all(command, policy);
        if (!answers) return fail(answers.error());
        bool complete = true;
        for (const auto& [node, answer] : *answers) {
            if (!answer) return fail(answer.error());
            Outcome<uint32_t> percent = load_percent(*answer, node);
            if (!percent) return fail(percent.error());
            complete &= *percent >= 100;
        }
        return complete;
    });
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

Outcome<> Client::udf_put(std::string_view name, std::string_view text,
                          const AdminPolicy& policy) const {
    WINNOW_TRY(check_name(name, "module"));
    std::string content = to_base64(bytes_of(text));
    Outcome<> put = need_ok(*this,
                            fmt::format("udf-put:filename={};content={};content-len={};"
                                        "udf-type=LUA;",
                                        name, content, content.size()),
                            policy);
    if (!put) return fail(module_failure(put.error()));
    return wait_for_module(name, true, policy);
}

Outcome<> Client::udf_remove(std::string_view name, const AdminPolicy& policy) const {
    WINNOW_TRY(check_name(name, "module"));
    Outcome<std::string> answer = info(fmt::format("udf-remove:filename={};", name), policy);
    if (!answer) return fail(answer.error());
    if (*answer != "ok" && *answer != "error=file_not_found")
        return fail(Failure{ResultCode::udf, FailureSource::server, false, *answer, {}});
    return wait_for_module(name, false, policy);
}

Outcome<> Client::wait_for_module(std::string_view name, bool present,
                                  const AdminPolicy& policy) const {
    if (!policy.wait) return {};
    return poll(policy, "not every node knows of the module yet", [&]() -> Outcome<bool> {
        Outcome<std::vector<NodeAnswer>> answers = info_all("udf-list", policy);
        if (!answers) return fail(answers.error());
        bool agreed = true;
        for (const auto& [node, answer] : *answers) {
            if (!answer) return fail(answer.error());
            std::vector<UdfModule> modules = modules_of(*answer);
            bool found = std::any_of(modules.begin(), modules.end(),
                                     [&](const UdfModule& each) { return each.name == name; });
            agreed &= found == present;
        }
        return agreed;
    });
}

Outcome<std::vector<UdfModule>> Client::udf_list(const AdminPolicy& policy) const {
    Outcome<std::string> answer = info("udf-list", policy);
    if (!answer) return fail(answer.error());
    return modules_of(*answer);
}

Outcome<std::string> Client::udf_get(std::string_view name, const AdminPolicy& policy) const {
    WINNOW_TRY(check_name(name, "module"));
    Outcome<std::string> answer = info(fmt::format("udf-get:filename={};", name), policy);
    if (!answer) return fail(answer.error());
    auto refuse = [](std::string text, FailureSource source) {
        return fail(Failure{ResultCode::udf, source, false, std::move(text), {}});
    };
    if (answer->starts_with("error="))
        return refuse(fmt::format("there is no module '{}'", name), FailureSource::server);
    Result<std::string> text = from_base64(part_of(*answer, "content", ';'));
    if (!text) return refuse("the module's text is not readable", FailureSource::reply);
    return *std::move(text);
}

}  // namespace winnow::client
