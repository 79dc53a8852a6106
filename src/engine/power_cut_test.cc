// The engine on a simulated disk whose power goes at any write, again and again, under a seed:
// puts, increments, deletes, truncates, expiry, clocks that jump, queries. What must hold:
//
//   - all that was confirmed (its LSN was durable) is there after a cut, and nothing that never was
//   - a reply waits for whatever it shows: for the change that made a record what it is, and for
//     the one that made it go
//   - what was deleted, truncated or shown as expired does not come back
//
// A failure prints its seed; run it alone with WINNOW_SEED=n. `WINNOW_SEEDS` sets how many are
// tried.

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <optional>

#include "base/epoch.h"
#include "base/files/simulated_files.h"
#include "base/random.h"
#include "engine/engine_testing.h"
#include "storage/file/log_writer.h"

namespace winnow {
namespace {

using testing::Results;
using testing::Rows;

constexpr int64_t key_count = 40;
constexpr int64_t values = 6;
const char* const sets[] = {"", "s", "t"};

// What a record is from some LSN on.
struct State {
    bool exists = false;
    int64_t value = 0;
    std::string set = {};
    uint32_t void_time = 0;
    uint64_t last_update_ms = 0;
};
struct Truncate {
    std::string set;
    uint64_t last_update_ms;
};
// A reply that showed a record, then of this LSN, as expired.
struct SeenExpired {
    int64_t key;
    Lsn lsn;
    Lsn waits_for;
};

bool is_refusal(ResultCode code) {
    return code == ResultCode::out_of_space || code == ResultCode::device_overload ||
           code == ResultCode::forbidden;
}

class Simulation {
public:
    Simulation(uint64_t seed, bool syncs_do_nothing)
        : random_(seed), disk_(random_.next()), executor_(seed), liar_(syncs_do_nothing) {
        NamespaceOptions ns;
        ns.name = "test";
        ns.expiry_period_seconds = 5;
        ns.storage = {.durability = Durability::commit, .directory = "d", .segment_size = 64 << 10};
        if (random_.one_in(4)) ns.storage.durability = Durability::interval;
        ns.storage.interval_ms = 10;
        options_ = {.namespaces = {ns}, .files = &disk_, .report = [](LogLevel, const auto&) {}};
    }

    // Lives through some power cuts; what is wrong, or nothing.
    std::string run(int cuts) {
        for (int i = 0; i < cuts && wrong_.empty(); i++) {
            disk_.set_faults({.short_write = 20, .syncs_do_nothing = liar_});
            if (!open()) return "does not open: " + error_;
            check_recovered();
            disk_.set_faults({.short_write = 20,
                              .write_error = random_.one_in(20) ? 200u : 0u,
                              .write_full = random_.one_in(5) ? 30u : 0u,
                              .sync_error = random_.one_in(20) ? 100u : 0u,
                              .syncs_do_nothing = liar_});
            if (random_.one_in(4)) disk_.set_capacity(disk_.used() + random_.below(200'000));
            disk_.cut_power_after(1 + random_.below(random_.one_in(2) ? 30 : 200));
            live();
            end();
        }
        return wrong_;
    }
    size_t confirmed() const { return confirmed_; }
    size_t waited() const { return waited_; }
    size_t indexes_recovered() const { return indexes_recovered_; }
    size_t seen_expired() const { return seen_expired_count_; }

private:
    // ---- the database ---------------------------------------------------------------------------

    // The power may go while it is opened, too.
    bool open() {
        disk_.cut_power_after(random_.one_in(3) ? 1 + random_.below(10) : 0);
        while (!try_to_open()) {
            if (!disk_.power_is_out()) return false;
            disk_.restart();
        }
        disk_.cut_power_after(0);
        return true;
    }
    bool try_to_open() {
        close();
        auto opened = Database::open(options_, clock_, executor_);
        if (!opened) {
            error_ = opened.error();
            return false;
        }
        while ((*opened)->recover_some()) {
        }
        if (auto finished = (*opened)->finish_recovery(); !finished) {
            error_ = finished.error();
            return false;
        }
        database_ = std::move(*opened);
        return true;
    }
    // A task of it that is still posted keeps its namespace.
    void close() {
        database_.reset();
        executor_.run_until_idle();
    }
    Namespace& ns() { return *database_->namespaces()[0]; }
    std::shared_ptr<Namespace> shared() { return database_->namespaces()[0]; }

    void drive() {
        database_->logs()[0]->step();
        confirmed_ = std::max(confirmed_, ns().store().durable());
    }

    // Things happen until the power goes or the log gives up.
    void live() {
        if (random_.one_in(2)) clock_.set_ms(clock_max_ms_);
        // Not always: from then on the index is the one that came back.
        if (!ns().indexes().find("gi")) change_index();
        for (int i = 0; i < 1'000 && !disk_.power_is_out() && wrong_.empty(); i++) {
            if (ns().store().failed() && random_.one_in(30)) break;
            switch (random_.below(24)) {
                case 0: move_clock(); break;
                case 1:
                case 2: executor_.run_one(); break;
                case 3: random_.one_in(4) ? change_index() : truncate(); break;
                case 4: query(); break;
                case 5: query_index(); break;
                case 6:
                case 7: drive(); break;
                case 8:
                case 9:
                case 10: remove(); break;
                case 11:
                case 12:
                case 13:
                case 14: read(); break;
                default: write(); break;
            }
        }
        confirmed_ = std::max(confirmed_, ns().store().durable());
    }

    // Most ends are a cut; some are a clean close.
    void end() {
        for (const SeenExpired& each : seen_expired_)
            if (each.waits_for <= confirmed_ || !waits()) gone_.push_back(each);
        if (!waits()) gone_.clear();
        seen_expired_.clear();
        close();
        drain_retired();
        if (disk_.power_is_out() || random_.one_in(2)) disk_.restart();
        disk_.set_capacity(UINT64_MAX);
        if (random_.one_in(3)) clock_.set_ms(clock_.now_ms() - random_.below(60'000));
    }
    bool waits() const { return options_.namespaces[0].storage.durability == Durability::commit; }

    void move_clock() {
        const uint64_t kind = random_.below(6);
        if (kind == 0) clock_.set_ms(clock_.now_ms() - random_.below(60'000));
        if (kind == 1) clock_.set_ms(clock_max_ms_);
        clock_.advance_ms(random_.below(5'000));
        clock_max_ms_ = std::max(clock_max_ms_, clock_.now_ms());
    }

    // ---- what is done to it ---------------------------------------------------------------------

    static Digest digest(int64_t key) { return digest_of("k", key); }

    void write() {
        const auto key = static_cast<int64_t>(random_.below(key_count));
        const bool adds = random_.one_in(4);
        const auto value = static_cast<int64_t>(random_.below(adds ? 2 : values));
        const std::string bytes = testing::integer(value);
        const std::string text(random_.below(random_.one_in(8) ? 3'000 : 200), 'x');
        const Operation operations[] = {
            {adds ? OperationCode::increment : OperationCode::write,
             static_cast<uint8_t>(Particle::integer), "g", bytes_of(bytes)},
            {OperationCode::write, static_cast<uint8_t>(Particle::string), "t", bytes_of(text)}};
        Command command;
        command.digest = digest(key);
        command.set = sets[random_.below(3)];
        command.writes = true;
        command.ttl = random_.one_in(3) ? static_cast<uint32_t>(1 + random_.below(20)) : ttl_never;
        command.operations = operations;
        Results results;
        auto outcome = operate(ns(), command, results);
        const State old = state_of(key);
        if (!outcome) {
            // A live record stays in its set, and a command may name the wrong one.
            const bool other_set = outcome.error().code == ResultCode::parameter && may_live(old) &&
                                   old.set != command.set;
            if (!other_set && !is_refusal(outcome.error().code)) complain("a write fails", key);
            if (other_set) check_shown(key, results.shown_lsn());
            return;
        }
        const bool existed = outcome->generation > 1;
        if (existed ? !may_live(old) : must_live(old)) complain("a write sees a ghost", key);
        if (results.shown_lsn() < outcome->lsn) complain("a write does not wait for itself", key);
        State next{.exists = true,
                   .value = value + (adds && existed ? old.value : 0),
                   .set = existed ? old.set : std::string(command.set),
                   .void_time = outcome->void_time,
                   .last_update_ms = std::max(clock_.now_ms(), existed ? old.last_update_ms : 0)};
        note(key, outcome->lsn, next);
    }

    void remove() {
        const auto key = static_cast<int64_t>(random_.below(key_count));
        Command command;
        command.digest = digest(key);
        command.writes = command.remove = true;
        Results results;
        auto outcome = operate(ns(), command, results);
        if (outcome) {
            if (!may_live(state_of(key))) complain("a delete finds what is gone", key);
            note(key, outcome->lsn, {});
        } else if (outcome.error().code == ResultCode::not_found) {
            note_absent(key, results.shown_lsn());
        } else if (!is_refusal(outcome.error().code)) {
            complain("a delete fails", key);
        }
    }

    void truncate() {
        if (!random_.one_in(6)) return;
        const std::string set = sets[random_.below(3)];
        const uint64_t time = clock_.now_ms() - (random_.one_in(2) ? random_.below(5'000) : 0);
        auto lsn = database_->truncate(shared(), set, time);
        if (!lsn) {
            if (!is_refusal(lsn.error().code)) wrong_ = "a truncate fails";
            return;
        }
        if (*lsn > last_lsn_) truncates_[*lsn] = {set, time};
        last_lsn_ = std::max(last_lsn_, *lsn);
    }

    void read() {
        const auto key = static_cast<int64_t>(random_.below(key_count));
        Results results;
        std::optional<int64_t> value = get(key, results);
        const State state = state_of(key);
        if (value ? !may_live(state) || *value != state.value : must_live(state))
            complain("a read is wrong", key);
        if (value)
            check_shown(key, results.shown_lsn());
        else
            note_absent(key, results.shown_lsn());
    }
    std::optional<int64_t> get(int64_t key, Results& results) {
        Command command;
        command.digest = digest(key);
        command.reads = command.read_all = true;
        if (!operate(ns(), command, results)) return std::nullopt;
        return testing::integer_of(results.bins[0].value);
    }

    Rows rows_of(QueryRequest request, Lsn& shown) {
        request.partitions = testing::TestDatabase::all_partitions();
        auto query = Query::start(shared(), std::move(request));
        Rows rows;
        while ((*query)->step(rows, 10'000) == Query::Status::again) {
        }
        shown = (*query)->shown_lsn();
        return rows;
    }

    void query() {
        Lsn shown = 0;
        Rows rows = rows_of({}, shown);
        const std::multiset<Digest> found(rows.digests.begin(), rows.digests.end());
        for (int64_t key = 0; key < key_count; key++) {
            const size_t count = found.count(digest(key));
            const State state = state_of(key);
            if (count > 1 || (count == 1 ? !may_live(state) : must_live(state)))
                complain("a query is wrong", key);
            count == 1 ? check_shown(key, shown) : note_absent(key, shown);
        }
    }

    void change_index() {
        const bool exists = ns().indexes().find("gi") != nullptr;
        if (exists && !random_.one_in(3)) return;
        auto done = exists ? ns().drop_index("gi")
                           : database_->create_index(shared(), "gi", {.set = "", .bin = "g"});
        // In doubt if it fails: after a restart it may be there or not.
        index_exists_ = done ? std::optional(!exists) : std::nullopt;
    }

    void query_index() {
        if (!ns().indexes().find("gi")) return;
        const auto value = static_cast<int64_t>(random_.below(values));
        Lsn shown = 0;
        QueryRequest request;
        request.predicate = {.bin = "g", .first = value, .last = value, .text = {}};
        Rows rows = rows_of(std::move(request), shown);
        const std::multiset<Digest> found(rows.digests.begin(), rows.digests.end());
        for (int64_t key = 0; key < key_count; key++) {
            const size_t count = found.count(digest(key));
            const State state = state_of(key);
            const bool matches = state.value == value;
            if (count > 1 ||
                (count == 1 ? !may_live(state) || !matches : must_live(state) && matches))
                complain("an index query is wrong", key);
            if (waits() && shown < lsn_of_match(key, value))
                complain("an index query is early", key);
        }
    }

    // ---- the model ------------------------------------------------------------------------------

    void note(int64_t key, Lsn lsn, State state) {
        if (lsn <= last_lsn_) complain("an LSN is not new", key);
        last_lsn_ = lsn;
        history_[key][lsn] = std::move(state);
    }

    bool kills(Lsn lsn, const Truncate& truncate, Lsn of, const State& state) const {
        return of < lsn && state.last_update_ms <= truncate.last_update_ms &&
               (truncate.set.empty() || truncate.set == state.set);
    }

    // The record as it is now, and the LSN that made it so.
    State state_of(int64_t key, Lsn* by = nullptr) const {
        auto found = history_.find(key);
        if (found == history_.end() || found->second.empty()) return {};
        const auto& [lsn, state] = *found->second.rbegin();
        if (by != nullptr) *by = lsn;
        if (!state.exists) return {};
        for (const auto& [at, truncate] : truncates_) {
            if (!kills(at, truncate, lsn, state)) continue;
            // It may have expired before that.
            if (by != nullptr && must_live(state)) *by = at;
            return {};
        }
        for (const SeenExpired& each : gone_)
            if (each.key == key && each.lsn == lsn) return {};
        return state;
    }
    bool must_live(const State& state) const {
        return state.exists &&
               (state.void_time == 0 || state.void_time > Namespace::void_seconds(clock_max_ms_));
    }
    bool may_live(const State& state) const {
        return state.exists &&
               (state.void_time == 0 || state.void_time > Namespace::void_seconds(clock_.now_ms()));
    }

    // The last change that a query for this value shows of the record.
    Lsn lsn_of_match(int64_t key, int64_t value) const {
        Lsn lsn = 0, by = 0;
        bool matches = false, matched = false;
        auto found = history_.find(key);
        if (found == history_.end()) return 0;
        for (const auto& [at, state] : found->second) {
            matches = state.exists && state.value == value;
            if (matches || matched) lsn = at;
            // Something else may have made it go before it is written again.
            matched = matches && state.void_time == 0 &&
                      std::none_of(truncates_.begin(), truncates_.end(), [&](const auto& each) {
                          return kills(each.first, each.second, at, state);
                      });
        }
        if (matches && !state_of(key, &by).exists) lsn = by;
        return lsn > base_ ? lsn : 0;
    }

    // A reply that shows the record as it is waits for the change that made it so.
    void check_shown(int64_t key, Lsn shown) {
        if (!waits()) return;
        Lsn by = 0;
        state_of(key, &by);
        if (by <= base_) return;
        waited_ += by > confirmed_;
        if (shown < by) complain("a reply is early", key);
    }

    void note_absent(int64_t key, Lsn shown) {
        Lsn lsn = 0;
        const State state = state_of(key, &lsn);
        if (must_live(state)) complain("a live record is not found", key);
        if (lsn != 0) check_shown(key, shown);
        if (!state.exists) return;
        seen_expired_.push_back({key, lsn, shown});
        seen_expired_count_++;
    }

    void complain(const char* what, int64_t key) {
        if (wrong_.empty()) wrong_ = std::string(what) + ": key " + std::to_string(key);
    }

    // ---- after a cut ----------------------------------------------------------------------------

    void check_recovered() {
        base_ = ns().store().durable();
        if (base_ < confirmed_)
            wrong_ = "confirmed up to " + std::to_string(confirmed_) + ", recovered up to " +
                     std::to_string(base_);
        for (auto& [key, states] : history_) states.erase(states.upper_bound(base_), states.end());
        truncates_.erase(truncates_.upper_bound(base_), truncates_.end());
        confirmed_ = last_lsn_ = base_;
        if (index_exists_ && *index_exists_ != (ns().indexes().find("gi") != nullptr))
            wrong_ = "the index is not what it was";
        indexes_recovered_ += ns().indexes().find("gi") != nullptr;
        if (wrong_.empty()) query_index();
        for (int64_t key = 0; key < key_count && wrong_.empty(); key++) {
            Results results;
            const State state = state_of(key);
            std::optional<int64_t> value = get(key, results);
            if (value && !may_live(state)) complain("it came back", key);
            if (!value && must_live(state)) complain("it is lost", key);
            if (value && *value != state.value) complain("it is another", key);
        }
    }

    Random random_;
    SimulatedFiles disk_;
    ManualClock clock_;
    LocalExecutor executor_;
    DatabaseOptions options_;
    std::unique_ptr<Database> database_;
    const bool liar_;
    std::string error_, wrong_;
    std::map<int64_t, std::map<Lsn, State>> history_;  // by key
    std::map<Lsn, Truncate> truncates_;
    std::vector<SeenExpired> seen_expired_;  // since the last cut
    std::vector<SeenExpired> gone_;          // whose replies went out
    uint64_t clock_max_ms_ = clock_.now_ms();
    Lsn last_lsn_ = 0;
    Lsn confirmed_ = 0;
    Lsn base_ = 0;                              // what was recovered
    std::optional<bool> index_exists_ = false;  // none: in doubt
    size_t indexes_recovered_ = 0;
    size_t waited_ = 0;
    size_t seen_expired_count_ = 0;
};

uint64_t from_environment(const char* name, uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

constexpr int cuts_per_seed = 10;

TEST(EnginePowerCut, NothingConfirmedIsLostNorComesBack) {
    const uint64_t one = from_environment("WINNOW_SEED", 0);
    const uint64_t first = one != 0 ? one : 1;
    const uint64_t count = one != 0 ? 1 : from_environment("WINNOW_SEEDS", 15);
    size_t confirmed = 0, waited = 0, expired = 0, indexes = 0;
    for (uint64_t seed = first; seed < first + count; seed++) {
        Simulation simulation(seed, false);
        ASSERT_EQ(simulation.run(cuts_per_seed), "") << "WINNOW_SEED=" << seed;
        confirmed += simulation.confirmed();
        waited += simulation.waited();
        expired += simulation.seen_expired();
        indexes += simulation.indexes_recovered();
    }
    if (one != 0) return;
    // That it was worth running.
    EXPECT_GT(confirmed, count * 100);
    EXPECT_GT(waited, count * 50);
    EXPECT_GT(expired, count * 10);
    EXPECT_GT(indexes, count * 3);
}

// The proof that the test above would notice: a disk that says it synced and did not.
TEST(EnginePowerCut, ADiskThatDoesNotSyncIsCaught) {
    int caught = 0;
    for (uint64_t seed = 1; seed <= 10; seed++) caught += !Simulation(seed, true).run(5).empty();
    EXPECT_GE(caught, 7);
}

}  // namespace
}  // namespace winnow
