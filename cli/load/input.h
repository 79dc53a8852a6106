#pragma once
// A file to load, plain or compressed by gzip, or standard input. One thread.

#include <memory>
#include <span>
#include <string>

#include "cli/trouble.h"

namespace winnow::cli {

class Input {
public:
    // "-": standard input.
    static Answer<Input> open(const std::string& name);
    Input(Input&&) noexcept;
    Input& operator=(Input&&) noexcept;
    ~Input();

    // How much it read; 0: the end.
    Answer<size_t> read(std::span<char> room);
    // A file that can be opened again; a pipe passes only once.
    bool repeatable() const;
    // How much of the file is read, 0 to 1; below 0: its size is not known.
    double fraction() const;

private:
    struct State;
    explicit Input(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace winnow::cli
