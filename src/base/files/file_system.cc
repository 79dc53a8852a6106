#include "base/files/file_system.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <system_error>

namespace winnow {
namespace {

constexpr size_t pieces_max = 256;  // of one system call; IOV_MAX is 1,024
constexpr mode_t file_mode = 0640, directory_mode = 0750;

class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number_ >= 0) close(number_);
    }
    int get() const { return number_; }
    bool is_open() const { return number_ >= 0; }

private:
    int number_;
};

// Repeats a call that a signal interrupted.
template <class Call>
auto retry(Call call) {
    for (;;) {
        auto result = call();
        if (result >= 0 || errno != EINTR) return result;
    }
}

template <class Call>
IoResult<> checked(Call call) {
    if (retry(call) < 0) return io_error(errno);
    return {};
}

class PosixFile : public File {
public:
    explicit PosixFile(int descriptor) : file_(descriptor) {}

    IoResult<size_t> read_at(uint64_t offset, std::span<uint8_t> into) override {
        size_t done = 0;
        while (done < into.size()) {
            ssize_t count = retry([&] {
                return pread(file_.get(), into.data() + done, into.size() - done,
                             static_cast<off_t>(offset + done));
            });
            if (count < 0) return io_error(errno);
            if (count == 0) break;
            done += static_cast<size_t>(count);
        }
        return done;
    }

    IoResult<size_t> write_at(uint64_t offset, std::span<const Bytes> pieces) override {
        std::array<iovec, pieces_max> vectors;
        size_t count = std::min(pieces.size(), pieces_max);
        for (size_t i = 0; i < count; i++)
            vectors[i] = {const_cast<uint8_t*>(pieces[i].data()), pieces[i].size()};
        ssize_t written = retry([&] {
            return pwritev(file_.get(), vectors.data(), static_cast<int>(count),
                           static_cast<off_t>(offset));
        });
        if (written < 0) return io_error(errno);
        return static_cast<size_t>(written);
    }

    IoResult<> allocate(uint64_t size) override {
        // The library's form falls back to writing where the file system cannot do it.
        int error;
        do {
            error = posix_fallocate(file_.get(), 0, static_cast<off_t>(size));
        } while (error == EINTR);
        if (error != 0) return io_error(error);
        return {};
    }

    IoResult<> sync_data() override {
        return checked([&] { return fdatasync(file_.get()); });
    }

    IoResult<uint64_t> size() override {
        struct stat status;
        if (fstat(file_.get(), &status) != 0) return io_error(errno);
        return static_cast<uint64_t>(status.st_size);
    }

private:
    Descriptor file_;
};

class PosixLock : public FileLock {
public:
    explicit PosixLock(int descriptor) : file_(descriptor) {}
    bool is_open() const { return file_.is_open(); }
    IoResult<> take() {
        return checked([&] { return flock(file_.get(), LOCK_EX | LOCK_NB); });
    }

private:
    Descriptor file_;
};

class PosixFiles : public FileSystem {
public:
    IoResult<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override {
        int flags = O_CLOEXEC | (mode == OpenMode::read ? O_RDONLY : O_RDWR);
        if (mode == OpenMode::create) flags |= O_CREAT | O_EXCL;
        int descriptor = retry([&] { return ::open(path.c_str(), flags, file_mode); });
        if (descriptor < 0) return io_error(errno);
        return std::make_unique<PosixFile>(descriptor);
    }

    IoResult<> rename(const std::string& from, const std::string& to) override {
        return checked([&] { return ::rename(from.c_str(), to.c_str()); });
    }

    IoResult<> remove(const std::string& path) override {
        return checked([&] { return unlink(path.c_str()); });
    }

    IoResult<std::vector<std::string>> list(const std::string& path) override {
        std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir(path.c_str()), closedir);
        if (directory == nullptr) return io_error(errno);
        std::vector<std::string> names;
        errno = 0;
        while (const dirent* entry = readdir(directory.get())) {
            std::string name = entry->d_name;
            if (name != "." && name != "..") names.push_back(std::move(name));
        }
        if (errno != 0) return io_error(errno);
        return names;
    }

    IoResult<> make_directory(const std::string& path) override {
        struct stat status;
        if (stat(path.c_str(), &status) == 0) {
            if (!S_ISDIR(status.st_mode)) return io_error(ENOTDIR);
            return {};
        }
        if (errno != ENOENT) return io_error(errno);
        std::string above = parent_of(path);
        if (auto made = make_directory(above); !made) return made;
        if (mkdir(path.c_str(), directory_mode) != 0 && errno != EEXIST) return io_error(errno);
        return sync_directory(above);
    }

    IoResult<> sync_directory(const std::string& path) override {
        Descriptor directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!directory.is_open()) return io_error(errno);
        return checked([&] { return fsync(directory.get()); });
    }

    IoResult<std::unique_ptr<FileLock>> lock(const std::string& path) override {
        auto made =
            std::make_unique<PosixLock>(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640));
        if (!made->is_open()) return io_error(errno);
        if (auto taken = made->take(); !taken) return tl::unexpected(taken.error());
        return made;
    }

private:
    static std::string parent_of(const std::string& path) {
        size_t end = path.find_last_not_of('/');
        size_t slash = end == std::string::npos ? end : path.find_last_of('/', end);
        if (slash == std::string::npos) return ".";
        return path.substr(0, std::max<size_t>(slash, 1));
    }
};

}  // namespace

std::string IoError::text() const {
    return std::generic_category().message(number);
}

FileSystem& posix_files() {
    static PosixFiles files;
    return files;
}

IoResult<> write_all(File& file, uint64_t offset, std::span<const Bytes> pieces) {
    std::vector<Bytes> rest(pieces.begin(), pieces.end());
    std::span<Bytes> left = rest;
    while (!left.empty()) {
        if (left[0].empty()) {
            left = left.subspan(1);
            continue;
        }
        auto written = file.write_at(offset, {left.data(), left.size()});
        if (!written) return tl::unexpected(written.error());
        if (*written == 0) return io_error(EIO);
        offset += *written;
        for (size_t count = *written; count != 0;) {
            size_t part = std::min(count, left[0].size());
            left[0] = left[0].subspan(part);
            count -= part;
            if (left[0].empty()) left = left.subspan(1);
        }
    }
    return {};
}

}  // namespace winnow
