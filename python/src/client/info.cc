// Info commands, nodes, jobs.

#include <fmt/core.h>

#include <charconv>

#include "python/src/arguments.h"
#include "python/src/client/client.h"
#include "python/src/errors.h"
#include "python/src/gil.h"
#include "python/src/values/keys.h"

namespace winnow::python {
namespace {

// The answer as it comes from a node: the command in front, a line end behind.
std::string line(std::string_view command, std::string_view answer) {
    return fmt::format("{}\t{}\n", command, answer);
}

nb::dict info_all(const Client& client, nb::handle command, nb::handle policy) {
    InfoSettings settings = info_settings(policy, client.policies().info);
    std::string text = string_of(command, "an info command");
    std::shared_ptr<client::Client> connection = client.connection();
    auto answers = take(without_gil([&] { return connection->info_all(text, settings); }));
    nb::dict made;
    for (auto& [node, answer] : answers)
        made[nb::cast(node)] =
            nb::make_tuple(nb::none(), fmt::format("{}\n", take(std::move(answer))));
    return made;
}

std::string info_random_node(const Client& client, nb::handle command, nb::handle policy) {
    InfoSettings settings = info_settings(policy, client.policies().info);
    std::string text = string_of(command, "an info command");
    std::shared_ptr<client::Client> connection = client.connection();
    return line(text, take(without_gil([&] { return connection->info(text, settings); })));
}

std::string info_single_node(const Client& client, nb::handle command, nb::handle host,
                             nb::handle policy) {
    InfoSettings settings = info_settings(policy, client.policies().info);
    std::string text = string_of(command, "an info command");
    std::string node = string_of(host, "host, the name of a node,");
    std::shared_ptr<client::Client> connection = client.connection();
    if (!connection->cluster().node(node))
        raise_param(fmt::format("there is no node '{}'; get_node_names() tells the names", node));
    return line(text, take(without_gil([&] { return connection->info(node, text, settings); })));
}

nb::list get_nodes(const Client& client) {
    nb::list made;
    for (client::Node* node : take(client.connection()->cluster().nodes())) {
        client::NodeAddress address = node->address();
        made.append(nb::make_tuple(address.host, address.port));
    }
    return made;
}

nb::list get_node_names(const Client& client) {
    nb::list made;
    for (client::Node* node : take(client.connection()->cluster().nodes())) {
        client::NodeAddress address = node->address();
        nb::dict entry;
        entry["address"] = address.host;
        entry["port"] = address.port;
        entry["node_name"] = node->name();
        made.append(entry);
    }
    return made;
}

// ---- jobs ----------------------------------------------------------------------------------

// winnow.JOB_STATUS_*
enum JobStatus : int { in_progress = 1, completed = 2 };

struct Job {
    JobStatus status = completed;
    double progress = 0;
    uint64_t records = 0;
};

// The value of `name=` between the colons of an answer; empty if it is not there.
std::string_view field(std::string_view answer, std::string_view name) {
    while (!answer.empty()) {
        size_t end = std::min(answer.find(':'), answer.size());
        std::string_view part = answer.substr(0, end);
        answer.remove_prefix(std::min(end + 1, answer.size()));
        if (part.starts_with(name) && part.substr(name.size()).starts_with('='))
            return part.substr(name.size() + 1);
    }
    return {};
}

template <class T>
T number(std::string_view text) {
    T value{};
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

nb::dict job_info(const Client& client, uint64_t job_id, nb::handle module, nb::handle policy) {
    InfoSettings settings = info_settings(policy, client.policies().info);
    std::string of = PyUnicode_Check(module.ptr()) ? shown(module) : "";
    if (of != "query" && of != "scan")
        raise_param("module is JOB_QUERY (\"query\") or JOB_SCAN (\"scan\")");
    std::shared_ptr<client::Client> connection = client.connection();
    std::string command = fmt::format("query-show:trid={}", job_id);
    auto answers = take(without_gil([&] { return connection->info_all(command, settings); }));
    // The slowest node tells how far the job is; a node that does not know it has forgotten it.
    Job job;
    bool first = true;
    for (auto& [node, answer] : answers) {
        if (!answer) {
            if (answer.error().code == ResultCode::not_found) continue;
            raise(answer.error());
        }
        if (field(*answer, "status").starts_with("active")) job.status = in_progress;
        double progress = number<double>(field(*answer, "job-progress"));
        job.progress = first ? progress : std::min(job.progress, progress);
        job.records += number<uint64_t>(field(*answer, "recs-succeeded"));
        first = false;
    }
    nb::dict made;
    made["progress_pct"] = static_cast<int>(job.progress);
    made["records_read"] = job.records;
    made["status"] = static_cast<int>(job.status);
    return made;
}

uint32_t get_key_partition_id(const Client&, nb::handle ns, nb::handle set, nb::handle key) {
    return partition_of(ns, set, key);
}

}  // namespace

void bind_info(ClientClass& type) {
    const auto policy = optional("policy");
    type.def("info_all", info_all, required("command"), policy,
             "An info command to every node: {node: (None, answer)}.")
        .def("info_random_node", info_random_node, required("command"), policy,
             "An info command to any node; the answer has the command in front.")
        .def("info_single_node", info_single_node, required("command"), required("host"), policy,
             "An info command to the node of that name.")
        .def("get_nodes", get_nodes, "[(address, port), ...] of the nodes.")
        .def("get_node_names", get_node_names,
             "[{'address': ..., 'port': ..., 'node_name': ...}, ...] of the nodes.")
        .def("job_info", job_info, nb::arg("job_id"), required("module"), policy,
             "How far a background job is.")
        .def("get_key_partition_id", get_key_partition_id, required("ns"), required("set"),
             required("key"), "The partition, 0 to 4095, of a key.")
        .def(
            "shm_key", [](const Client&) { return nb::none(); }, "None: there is no such memory.");
}

}  // namespace winnow::python
