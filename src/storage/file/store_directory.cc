#include "storage/file/store_directory.h"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>

#include "storage/file/format/segment_format.h"

namespace winnow {
namespace {

constexpr const char* manifest_name = "manifest";
constexpr const char* new_manifest_name = "manifest.new";
constexpr const char* lock_name = "lock";

IoResult<std::vector<uint8_t>> read_file(FileSystem& files, const std::string& path) {
    auto file = files.open(path, OpenMode::read);
    if (!file) return tl::unexpected(file.error());
    auto size = (*file)->size();
    if (!size) return tl::unexpected(size.error());
    std::vector<uint8_t> bytes(std::min<uint64_t>(*size, 2 * manifest_contents_max));
    auto count = (*file)->read_at(0, bytes);
    if (!count) return tl::unexpected(count.error());
    bytes.resize(*count);
    return bytes;
}

}  // namespace

tl::expected<std::unique_ptr<StoreDirectory>, std::string> StoreDirectory::open(FileSystem& files,
                                                                                std::string path,
                                                                                std::string name,
                                                                                uint64_t new_id) {
    while (path.size() > 1 && path.back() == '/') path.pop_back();
    std::unique_ptr<StoreDirectory> opened(new StoreDirectory(files, std::move(path)));
    std::string trouble = opened->lock();
    if (trouble.empty()) trouble = opened->load(name, new_id);
    if (!trouble.empty()) return tl::unexpected(std::move(trouble));
    return opened;
}

std::string StoreDirectory::lock() {
    if (auto made = files_.make_directory(path_); !made)
        return fmt::format(
            "cannot use the data directory {}: {}. Name another one, or run with "
            "memory storage",
            path_, made.error().text());
    auto locked = files_.lock(file(lock_name));
    if (!locked && locked.error().number == EWOULDBLOCK)
        return fmt::format(
            "the data directory {} is in use by another process. Stop that one, or "
            "name another directory",
            path_);
    if (!locked)
        return fmt::format(
            "cannot use the data directory {}: {}. Give this user the right to write "
            "there, or name another directory",
            path_, locked.error().text());
    lock_ = std::move(*locked);
    return "";
}

std::string StoreDirectory::load(const std::string& name, uint64_t new_id) {
    auto bytes = read_file(files_, file(manifest_name));
    if (!bytes && bytes.error().number == ENOENT) return create(name, new_id);
    if (!bytes)
        return fmt::format("cannot read {}: {}. Check the disk and the rights of the file",
                           file(manifest_name), bytes.error().text());
    auto manifest = decode_manifest(*bytes);
    if (!manifest)
        return fmt::format(
            "{} is damaged. Bring it back from a backup, or move the directory away "
            "and start empty",
            file(manifest_name));
    if (manifest->format_version != manifest_format_version)
        return fmt::format(
            "{} has format version {}, and this program knows only {}. Use the "
            "version of the program that wrote it",
            file(manifest_name), manifest->format_version, manifest_format_version);
    if (manifest->name != name)
        return fmt::format("{} belongs to the namespace {}, not to {}. Name another directory",
                           path_, manifest->name, name);
    // A process that was killed may not have come to this.
    if (auto synced = files_.sync_directory(path_); !synced)
        return fmt::format("cannot use the data directory {}: {}. Check the disk", path_,
                           synced.error().text());
    manifest_ = std::move(*manifest);
    return "";
}

std::string StoreDirectory::create(const std::string& name, uint64_t new_id) {
    auto names = files_.list(path_);
    if (!names) return fmt::format("cannot read {}: {}", path_, names.error().text());
    for (const std::string& each : *names)
        if (segment_number(each))
            return fmt::format(
                "{} is missing beside the log. Bring it back from a backup, or move "
                "the directory away and start empty",
                file(manifest_name));
    Manifest manifest{.store_id = new_id, .name = name, .contents = {}};
    if (auto written = write(manifest); !written)
        return fmt::format(
            "cannot write to the data directory {}: {}. Make room or give this user "
            "the right to write there, or name another directory",
            path_, written.error().text());
    manifest_ = std::move(manifest);
    return "";
}

std::vector<uint8_t> StoreDirectory::contents() const {
    std::lock_guard hold(mutex_);
    return manifest_.contents;
}

IoResult<> StoreDirectory::put_contents(Bytes contents) {
    std::lock_guard hold(mutex_);
    Manifest next = manifest_;
    next.contents.assign(contents.begin(), contents.end());
    if (auto written = write(next); !written) return written;
    manifest_ = std::move(next);
    return {};
}

IoResult<> StoreDirectory::write(const Manifest& manifest) {
    if (auto written = write_new_file(encode_manifest(manifest)); !written) return written;
    if (auto moved = files_.rename(file(new_manifest_name), file(manifest_name)); !moved)
        return moved;
    return files_.sync_directory(path_);
}

IoResult<> StoreDirectory::write_new_file(Bytes bytes) {
    const std::string path = file(new_manifest_name);
    auto removed = files_.remove(path);  // left by an attempt that did not end
    if (!removed && removed.error().number != ENOENT) return removed;
    auto created = files_.open(path, OpenMode::create);
    if (!created) return tl::unexpected(created.error());
    if (auto written = write_all(**created, 0, bytes); !written) return written;
    return (*created)->sync_data();
}

}  // namespace winnow
