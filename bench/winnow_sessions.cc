// Workloads against a Winnow server or an embedded database, through the client that everybody
// uses.

#include <fmt/core.h>

#include <array>
#include <vector>

#include "base/random.h"
#include "bench/session.h"
#include "client/client.h"
#include "embedded/database.h"

namespace winnow::bench {
namespace {

using client::BatchAnswer;
using client::Bin;
using client::BinSelection;
using client::Client;
using client::Key;
using client::Outcome;
using client::PartitionProgress;
using client::Predicate;
using client::Query;
using client::Record;
using client::RecordFrame;

constexpr size_t batch_rows = 100;

// Shared by all sessions of a run.
struct Shared {
    Target target;
    std::unique_ptr<Client> client;
    std::vector<Digest> digests;  // of the keys 0, 1, ...; computed once, as they cost 0.5 us each
};

Key key_in_set() {
    return {"test", "bench", {}, {}};
}

class RecordSession : public Session {
public:
    RecordSession(std::shared_ptr<Shared> shared, uint32_t thread)
        : shared_(std::move(shared)), random_(seed_of(thread)) {}

protected:
    uint64_t any_record() { return random_.below(shared_->digests.size()); }

    bool get(uint64_t i) {
        key_.digest = shared_->digests[i];
        if (Outcome<> got = shared_->client->get(key_, record_); !got)
            return failed(got.error().message());
        auto value = record_.find("a");
        if (!value || value->integer() != static_cast<int64_t>(i) || record_.size() != 3)
            return failed(fmt::format("record {} is not what was written", i));
        return true;
    }
    bool put(uint64_t i) {
        key_.digest = shared_->digests[i];
        char text[16];
        fill_text(text, i, ++round_);
        std::array bins{Bin{"a", i}, Bin{"g", i % 10}, Bin{"s", std::string_view(text, 16)}};
        if (Outcome<> put = shared_->client->put(key_, bins); !put)
            return failed(put.error().message());
        return true;
    }

    std::shared_ptr<Shared> shared_;
    Random random_;

private:
    Key key_ = key_in_set();
    Record record_;
    uint64_t round_ = 0;
};

class Get : public RecordSession {
public:
    using RecordSession::RecordSession;
    bool step(uint64_t& items) override {
        items++;
        return get(any_record());
    }
};

class Put : public RecordSession {
public:
    using RecordSession::RecordSession;
    bool step(uint64_t& items) override {
        items++;
        return put(any_record());
    }
};

class Mixed : public RecordSession {
public:
    using RecordSession::RecordSession;
    bool step(uint64_t& items) override {
        items++;
        return random_.one_in(2) ? get(any_record()) : put(any_record());
    }
};

// Writes every record once; each thread takes every n-th.
class Load : public RecordSession {
public:
    Load(std::shared_ptr<Shared> shared, uint32_t thread)
        : RecordSession(std::move(shared), thread), next_(thread) {}
    bool step(uint64_t& items) override {
        if (next_ >= shared_->digests.size()) return false;
        items++;
        uint64_t i = next_;
        next_ += shared_->target.threads;
        return put(i);
    }

private:
    uint64_t next_;
};

class Batch : public RecordSession {
public:
    Batch(std::shared_ptr<Shared> shared, uint32_t thread)
        : RecordSession(std::move(shared), thread), keys_(batch_rows, key_in_set()) {}
    bool step(uint64_t& items) override {
        for (Key& key : keys_) key.digest = shared_->digests[any_record()];
        size_t found = 0;
        Outcome<> read =
            shared_->client->batch_read(keys_, BinSelection::all(), [&](const BatchAnswer& answer) {
                found += answer.record != nullptr && answer.record->size() == 3;
            });
        if (!read) return failed(read.error().message());
        if (found != batch_rows)
            return failed(fmt::format("a batch found {} of {} records", found, batch_rows));
        items += batch_rows;
        return true;
    }

private:
    std::vector<Key> keys_;
};

// A query in each step; `count` records have to come.
class QuerySession : public RecordSession {
public:
    QuerySession(std::shared_ptr<Shared> shared, uint32_t thread, uint64_t count)
        : RecordSession(std::move(shared), thread), count_(count) {
        query_.ns = "test";
        query_.set = "bench";
    }

protected:
    bool run(uint64_t& items) {
        PartitionProgress progress = PartitionProgress::all();
        uint64_t found = 0;
        Outcome<> done = shared_->client->query_frames(query_, progress, [&](RecordFrame& frame) {
            while (frame.next() != nullptr) found++;
            return true;
        });
        if (!done) return failed(done.error().message());
        if (found != count_)
            return failed(fmt::format("a query found {} of {} records", found, count_));
        items += found;
        return true;
    }

    Query query_;
    uint64_t count_;
};

class Scan : public QuerySession {
public:
    Scan(std::shared_ptr<Shared> shared, uint32_t thread, bool no_bins)
        : QuerySession(shared, thread, shared->target.records) {
        query_.no_bins = no_bins;
    }
    bool step(uint64_t& items) override { return run(items); }
};

class IndexRows : public QuerySession {
public:
    using QuerySession::QuerySession;
    bool step(uint64_t& items) override {
        auto first = static_cast<int64_t>(random_.below(shared_->target.records - count_ + 1));
        query_.where = Predicate::range("a", first, first + static_cast<int64_t>(count_) - 1);
        return run(items);
    }
};

// Builds the index that the index queries need; its one step lasts until it can be queried.
class BuildIndex : public RecordSession {
public:
    using RecordSession::RecordSession;
    bool step(uint64_t& items) override {
        if (built_) return false;
        built_ = true;
        Outcome<> created = shared_->client->create_index(
            {"test", "bench", "bench_a", "a", client::IndexType::integer, CollectionType::none});
        if (!created) return failed(created.error().message());
        items += shared_->target.records;
        return true;
    }

private:
    bool built_ = false;
};

std::unique_ptr<Session> make_session(const std::string& workload,
                                      const std::shared_ptr<Shared>& shared, uint32_t thread) {
    if (workload == "load") return std::make_unique<Load>(shared, thread);
    if (workload == "get") return std::make_unique<Get>(shared, thread);
    if (workload == "put") return std::make_unique<Put>(shared, thread);
    if (workload == "mixed") return std::make_unique<Mixed>(shared, thread);
    if (workload == "batch") return std::make_unique<Batch>(shared, thread);
    if (workload == "scan") return std::make_unique<Scan>(shared, thread, false);
    if (workload == "scan_nobins") return std::make_unique<Scan>(shared, thread, true);
    if (workload == "index") return std::make_unique<BuildIndex>(shared, thread);
    if (workload == "point") return std::make_unique<IndexRows>(shared, thread, 1);
    if (workload == "range_100") return std::make_unique<IndexRows>(shared, thread, 100);
    if (workload == "range_10000") return std::make_unique<IndexRows>(shared, thread, 10'000);
    return nullptr;
}

using Connect =
    std::function<Outcome<std::unique_ptr<Client>>(const std::shared_ptr<Shared>& shared)>;

SessionMaker sessions(const std::string& workload, const Target& target, const Connect& connect) {
    auto shared = std::make_shared<Shared>();
    shared->target = target;
    if (make_session(workload, shared, 0) == nullptr) return nullptr;
    return [=](uint32_t thread, std::string& why) -> std::unique_ptr<Session> {
        if (shared->client == nullptr) {
            for (uint64_t i = 0; i < target.records; i++)
                shared->digests.push_back(digest_of("bench", static_cast<int64_t>(i)));
            auto client = connect(shared);
            if (!client) {
                why = client.error().message();
                return nullptr;
            }
            shared->client = std::move(*client);
            shared->target = target;
        }
        return make_session(workload, shared, thread);
    };
}

}  // namespace

void fill_text(char (&text)[16], uint64_t i, uint64_t round) {
    uint64_t bits = Random(i * 1'000'003 + round).next();
    for (char& c : text) {
        c = static_cast<char>('a' + (bits & 15));
        bits >>= 4;
    }
}

SessionMaker winnow_sessions(const std::string& workload, const Target& target) {
    return sessions(workload, target, [target](const std::shared_ptr<Shared>&) {
        return Client::connect({.seeds = {{target.host, target.port}}});
    });
}

SessionMaker embedded_sessions(const std::string& workload, const Target& target) {
    return sessions(workload, target, [workload](const std::shared_ptr<Shared>& shared) {
        auto database = embedded::Database::open();
        auto client = (*database)->connect();
        if (!client || workload == "load") return client;
        shared->client = std::move(*client);
        shared->target.threads = 1;
        uint64_t loaded = 0;
        Load load(shared, 0);
        while (load.step(loaded)) continue;
        BuildIndex index(shared, 0);
        if (workload == "point" || workload.starts_with("range")) index.step(loaded);
        return (*database)->connect();
    });
}

}  // namespace winnow::bench
