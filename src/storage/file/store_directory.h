#pragma once
// The directory of one store: locked, with a manifest that this program understands. Whatever is
// wrong with it becomes one line that names the directory and the remedy.
//
// Thread rules: put_contents and contents from any thread, the rest from one.

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/files/file_system.h"
#include "storage/file/format/manifest.h"

namespace winnow {

class StoreDirectory {
public:
    // Creates the directory and a manifest if there is nothing yet; `new_id` is a new store's id.
    // The error is the line.
    static tl::expected<std::unique_ptr<StoreDirectory>, std::string> open(FileSystem& files,
                                                                           std::string path,
                                                                           std::string name,
                                                                           uint64_t new_id);

    const std::string& path() const { return path_; }
    uint64_t store_id() const { return manifest_.store_id; }
    std::vector<uint8_t> contents() const;

    // Replaces the contents; durable when this returns. After a failure the old or the new ones may
    // be found after a restart, and contents() gives the old.
    IoResult<> put_contents(Bytes contents);

private:
    StoreDirectory(FileSystem& files, std::string path) : files_(files), path_(std::move(path)) {}
    std::string lock();
    std::string load(const std::string& name, uint64_t new_id);
    std::string create(const std::string& name, uint64_t new_id);
    IoResult<> write(const Manifest& manifest);
    IoResult<> write_new_file(Bytes bytes);
    std::string file(const char* name) const { return path_ + "/" + name; }

    FileSystem& files_;
    const std::string path_;
    std::unique_ptr<FileLock> lock_;
    mutable std::mutex mutex_;
    Manifest manifest_;  // guarded by mutex_, but for the id, which never changes
};

}  // namespace winnow
