#pragma once
// Rows that were not loaded: counted, the first ones explained, all of them kept in a file that
// can be loaded again once they are mended. Any thread.

#include <cstdint>
#include <cstdio>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "cli/trouble.h"

namespace winnow::cli {

class Rejections {
public:
    // `header`: the first line of the file, empty if it has none.
    Rejections(std::string file_name, std::string header)
        : file_name_(std::move(file_name)), header_(std::move(header)) {}
    ~Rejections();

    void add(uint64_t line, std::string reason, std::string_view record);
    uint64_t count() const;
    const std::string& file_name() const { return file_name_; }
    // The first ones in the order of lines, as `line 17: why`.
    std::vector<std::string> first() const;
    // Trouble: the file could not be written.
    Answer<> close();

private:
    static constexpr size_t explained_max = 10;

    const std::string file_name_;
    const std::string header_;
    mutable std::mutex mutex_;
    // Guarded by mutex_.
    uint64_t count_ = 0;
    std::vector<std::pair<uint64_t, std::string>> first_;  // a heap: the highest line in front
    std::FILE* file_ = nullptr;
    std::string write_error_;
};

}  // namespace winnow::cli
