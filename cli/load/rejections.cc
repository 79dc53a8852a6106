#include "cli/load/rejections.h"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace winnow::cli {

Rejections::~Rejections() {
    if (file_ != nullptr) std::fclose(file_);
}

void Rejections::add(uint64_t line, std::string reason, std::string_view record) {
    std::lock_guard lock(mutex_);
    if (count_++ == 0) {
        file_ = std::fopen(file_name_.c_str(), "w");
        if (file_ == nullptr) write_error_ = std::strerror(errno);
        if (file_ != nullptr && !header_.empty()) fmt::print(file_, "{}\n", header_);
    }
    if (file_ != nullptr) fmt::print(file_, "{}\n", record);

    first_.emplace_back(line, std::move(reason));
    std::ranges::push_heap(first_);
    if (first_.size() > explained_max) {
        std::ranges::pop_heap(first_);
        first_.pop_back();
    }
}

uint64_t Rejections::count() const {
    std::lock_guard lock(mutex_);
    return count_;
}

std::vector<std::string> Rejections::first() const {
    std::lock_guard lock(mutex_);
    auto sorted = first_;
    std::ranges::sort(sorted);
    std::vector<std::string> lines;
    for (const auto& [line, reason] : sorted)
        lines.push_back(fmt::format("line {}: {}", line, reason));
    return lines;
}

Answer<> Rejections::close() {
    std::lock_guard lock(mutex_);
    if (file_ != nullptr) {
        if (std::ferror(file_) != 0) write_error_ = "the disk may be full";
        if (std::fclose(file_) != 0) write_error_ = std::strerror(errno);
        file_ = nullptr;
    }
    if (!write_error_.empty()) return failed("{}: {}", file_name_, write_error_);
    return {};
}

}  // namespace winnow::cli
