#include "cli/load/input.h"

#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace winnow::cli {

struct Input::State {
    std::string name;
    gzFile file = nullptr;
    bool regular = false;
    int64_t size = 0;  // of a regular file

    ~State() {
        if (file != nullptr) gzclose_r(file);
    }
};

Input::Input(std::unique_ptr<State> state) : state_(std::move(state)) {}
Input::Input(Input&&) noexcept = default;
Input& Input::operator=(Input&&) noexcept = default;
Input::~Input() = default;

Answer<Input> Input::open(const std::string& name) {
    auto state = std::make_unique<State>();
    state->name = name == "-" ? "standard input" : name;
    errno = 0;
    // zlib reads what is not compressed as it is.
    state->file = name == "-" ? gzdopen(dup(STDIN_FILENO), "rb") : gzopen(name.c_str(), "rb");
    if (state->file == nullptr) return failed("{}: {}", state->name, std::strerror(errno));
    gzbuffer(state->file, 256 << 10);
    struct stat status {};
    if (name != "-" && stat(name.c_str(), &status) == 0) {
        if (S_ISDIR(status.st_mode)) return failed("{}: a folder, not a file", name);
        state->regular = S_ISREG(status.st_mode);
        state->size = status.st_size;
    }
    return Input(std::move(state));
}

Answer<size_t> Input::read(std::span<char> room) {
    unsigned wanted = static_cast<unsigned>(std::min<size_t>(room.size(), 1 << 30));
    int got = gzread(state_->file, room.data(), wanted);
    if (got > 0) return static_cast<size_t>(got);
    int error = Z_OK;
    const char* text = gzerror(state_->file, &error);
    if (error == Z_ERRNO) return failed("{}: {}", state_->name, std::strerror(errno));
    if (error != Z_OK && error != Z_STREAM_END)
        return failed("{}: damaged, as its compression shows ({})", state_->name, text);
    return size_t{0};
}

bool Input::repeatable() const {
    return state_->regular;
}

double Input::fraction() const {
    if (!state_->regular || state_->size == 0) return -1;
    return std::min(
        1.0, static_cast<double>(gzoffset(state_->file)) / static_cast<double>(state_->size));
}

}  // namespace winnow::cli
