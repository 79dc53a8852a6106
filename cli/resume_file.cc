#include "cli/resume_file.h"

#include <fmt/core.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <vector>

#include "cli/literal.h"
#include "cli/output/json.h"
#include "cli/words.h"
#include "record/key/digest.h"

namespace winnow::cli {
namespace {

using client::PartitionProgress;
using client::PartitionStatus;

// Differs for queries that must not go on with each other's files.
std::string first_line(const client::Query& query) {
    std::string text = query.ns + '\n' + query.set + '\n';
    if (query.where)
        text += query.where->bin + '\n' + query.where->first + '\n' + query.where->last;
    return "winnow query " + hex_text(digest_of("", text).bytes);
}

std::string line_of(const PartitionStatus& status) {
    if (status.done) return fmt::format("{} done", status.id);
    if (!status.started) return fmt::format("{}", status.id);
    return fmt::format("{} begun {} {}", status.id, hex_text(status.digest.bytes),
                       status.index_value);
}

// Of the partition that `status` is of; false if it is no such line.
bool read_line_of(const std::string& line, PartitionStatus& status) {
    std::vector<std::string> parts = split_at(line, ' ');
    if (parts[0] != fmt::format("{}", status.id)) return false;
    if (parts.size() == 1) return true;
    status.done = parts[1] == "done";
    status.started = parts[1] == "begun";
    if (status.done) return parts.size() == 2;
    if (!status.started || parts.size() != 4) return false;
    Answer<Digest> digest = digest_of_word(parts[2]);
    if (digest) status.digest = *digest;
    const std::string& value = parts[3];
    const char* end = value.data() + value.size();
    auto [stop, error] = std::from_chars(value.data(), end, status.index_value);
    return digest && error == std::errc{} && stop == end;
}

}  // namespace

Answer<> read_resume_file(const std::string& name, const client::Query& query,
                          PartitionProgress& progress) {
    std::ifstream file(name);
    if (!file) return {};
    std::string line;
    std::getline(file, line);
    if (line.starts_with("winnow query ") && line != first_line(query))
        return failed(
            "{} is of a query with another namespace, set or condition: name another file", name);
    bool whole = line == first_line(query);
    std::vector<PartitionStatus> statuses;
    for (const PartitionStatus& start : progress.statuses()) {
        statuses.emplace_back().id = start.id;
        whole = whole && std::getline(file, line) && read_line_of(line, statuses.back());
    }
    whole = whole && !std::getline(file, line);
    if (whole) {
        if (auto found = PartitionProgress::of(statuses)) {
            progress = *std::move(found);
            return {};
        }
    }
    return failed("{} is no file of --resume, of other partitions or damaged: name another", name);
}

Answer<> write_resume_file(const std::string& name, const client::Query& query,
                           const PartitionProgress& progress) {
    std::string next = name + ".next";
    std::ofstream file(next, std::ios::trunc);
    file << first_line(query) << '\n';
    for (const PartitionStatus& status : progress.statuses()) file << line_of(status) << '\n';
    file.close();
    if (!file || std::rename(next.c_str(), name.c_str()) != 0)
        return failed("{}: {}", name, std::strerror(errno));
    return {};
}

}  // namespace winnow::cli
