#pragma once
// A disk for tests. It keeps what was synced apart from what was only written, loses power when it
// is told to, and then drops, keeps, reorders or tears whatever was not synced, sector by sector.
// It also fails: EIO, ENOSPC, short writes, flipped bits. All of it follows from one seed.
//
// What it takes for granted: a sector of 512 bytes holds after a cut its old bytes, the new ones,
// or the beginning of the new before the end of the old. After a failed sync nobody knows what was
// stored, and a later sync that succeeds stores nothing of it (as Linux does it).
//
// Thread rules: any thread. Files opened before restart() answer EIO from then on.

#include <algorithm>
#include <cerrno>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/files/file_system.h"
#include "base/random.h"

namespace winnow {

class SimulatedFiles : public FileSystem {
public:
    // Each happens once in so many calls; 0: never.
    struct Faults {
        uint64_t short_write = 0;
        uint64_t write_error = 0;
        uint64_t write_full = 0;  // ENOSPC although the room was allocated
        uint64_t sync_error = 0;
        bool syncs_do_nothing = false;  // the liar that proves that a test would notice
    };

    explicit SimulatedFiles(uint64_t seed) : random_(seed) {}

    void set_faults(const Faults& faults) {
        std::lock_guard hold(mutex_);
        faults_ = faults;
    }
    // Bytes that fit on the disk.
    void set_capacity(uint64_t bytes) {
        std::lock_guard hold(mutex_);
        capacity_ = bytes;
    }
    uint64_t used() {
        std::lock_guard hold(mutex_);
        return used_bytes();
    }

    // The power goes in the middle of the n-th change from now (write, sync, rename, ...): it fails
    // with EIO, as everything after it. 0: never.
    void cut_power_after(uint64_t changes) {
        std::lock_guard hold(mutex_);
        changes_left_ = changes;
    }
    bool power_is_out() {
        std::lock_guard hold(mutex_);
        return power_out_;
    }
    // The power goes, unless it has gone, and comes back: the disk holds what was synced and a
    // random part of the rest.
    void restart() {
        std::lock_guard hold(mutex_);
        settle_names();
        for (auto& [name, inode] : names_) settle(*inode);
        generation_++;
        power_out_ = false;
        changes_left_ = 0;
        locked_.clear();
    }

    // A whole file as programs see it, and one with other bytes, synced: for damage on purpose.
    std::vector<uint8_t> contents(const std::string& path) {
        std::lock_guard hold(mutex_);
        return names_.at(path)->current;
    }
    void replace(const std::string& path, std::vector<uint8_t> bytes) {
        std::lock_guard hold(mutex_);
        auto inode = std::make_shared<Inode>();
        inode->current = inode->stored = std::move(bytes);
        names_[path] = stored_names_[path] = inode;
    }
    // Reads that touch these bytes answer EIO.
    void spoil(const std::string& path, uint64_t from, uint64_t to) {
        std::lock_guard hold(mutex_);
        names_.at(path)->bad_from = from;
        names_.at(path)->bad_to = to;
    }
    void flip_bit(const std::string& path, uint64_t offset, unsigned bit) {
        std::lock_guard hold(mutex_);
        Inode& inode = *names_.at(path);
        inode.current.at(offset) ^= static_cast<uint8_t>(1u << bit);
        if (offset < inode.stored.size()) inode.stored[offset] = inode.current[offset];
    }

    IoResult<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override {
        std::lock_guard hold(mutex_);
        if (power_out_) return io_error(EIO);
        auto found = names_.find(path);
        if (mode != OpenMode::create) {
            if (found == names_.end()) return io_error(ENOENT);
            return std::make_unique<SimulatedFile>(*this, found->second);
        }
        if (found != names_.end()) return io_error(EEXIST);
        auto inode = std::make_shared<Inode>();
        if (!change([&] { set_name(path, inode); })) return io_error(EIO);
        return std::make_unique<SimulatedFile>(*this, inode);
    }

    IoResult<> rename(const std::string& from, const std::string& to) override {
        std::lock_guard hold(mutex_);
        auto found = names_.find(from);
        if (found == names_.end()) return io_error(ENOENT);
        auto inode = found->second;
        bool done = change([&] {
            names_.erase(from);
            names_[to] = inode;
            unsynced_names_.push_back({{from, nullptr}, {to, inode}});
        });
        if (!done) return io_error(EIO);
        return {};
    }

    IoResult<> remove(const std::string& path) override {
        std::lock_guard hold(mutex_);
        if (!names_.contains(path)) return io_error(ENOENT);
        if (!change([&] { set_name(path, nullptr); })) return io_error(EIO);
        return {};
    }

    IoResult<std::vector<std::string>> list(const std::string& path) override {
        std::lock_guard hold(mutex_);
        if (power_out_) return io_error(EIO);
        std::vector<std::string> names;
        for (const auto& [name, inode] : names_)
            if (name.starts_with(path + "/")) names.push_back(name.substr(path.size() + 1));
        return names;
    }

    IoResult<> make_directory(const std::string&) override { return {}; }

    IoResult<> sync_directory(const std::string&) override {
        std::lock_guard hold(mutex_);
        if (!change([] {}) || happens(faults_.sync_error)) return io_error(EIO);
        if (faults_.syncs_do_nothing) return {};
        for (const auto& step : unsynced_names_) store_names(step);
        unsynced_names_.clear();
        return {};
    }

    IoResult<std::unique_ptr<FileLock>> lock(const std::string& path) override {
        std::lock_guard hold(mutex_);
        if (power_out_) return io_error(EIO);
        if (!locked_.insert(path).second) return io_error(EWOULDBLOCK);
        return std::make_unique<SimulatedLock>(*this, path);
    }

private:
    static constexpr uint64_t sector = 512;

    struct Write {
        uint64_t offset;
        std::vector<uint8_t> bytes;
    };
    struct Inode {
        std::vector<uint8_t> current;  // as programs see it
        std::vector<uint8_t> stored;   // what is safe
        std::vector<Write> unsynced;
        uint64_t bad_from = 0, bad_to = 0;  // cannot be read
    };
    using NameChange = std::pair<std::string, std::shared_ptr<Inode>>;  // null: the name is gone

    class SimulatedFile : public File {
    public:
        SimulatedFile(SimulatedFiles& disk, std::shared_ptr<Inode> inode)
            : disk_(disk), inode_(std::move(inode)), generation_(disk.generation_) {}

        IoResult<size_t> read_at(uint64_t offset, std::span<uint8_t> into) override {
            std::lock_guard hold(disk_.mutex_);
            if (dead()) return io_error(EIO);
            if (offset < inode_->bad_to && inode_->bad_from < offset + into.size())
                return io_error(EIO);
            const auto& from = inode_->current;
            if (offset >= from.size()) return 0;
            size_t count = std::min<size_t>(into.size(), from.size() - offset);
            std::copy_n(from.begin() + static_cast<ptrdiff_t>(offset), count, into.begin());
            return count;
        }

        IoResult<size_t> write_at(uint64_t offset, std::span<const Bytes> pieces) override {
            std::lock_guard hold(disk_.mutex_);
            if (dead()) return io_error(EIO);
            if (disk_.happens(disk_.faults_.write_error)) return io_error(EIO);
            if (disk_.happens(disk_.faults_.write_full)) return io_error(ENOSPC);
            Write write{offset, {}};
            for (Bytes piece : pieces)
                write.bytes.insert(write.bytes.end(), piece.begin(), piece.end());
            if (write.bytes.size() > 1 && disk_.happens(disk_.faults_.short_write))
                write.bytes.resize(1 + disk_.random_.below(write.bytes.size() - 1));
            uint64_t end = offset + write.bytes.size();
            if (!disk_.fits(*inode_, end)) return io_error(ENOSPC);
            size_t count = write.bytes.size();
            bool done = disk_.change([&] {
                apply(inode_->current, write, 0, count);
                inode_->unsynced.push_back(std::move(write));
            });
            if (!done) return io_error(EIO);
            return count;
        }

        IoResult<> allocate(uint64_t size) override {
            std::lock_guard hold(disk_.mutex_);
            if (dead()) return io_error(EIO);
            if (size <= inode_->current.size()) return {};
            if (!disk_.fits(*inode_, size)) return io_error(ENOSPC);
            bool done = disk_.change([&] {
                inode_->current.resize(size);
                inode_->unsynced.push_back({size, {}});
            });
            if (!done) return io_error(EIO);
            return {};
        }

        IoResult<> sync_data() override {
            std::lock_guard hold(disk_.mutex_);
            if (dead() || !disk_.change([] {})) return io_error(EIO);
            if (disk_.faults_.syncs_do_nothing) return {};
            if (disk_.happens(disk_.faults_.sync_error)) {
                disk_.store_some(*inode_);
                return io_error(EIO);
            }
            for (const Write& write : inode_->unsynced)
                apply(inode_->stored, write, 0, write.bytes.size());
            inode_->unsynced.clear();
            return {};
        }

        IoResult<uint64_t> size() override {
            std::lock_guard hold(disk_.mutex_);
            if (dead()) return io_error(EIO);
            return inode_->current.size();
        }

    private:
        bool dead() const { return disk_.power_out_ || generation_ != disk_.generation_; }

        SimulatedFiles& disk_;
        std::shared_ptr<Inode> inode_;
        uint64_t generation_;
    };

    class SimulatedLock : public FileLock {
    public:
        SimulatedLock(SimulatedFiles& disk, std::string path)
            : disk_(disk), path_(std::move(path)), generation_(disk.generation_) {}
        ~SimulatedLock() override {
            std::lock_guard hold(disk_.mutex_);
            if (generation_ == disk_.generation_) disk_.locked_.erase(path_);
        }

    private:
        SimulatedFiles& disk_;
        std::string path_;
        uint64_t generation_;
    };

    // Writes the bytes [from, to) of a write; the file is at least as long as the write's offset.
    static void apply(std::vector<uint8_t>& file, const Write& write, size_t from, size_t to) {
        if (file.size() < write.offset + to) file.resize(write.offset + to);
        std::copy(write.bytes.begin() + static_cast<ptrdiff_t>(from),
                  write.bytes.begin() + static_cast<ptrdiff_t>(to),
                  file.begin() + static_cast<ptrdiff_t>(write.offset + from));
    }

    // What follows is called with mutex_ held.

    bool happens(uint64_t one_in) { return one_in != 0 && random_.one_in(one_in); }

    // Does one change, unless the power is out. The change at which the power goes is done, so that
    // it may survive or not, but is not reported as done.
    template <class Change>
    bool change(Change what) {
        if (power_out_) return false;
        power_out_ = changes_left_ != 0 && --changes_left_ == 0;
        what();
        return !power_out_;
    }

    void set_name(const std::string& path, std::shared_ptr<Inode> inode) {
        if (inode == nullptr)
            names_.erase(path);
        else
            names_[path] = inode;
        unsynced_names_.push_back({{path, std::move(inode)}});
    }

    void store_names(const std::vector<NameChange>& step) {
        for (const auto& [name, inode] : step) {
            if (inode == nullptr)
                stored_names_.erase(name);
            else
                stored_names_[name] = inode;
        }
    }

    uint64_t used_bytes() const {
        uint64_t total = 0;
        for (const auto& [name, inode] : names_) total += inode->current.size();
        return total;
    }
    bool fits(const Inode& inode, uint64_t end) const {
        if (end <= inode.current.size()) return true;
        return used_bytes() + (end - inode.current.size()) <= capacity_;
    }

    // Some of the steps that were not synced, in their order: a prefix of them, or any.
    void settle_names() {
        bool in_order = random_.one_in(2);
        size_t prefix = random_.below(unsynced_names_.size() + 1);
        for (size_t i = 0; i < unsynced_names_.size(); i++)
            if (in_order ? i < prefix : random_.one_in(2)) store_names(unsynced_names_[i]);
        unsynced_names_.clear();
        names_ = stored_names_;
    }

    void settle(Inode& inode) {
        store_some(inode);
        inode.current = inode.stored;
    }

    // Stores none, all, the first or any sectors of what was not synced, and forgets the rest.
    void store_some(Inode& inode) {
        enum class How { none, all, first, any };
        auto how = static_cast<How>(random_.below(4));
        size_t sectors = 0;
        for (const Write& write : inode.unsynced) sectors += write.bytes.size() / sector + 1;
        size_t first = random_.below(sectors + 1), seen = 0;
        for (const Write& write : inode.unsynced) {
            for (size_t from = 0; from < write.bytes.size();) {
                uint64_t sector_end = ((write.offset + from) / sector + 1) * sector;
                size_t to = std::min<size_t>(write.bytes.size(), sector_end - write.offset);
                bool keep = how == How::all || (how == How::first && seen < first) ||
                            (how == How::any && random_.one_in(2));
                bool torn = how != How::all && random_.one_in(8);
                if (keep) apply(inode.stored, write, from, torn ? from + torn_at(from, to) : to);
                from = to;
                seen++;
            }
            if (write.bytes.empty() && how != How::none && random_.one_in(2))
                apply(inode.stored, write, 0, 0);
        }
        inode.unsynced.clear();
    }
    size_t torn_at(size_t from, size_t to) { return random_.below(to - from); }

    std::mutex mutex_;
    Random random_;
    Faults faults_;
    uint64_t capacity_ = UINT64_MAX;
    uint64_t changes_left_ = 0;
    uint64_t generation_ = 0;
    bool power_out_ = false;
    std::map<std::string, std::shared_ptr<Inode>> names_;
    std::map<std::string, std::shared_ptr<Inode>> stored_names_;
    std::vector<std::vector<NameChange>> unsynced_names_;  // a step each, done as a whole
    std::set<std::string> locked_;
};

}  // namespace winnow
