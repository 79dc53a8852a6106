#pragma once
// For tests: a database in the process with short ways to say what is done to it.

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/database.h"
#include "engine/operate/operate.h"
#include "engine/query/query.h"
#include "record/value/particle.h"

namespace winnow::testing {

// Collects the results of a command.
struct Results : ReplySink {
    struct Bin {
        std::string name;
        uint8_t particle = 0;
        std::string value;
        bool operator==(const Bin&) const = default;
    };
    std::vector<Bin> bins;

    void all_bins(const Version& version) override {
        for (uint32_t i = 0; i < version.bin_count(); i++) add(version.bin(i));
    }
    void bin(uint8_t particle, Bytes record) override {
        add({text_of(record.subspan(1, record[0])), particle, record.subspan(1u + record[0])});
    }
    void result(const Operation& operation, uint8_t particle, Bytes value) override {
        add({operation.name, particle, value});
    }
    void add(const BinView& view) {
        bins.push_back({std::string(view.name), view.particle, std::string(text_of(view.value))});
    }
};

inline std::string integer(int64_t value) {
    std::string bytes(8, '\0');
    store_be(bytes.data(), value);
    return bytes;
}
inline int64_t integer_of(std::string_view bytes) {
    return load_be<int64_t>(bytes.data());
}

// One bin to write.
struct Put {
    std::string name;
    Particle particle;
    std::string value;

    Put(std::string n, int64_t v)
        : name(std::move(n)), particle(Particle::integer), value(integer(v)) {}
    Put(std::string n, const char* v) : name(std::move(n)), particle(Particle::string), value(v) {}
    Put(std::string n, std::nullptr_t) : name(std::move(n)), particle(Particle::nil) {}
};

inline std::vector<Operation> writes_of(const std::vector<Put>& puts) {
    std::vector<Operation> operations;
    for (const Put& put : puts)
        operations.push_back({OperationCode::write, static_cast<uint8_t>(put.particle), put.name,
                              bytes_of(put.value)});
    return operations;
}

// The digests a query hands over, in order, and the values of an index query.
struct Rows : RecordSink {
    size_t room = SIZE_MAX;  // rows until it is full
    std::vector<Digest> digests;
    std::vector<int64_t> values;
    std::set<uint32_t> done;
    size_t taken = 0;

    bool record(const QueryRow& row) override {
        if (taken == room) return false;
        taken++;
        digests.push_back(row.version.digest());
        if (row.index_value) values.push_back(*row.index_value);
        return true;
    }
    void partition_done(uint32_t partition) override { done.insert(partition); }
};

class TestDatabase {
public:
    explicit TestDatabase(uint64_t seed = 0, NamespaceOptions options = {})
        : executor(seed), database({{named(std::move(options))}}, clock, executor) {}

    static NamespaceOptions named(NamespaceOptions options) {
        options.name = "test";
        return options;
    }
    Namespace& ns() { return **database.find("test"); }
    std::shared_ptr<Namespace> shared() { return *database.find("test"); }

    Result<Outcome> put(const Digest& digest, const std::vector<Put>& puts,
                        std::string_view set = "s", uint32_t ttl = 0) {
        Command command;
        std::vector<Operation> operations = writes_of(puts);
        command.digest = digest;
        command.set = set;
        command.writes = true;
        command.ttl = ttl;
        command.operations = operations;
        Results results;
        return operate(ns(), command, results);
    }
    Result<Outcome> put(int64_t key, const std::vector<Put>& puts, std::string_view set = "s",
                        uint32_t ttl = 0) {
        return put(digest_of(set, key), puts, set, ttl);
    }
    Result<Outcome> remove(int64_t key, std::string_view set = "s") {
        Command command;
        command.digest = digest_of(set, key);
        command.writes = command.remove = true;
        Results results;
        return operate(ns(), command, results);
    }
    // All bins, or the code of the refusal.
    Result<std::vector<Results::Bin>> get(int64_t key, std::string_view set = "s") {
        Command command;
        command.digest = digest_of(set, key);
        command.reads = command.read_all = true;
        Results results;
        if (auto outcome = operate(ns(), command, results); !outcome) return fail(outcome.error());
        return results.bins;
    }

    static std::vector<PartitionStart> all_partitions() {
        std::vector<PartitionStart> starts;
        for (uint32_t i = 0; i < partition_count; i++) starts.push_back({i, {}, 0});
        return starts;
    }
    // Runs a query to its end, a frame of `room` rows at a time.
    Rows query(QueryRequest request, size_t room = SIZE_MAX, size_t budget = 1000) {
        if (request.partitions.empty()) request.partitions = all_partitions();
        auto query = Query::start(shared(), std::move(request));
        EXPECT_TRUE(query.has_value());
        Rows rows;
        rows.room = room;
        while ((*query)->step(rows, budget) == Query::Status::again) rows.taken = 0;
        return rows;
    }
    Rows query_range(const std::string& bin, int64_t first, int64_t last, std::string set = "s") {
        QueryRequest request;
        request.set = std::move(set);
        request.predicate = {.bin = bin, .first = first, .last = last, .text = {}};
        return query(std::move(request));
    }

    ManualClock clock;
    LocalExecutor executor;
    Database database;
};

}  // namespace winnow::testing
