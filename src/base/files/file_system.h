#pragma once
// Files enter through this narrow interface, so that a simulation can lose power at any write, drop
// or tear what was not synced, fail, or flip bits, and repeat it from a seed.
//
// Durability is said, never assumed: bytes survive a power cut after sync_data(); a name that was
// created, renamed or removed after sync_directory(). After a failed sync nothing is known of what
// was written since the last good one, and trying again proves nothing.
//
// Thread rules: a FileSystem from any thread; a File from any thread, though two writes to one
// place at a time are the caller's mistake.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "base/bytes.h"

namespace winnow {

// A number of errno.h: the one kind of error that files have. It goes into the log line that names
// the file; who needs a Result makes one.
struct IoError {
    int number = 0;
    std::string text() const;
    bool operator==(const IoError&) const = default;
};

template <class T = void>
using IoResult = tl::expected<T, IoError>;

inline tl::unexpected<IoError> io_error(int number) {
    return tl::unexpected<IoError>(IoError{number});
}

class File {
public:
    virtual ~File() = default;

    // Fills `into` from the offset; returns how many bytes there were, fewer only at the end.
    virtual IoResult<size_t> read_at(uint64_t offset, std::span<uint8_t> into) = 0;
    // Writes the pieces one behind the other; returns how many bytes were written, which may be
    // fewer than all (but not none).
    virtual IoResult<size_t> write_at(uint64_t offset, std::span<const Bytes> pieces) = 0;
    // Makes the file `size` bytes long, zeros at its end, with room on the disk for all of them:
    // a write below `size` does not run out of space.
    virtual IoResult<> allocate(uint64_t size) = 0;
    virtual IoResult<> sync_data() = 0;
    virtual IoResult<uint64_t> size() = 0;
};

// Held as long as the object lives, and not beyond the process.
class FileLock {
public:
    virtual ~FileLock() = default;
};

enum class OpenMode {
    read,    // an existing file
    write,   // an existing file, to read and write
    create,  // a new one, to read and write; EEXIST if there is one
};

class FileSystem {
public:
    virtual ~FileSystem() = default;

    virtual IoResult<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) = 0;
    // Replaces what stood at `to`.
    virtual IoResult<> rename(const std::string& from, const std::string& to) = 0;
    virtual IoResult<> remove(const std::string& path) = 0;
    // Names in a directory, in no order, without "." and "..".
    virtual IoResult<std::vector<std::string>> list(const std::string& path) = 0;
    // Creates a directory, and those above it, unless they are there.
    virtual IoResult<> make_directory(const std::string& path) = 0;
    virtual IoResult<> sync_directory(const std::string& path) = 0;
    // Locks a file, creating it if need be; EWOULDBLOCK while somebody holds it.
    virtual IoResult<std::unique_ptr<FileLock>> lock(const std::string& path) = 0;
};

// The machine's files.
FileSystem& posix_files();

// Writes all of it, going on after short writes.
IoResult<> write_all(File& file, uint64_t offset, std::span<const Bytes> pieces);
inline IoResult<> write_all(File& file, uint64_t offset, Bytes bytes) {
    return write_all(file, offset, {&bytes, 1});
}

}  // namespace winnow
