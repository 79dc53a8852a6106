#include "storage/file/segment_files.h"

#include <algorithm>
#include <cerrno>

namespace winnow {

IoResult<std::unique_ptr<File>> SegmentFiles::make(uint64_t number) {
    auto file = open(number, OpenMode::create);
    if (!file && file.error().number == EEXIST) {
        if (auto removed = files_.remove(path_of(number)); !removed)
            return tl::unexpected(removed.error());
        file = open(number, OpenMode::create);
    }
    if (!file) return file;
    if (auto prepared = prepare(**file); !prepared) {
        file->reset();
        (void)files_.remove(path_of(number));  // if not, the next attempt or start does it
        return tl::unexpected(prepared.error());
    }
    return file;
}

IoResult<> SegmentFiles::prepare(File& file) {
    if (auto allocated = file.allocate(size_); !allocated) return allocated;
    if (auto synced = file.sync_data(); !synced) return synced;
    return files_.sync_directory(path_);
}

IoResult<> SegmentFiles::remove(uint64_t number) {
    if (auto removed = files_.remove(path_of(number)); !removed) return removed;
    return files_.sync_directory(path_);
}

IoResult<std::vector<uint64_t>> SegmentFiles::numbers() {
    auto names = files_.list(path_);
    if (!names) return tl::unexpected(names.error());
    std::vector<uint64_t> result;
    for (const std::string& name : *names)
        if (auto number = segment_number(name)) result.push_back(*number);
    std::sort(result.begin(), result.end());
    return result;
}

IoResult<uint64_t> SegmentFiles::read(uint64_t number, std::vector<uint8_t>& image) {
    auto file = open(number, OpenMode::read);
    if (!file) return tl::unexpected(file.error());
    auto size = (*file)->size();
    if (!size) return tl::unexpected(size.error());
    image.resize(*size);
    auto count = (*file)->read_at(0, image);
    if (count) {
        image.resize(*count);
        return 0;
    }
    constexpr size_t block = 4096;
    uint64_t lost = 0;
    for (size_t at = 0; at < image.size(); at += block) {
        std::span<uint8_t> part = std::span(image).subspan(at, std::min(block, image.size() - at));
        if ((*file)->read_at(at, part)) continue;
        std::fill(part.begin(), part.end(), uint8_t{0});
        lost += part.size();
    }
    return lost;
}

}  // namespace winnow
