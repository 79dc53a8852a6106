#pragma once
// The files of a log's segments in one directory: made with all their room, opened, read, removed.
//
// Thread rules: any thread.

#include <memory>
#include <string>
#include <vector>

#include "base/files/file_system.h"
#include "storage/file/format/segment_format.h"

namespace winnow {

class SegmentFiles {
public:
    // `size`: bytes of each new file.
    SegmentFiles(FileSystem& files, std::string path, uint64_t size)
        : files_(files), path_(std::move(path)), size_(size) {}

    uint64_t size() const { return size_; }
    std::string path_of(uint64_t number) const { return path_ + "/" + segment_file_name(number); }

    // A file of zeros that has its room on the disk and survives a power cut. Takes the place of
    // one that an earlier attempt left behind; leaves none behind itself if it fails.
    IoResult<std::unique_ptr<File>> make(uint64_t number);
    IoResult<std::unique_ptr<File>> open(uint64_t number, OpenMode mode) {
        return files_.open(path_of(number), mode);
    }
    // Gone when this returns, after a power cut too.
    IoResult<> remove(uint64_t number);
    // The numbers of all segments, in order.
    IoResult<std::vector<uint64_t>> numbers();

    // Reads the whole file into `image`. Where the disk cannot read, zeros stand instead; returns
    // how many bytes those are.
    IoResult<uint64_t> read(uint64_t number, std::vector<uint8_t>& image);

private:
    IoResult<> prepare(File& file);

    FileSystem& files_;
    const std::string path_;
    const uint64_t size_;
};

}  // namespace winnow
