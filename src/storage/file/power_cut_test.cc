// The store under a seed: appends, syncs, compaction and catalog changes on a simulated disk whose
// power goes at any write, again and again. After each cut, what was confirmed is there, nothing is
// there that was not appended, nothing is missing in between, and each record has the state that
// its whole history says, however often it was moved. A failure prints its seed; run it alone with
// WINNOW_SEED=n. `WINNOW_SEEDS` sets how many are tried.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <set>

#include "storage/file/file_store_testing.h"

namespace winnow {
namespace {

using testing::make_version;
using testing::OwnedVersion;
using testing::StoreOnDisk;
using testing::text_of_entry;
using testing::tombstone_entry;
using testing::version_entry;

constexpr uint64_t key_count = 24;

class Simulation {
public:
    Simulation(uint64_t seed, bool syncs_do_nothing)
        : random_(seed), disk_(random_.next()), on_disk_(disk_), liar_(syncs_do_nothing) {
        if (random_.one_in(4)) {
            on_disk_.options.mode = SyncMode::interval;
            on_disk_.options.interval_ms = 10;
        }
    }

    // Lives through some power cuts; what is wrong, or nothing.
    std::string run(int cuts) {
        for (int i = 0; i < cuts && wrong_.empty(); i++) {
            disk_.set_faults({.short_write = 20, .syncs_do_nothing = liar_});
            if (!open()) return "does not open: " + on_disk_.error;
            check_recovered();
            disk_.set_faults({.short_write = 20,
                              .write_error = random_.one_in(20) ? 200u : 0u,
                              .write_full = random_.one_in(5) ? 30u : 0u,
                              .sync_error = random_.one_in(20) ? 100u : 0u,
                              .syncs_do_nothing = liar_});
            limit_disk();
            disk_.cut_power_after(1 + random_.below(random_.one_in(2) ? 30 : 400));
            live();
            end();
        }
        return wrong_;
    }
    size_t confirmed() const { return confirmed_; }
    size_t moved() const { return moved_; }
    size_t released() const { return released_.size(); }

private:
    struct Written {
        std::string text;
        uint64_t key = key_count;  // key_count: of no record
        bool exists = false;       // the record does, afterwards
    };

    // The power may go while the store is opened, too.
    bool open() {
        disk_.cut_power_after(random_.one_in(3) ? 1 + random_.below(10) : 0);
        while (!on_disk_.open()) {
            if (!disk_.power_is_out()) return false;
            disk_.restart();
        }
        disk_.cut_power_after(0);
        return true;
    }

    // Things happen until the power goes or the log gives up.
    void live() {
        for (int i = 0; i < 2'000 && !disk_.power_is_out() && !on_disk_.store->failed(); i++) {
            switch (random_.below(20)) {
                case 0: move_clock(); break;
                case 1: put_manifest(); break;
                case 2: compact(); break;
                case 3:
                case 4:
                case 5:
                case 6: drive(1); break;
                case 7: append_removal(); break;
                default: append_version(EntryKind::version, random_.below(key_count)); break;
            }
        }
        note_durable();
    }

    // Most ends are a cut; some are a clean close, or the end of the process alone.
    void end() {
        if (random_.one_in(10)) drive(3);
        on_disk_.store.reset();
        note_manifest();
        if (disk_.power_is_out() || random_.one_in(2)) disk_.restart();
        disk_.set_capacity(UINT64_MAX);
    }

    void limit_disk() {
        if (random_.one_in(4)) disk_.set_capacity(disk_.used() + random_.below(300'000));
    }
    void move_clock() { on_disk_.clock.advance_ms(random_.below(700)); }

    void drive(int steps) {
        for (int i = 0; i < steps; i++) on_disk_.store->log().step();
        note_durable();
    }
    void note_durable() { confirmed_ = std::max(confirmed_, on_disk_.store->durable()); }

    void append_version(EntryKind kind, uint64_t key) {
        std::string value = std::to_string(random_.next());
        value.append(random_.below(random_.one_in(8) ? 4'000 : 300), value[0]);
        OwnedVersion version = make_version(key, value);
        Entry entry = version_entry(*version);
        entry.kind = kind;
        append(entry, RoomFor::write, {text_of_entry(entry), key, true});
    }

    void append_removal() {
        uint64_t key = random_.below(key_count + 2);
        Entry entry = tombstone_entry(key);
        if (key >= key_count)
            entry = {.kind = key == key_count ? EntryKind::truncate : EntryKind::clock,
                     .last_update_ms = random_.below(1'000)};
        append(entry, RoomFor::removal, {text_of_entry(entry), std::min(key, key_count), false});
    }

    Lsn append(const Entry& entry, RoomFor what, Written written) {
        Lsn lsn = on_disk_.append(entry, what);
        if (lsn == 0) return 0;
        if (lsn != written_.size() + 1) wrong_ = "LSN " + std::to_string(lsn) + " is not the next";
        if (written.key < key_count) current_[written.key] = {lsn, written.exists};
        written_.push_back(std::move(written));
        return lsn;
    }

    void put_manifest() {
        std::string contents = "catalog " + std::to_string(random_.next());
        pending_manifest_ = contents;
        if (on_disk_.store->put_manifest(bytes_of(contents))) {
            manifest_ = contents;
            pending_manifest_.reset();
        } else {
            maybe_manifests_.insert(contents);
        }
    }
    void note_manifest() {
        if (pending_manifest_) maybe_manifests_.insert(*pending_manifest_);
        pending_manifest_.reset();
    }

    // The oldest sealed segment or any: what is current in it is appended again, synced, and the
    // segment goes. A tombstone stays as long as an older segment does.
    void compact() {
        auto segments = on_disk_.store->segments();
        std::erase_if(segments, [](const SegmentInfo& info) { return !info.sealed; });
        if (segments.size() < 3) return;
        size_t which = random_.one_in(2) ? 0 : random_.below(segments.size());
        const uint64_t segment = segments[which].segment;
        std::vector<Lsn> inside;
        auto scanned =
            on_disk_.store->scan(segment, [&](Lsn lsn, const Entry& entry, const Location&) {
                inside.push_back(lsn);
                move(lsn, entry, which == 0);
            });
        if (!scanned && !disk_.power_is_out()) wrong_ = "a whole segment cannot be scanned";
        if (!scanned || !moved_all_) {
            moved_all_ = true;
            return;
        }
        const Lsn last = written_.size();
        for (int i = 0; i < 10 && on_disk_.store->durable() < last; i++) {
            on_disk_.clock.advance_ms(20);
            drive(1);
        }
        if (on_disk_.store->durable() < last) return;
        // From here on it may be gone, even if the answer is an error.
        maybe_released_.insert(inside.begin(), inside.end());
        if (!on_disk_.store->release_segment(segment)) return;
        released_.insert(inside.begin(), inside.end());
    }

    void move(Lsn lsn, const Entry& entry, bool is_oldest) {
        const Written& written = written_.at(lsn - 1);
        Entry moved = entry;
        if (written.key == key_count) {
            if (is_oldest) return;
            if (moved.kind == EntryKind::truncate && moved.below == 0) wrong_ = "no bound";
        } else {
            if (current_[written.key].first != lsn) return;
            if (!written.exists && is_oldest) return;
            if (written.exists) moved.kind = EntryKind::relocated;
        }
        std::string text = text_of_entry(moved);
        if (append(moved, RoomFor::relocation, {text, written.key, written.exists}) == 0)
            moved_all_ = false;
        moved_++;
    }

    // ---- after a cut ----------------------------------------------------------------------------

    void check_recovered() {
        const auto& found = on_disk_.recovered;
        const Lsn last = on_disk_.report.next_lsn - 1;
        if (!on_disk_.report.damage.empty()) wrong_ = "damage: " + on_disk_.report.damage[0];
        if (last < confirmed_)
            wrong_ = "confirmed up to " + std::to_string(confirmed_) + ", recovered up to " +
                     std::to_string(last);
        if (last > written_.size()) wrong_ = "more recovered than was appended";
        if (!wrong_.empty()) return;
        written_.resize(last);
        for (const auto& [lsn, text] : found)
            if (lsn > last || text != written_[lsn - 1].text)
                wrong_ = "LSN " + std::to_string(lsn) + " is not what was appended";
        for (Lsn lsn = 1; lsn <= last; lsn++)
            if (!found.contains(lsn) && !maybe_released_.contains(lsn))
                wrong_ =
                    "LSN " + std::to_string(lsn) + " is missing before " + std::to_string(last);
        for (Lsn lsn : released_)
            if (found.contains(lsn)) wrong_ = "a released segment came back";
        confirmed_ = last;
        check_states();
        check_manifest();
    }

    // The state of each record by its whole history, and by what is left of it.
    void check_states() {
        current_.assign(key_count, {0, false});
        std::vector<std::string_view> by_history(key_count), by_disk(key_count);
        for (Lsn lsn = 1; lsn <= written_.size(); lsn++) {
            const Written& written = written_[lsn - 1];
            if (written.key == key_count) continue;
            std::string_view state = written.exists ? value_in(written.text) : "";
            by_history[written.key] = state;
            if (!on_disk_.recovered.contains(lsn)) continue;
            by_disk[written.key] = state;
            current_[written.key] = {lsn, written.exists};
        }
        for (uint64_t key = 0; key < key_count; key++)
            if (by_history[key] != by_disk[key])
                wrong_ = "record " + std::to_string(key) + " has not the state it should have";
    }
    // Without the kind: moved versions differ in it.
    static std::string_view value_in(std::string_view text) { return text.substr(text.find('/')); }

    void check_manifest() {
        std::string found(text_of(on_disk_.store->get_manifest().value()));
        if (found != manifest_ && !maybe_manifests_.contains(found))
            wrong_ = "the catalog is \"" + found + "\", not \"" + manifest_ + "\"";
        manifest_ = found;
        maybe_manifests_.clear();
    }

    Random random_;
    SimulatedFiles disk_;
    StoreOnDisk on_disk_;
    const bool liar_;
    std::string wrong_;
    std::vector<Written> written_;  // by LSN - 1
    std::vector<std::pair<Lsn, bool>> current_ =
        std::vector<std::pair<Lsn, bool>>(key_count);  // by key: its newest entry, and if it exists
    std::set<Lsn> released_, maybe_released_;
    Lsn confirmed_ = 0;
    std::string manifest_;
    std::optional<std::string> pending_manifest_;
    std::set<std::string> maybe_manifests_;
    bool moved_all_ = true;
    size_t moved_ = 0;
};

uint64_t from_environment(const char* name, uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

constexpr int cuts_per_seed = 20;

TEST(PowerCut, NothingConfirmedIsLostAndNothingInvented) {
    const uint64_t one = from_environment("WINNOW_SEED", 0);
    const uint64_t first = one != 0 ? one : 1;
    const uint64_t count = one != 0 ? 1 : from_environment("WINNOW_SEEDS", 100);
    size_t confirmed = 0, moved = 0, released = 0;
    for (uint64_t seed = first; seed < first + count; seed++) {
        Simulation simulation(seed, false);
        ASSERT_EQ(simulation.run(cuts_per_seed), "") << "WINNOW_SEED=" << seed;
        confirmed += simulation.confirmed();
        moved += simulation.moved();
        released += simulation.released();
    }
    if (one != 0) return;
    // That it was worth running.
    EXPECT_GT(confirmed, count * 200);
    EXPECT_GT(moved, count);
    EXPECT_GT(released, count);
}

// The proof that the test above would notice: a disk that says it synced and did not.
TEST(PowerCut, ADiskThatDoesNotSyncIsCaught) {
    int caught = 0;
    for (uint64_t seed = 1; seed <= 20; seed++) caught += !Simulation(seed, true).run(5).empty();
    EXPECT_GE(caught, 15);
}

}  // namespace
}  // namespace winnow
