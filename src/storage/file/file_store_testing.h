#pragma once
// A file store on a simulated disk, driven by the test itself, and what it answers.

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/files/simulated_files.h"
#include "storage/file/file_store.h"
#include "storage/file/format/log_testing.h"

namespace winnow::testing {

// One store in the directory "d" of a disk. Opening it again recovers it.
class StoreOnDisk {
public:
    explicit StoreOnDisk(SimulatedFiles& disk) {
        options.path = "d";
        options.name = "test";
        options.segment_size = FileStore::segment_size_min;
        options.new_id = 12345;
        options.files = &disk;
        options.clock = &clock;
        options.report = [this](LogLevel level, const std::string& line) {
            lines.emplace_back(level, line);
        };
    }

    // Opens and recovers; false with `error` set if that is refused. Recovered entries by LSN.
    bool open() {
        store.reset();
        recovered.clear();
        auto opened = FileStore::open(options);
        if (!opened) {
            error = opened.error();
            return false;
        }
        store = std::move(*opened);
        auto take = [this](Lsn lsn, const Entry& entry, const Location& location) {
            bool is_new = recovered.emplace(lsn, text_of_entry(entry)).second;
            EXPECT_TRUE(is_new) << "LSN " << lsn << " came twice";
            locations[lsn] = location;
        };
        while (store->recover_some(take)) {
        }
        auto finished = store->finish_recovery();
        if (!finished) {
            error = finished.error().text;
            store.reset();
            return false;
        }
        report = *finished;
        return true;
    }

    // Appends if there is room: the LSN, else 0 and `refused`.
    Lsn append(const Entry& entry, RoomFor what = RoomFor::write) {
        auto room = store->reserve(std::max(entry.version.size(), digest_and_time_size), what);
        if (!room) {
            refused = room.error().code;
            return 0;
        }
        return store->append(std::move(*room), entry);
    }
    Lsn put(uint64_t key, std::string_view value) {
        return append(version_entry(*make_version(key, value)));
    }
    Lsn remove(uint64_t key) { return append(tombstone_entry(key), RoomFor::removal); }

    // Lets the log write and sync all that waits.
    void drive() {
        while (store->log().step()) {
        }
    }

    size_t lines_at(LogLevel level) const {
        size_t count = 0;
        for (const auto& line : lines) count += line.first == level;
        return count;
    }
    std::string all_lines() const {
        std::string text;
        for (const auto& line : lines) text += line.second + "\n";
        return text;
    }

    FileStoreOptions options;
    ManualClock clock;
    std::vector<std::pair<LogLevel, std::string>> lines;
    std::unique_ptr<FileStore> store;
    std::string error;
    std::map<Lsn, std::string> recovered;
    std::map<Lsn, Location> locations;
    RecoveryReport report;
    ResultCode refused = ResultCode::ok;
};

}  // namespace winnow::testing
