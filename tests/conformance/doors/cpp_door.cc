// A door over the C++ client: answers steps, one JSON line each, as tests/conformance/README.md
// lists them. --tcp HOST:PORT speaks to a server, --embedded to a database inside this process.

#include <fmt/core.h>

#include <cstdio>
#include <map>

#include "base/clock.h"
#include "doors/json.h"
#include "doors/policy_reading.h"
#include "embedded/database.h"

namespace winnow::conformance {
namespace {

using namespace client;

using Answer = Outcome<std::string>;  // the inside of a JSON object

std::string text_answer(std::string_view text) {
    return fmt::format("\"text\": {}", quoted(text));
}

std::string rows_answer(const std::vector<std::string>& rows) {
    std::string list;
    for (const std::string& row : rows) list += (list.empty() ? "{" : ", {") + row + "}";
    return fmt::format("\"rows\": [{}]", list);
}

// Bins as a map; `raw`: lists and maps as their bytes.
std::string bins_text(const RecordView& record, bool raw) {
    std::map<std::string_view, std::string> last;  // of several results for a bin the last counts
    for (Bin bin : record) {
        bool hidden = raw && is_collection(bin.value.particle());
        last[bin.name] = tagged(hidden ? ValueView(Particle::blob, bin.value.bytes()) : bin.value);
    }
    std::string pairs;
    for (const auto& [name, value] : last)
        pairs += fmt::format("{}[{}, {}]", pairs.empty() ? "" : ", ", quoted(name), value);
    return fmt::format("{{\"map\": [{}]}}", pairs);
}

std::string row_of(const RecordView& record, bool raw = false) {
    return fmt::format("\"gen\": {}, \"ttl\": {}, \"bins\": {}", record.generation(),
                       remaining_seconds(record.void_time(), system_clock().now_ms()),
                       bins_text(record, raw));
}

std::string digest_text(const Digest& digest) {
    return fmt::format("\"digest\": \"{}\"", hex(digest.bytes));
}

// A record of a query, which tells itself where it belongs.
std::string found_row(const RecordView& record, const Digest& digest, bool raw) {
    std::string row =
        digest_text(digest) + fmt::format(", \"partition\": {}, ", digest.partition());
    if (!record.set().empty()) row += fmt::format("\"set\": {}, ", quoted(record.set()));
    if (!record.user_key().is_nil())
        row += fmt::format("\"sent\": {}, ", tagged(record.user_key()));
    return row + row_of(record, raw);
}

struct Handle {
    Query query;
    uint32_t records_per_second = 0;
    bool tracked = false;
    PartitionProgress progress = PartitionProgress::all();
};

class Session {
public:
    explicit Session(std::unique_ptr<Client> client) : client_(std::move(client)) {}

    Answer answer(const Json& request) {
        static const std::map<std::string_view, Answer (Session::*)(const Json&)> steps = {
            {"reset", &Session::reset},
            {"put", &Session::put},
            {"get", &Session::get},
            {"select", &Session::get},
            {"exists", &Session::exists},
            {"delete", &Session::remove},
            {"touch", &Session::change},
            {"append", &Session::change},
            {"prepend", &Session::change},
            {"add", &Session::change},
            {"remove_bin", &Session::remove_bin},
            {"operate", &Session::operate},
            {"operate_ordered", &Session::operate},
            {"digest", &Session::digest},
            {"batch", &Session::batch},
            {"batch_read", &Session::read_many},
            {"get_many", &Session::read_many},
            {"select_many", &Session::read_many},
            {"exists_many", &Session::read_many},
            {"batch_operate", &Session::change_many},
            {"batch_remove", &Session::change_many},
            {"query", &Session::query},
            {"set", &Session::set},
            {"select_bins", &Session::select_bins},
            {"where", &Session::where},
            {"paginate", &Session::paginate},
            {"is_done", &Session::is_done},
            {"status", &Session::status},
            {"results", &Session::results},
            {"foreach", &Session::results},
            {"index_create", &Session::index_create},
            {"index_drop", &Session::index_drop},
            {"truncate", &Session::truncate},
            {"info", &Session::info},
        };
        auto step = steps.find(request.at("step").string);
        if (step == steps.end()) return fmt::format("\"broken\": \"unknown step\"");
        return (this->*step->second)(request);
    }

private:
    Answer reset(const Json&) {
        queries_.clear();
        statuses_.clear();
        return std::string();
    }

    // ---- one record ----------------------------------------------------------------------------

    Answer put(const Json& request);
    Answer get(const Json& request);
    Answer exists(const Json& request);
    Answer remove(const Json& request);
    Answer change(const Json& request);
    Answer remove_bin(const Json& request);
    Answer operate(const Json& request);
    Answer digest(const Json& request);

    // ---- many ----------------------------------------------------------------------------------

    Answer batch(const Json& request);
    Answer read_many(const Json& request);
    Answer change_many(const Json& request);
    Answer run_entries(std::span<const Key> keys, std::span<const BatchEntry> entries,
                       const Json& policy);

    Answer query(const Json& request);
    Answer set(const Json& request);
    Answer select_bins(const Json& request);
    Answer where(const Json& request);
    Answer paginate(const Json& request);
    Answer is_done(const Json& request);
    Answer status(const Json& request);
    Answer results(const Json& request);
    Outcome<> begin_partitions(Handle& handle, const Json& filter);
    Handle& handle(const Json& request) { return queries_[request.at("q").string]; }

    Answer index_create(const Json& request);
    Answer index_drop(const Json& request);
    Answer truncate(const Json& request);
    Answer info(const Json& request);

    std::unique_ptr<Client> client_;
    std::map<std::string, Handle> queries_;
    std::map<std::string, PartitionProgress> statuses_;
};

// Key and policy of a command on one record.
template <class Policy>
struct Call {
    Key key;
    Policy policy;

    static Outcome<Call> of(const Json& request) {
        auto key = read_key(request.at("key"));
        if (!key) return fail(key.error());
        Outcome<Policy> policy;
        if constexpr (std::same_as<Policy, WritePolicy>)
            policy = write_policy(request.at("policy"));
        else
            policy = read_policy(request.at("policy"));
        if (!policy) return fail(policy.error());
        return Call{std::move(*key), *policy};
    }
};

Outcome<std::vector<Key>> read_keys(const Json& list) {
    std::vector<Key> keys;
    for (const Json& one : list.items) {
        auto key = read_key(one);
        if (!key) return fail(key.error());
        keys.push_back(std::move(*key));
    }
    return keys;
}

Answer done(const Outcome<>& outcome) {
    if (!outcome) return fail(outcome.error());
    return std::string();
}

Answer Session::put(const Json& request) {
    auto call = Call<WritePolicy>::of(request);
    if (!call) return fail(call.error());
    std::deque<Value> values;
    std::vector<Bin> bins;
    for (const Json& pair : request.at("bins").at("map").items) {
        Result<Value> value = value_of(pair[1]);
        if (!value) return fail(refused(value.error().text));
        values.push_back(std::move(*value));
        bins.push_back({pair[0].string, values.back()});
    }
    return done(client_->put(call->key, bins, call->policy));
}

Answer Session::get(const Json& request) {
    auto call = Call<ReadPolicy>::of(request);
    if (!call) return fail(call.error());
    Names names(request.at("bins"));
    Record record;
    Outcome<> got =
        client_->get(call->key, request.has("bins") ? names.selection() : BinSelection::all(),
                     record, call->policy);
    if (!got) return fail(got.error());
    bool raw = request.at("policy").at("deserialize").number(1) == 0;
    return rows_answer({digest_text(call->key.digest) + ", " + row_of(record.view(), raw)});
}

Answer Session::exists(const Json& request) {
    auto call = Call<ReadPolicy>::of(request);
    if (!call) return fail(call.error());
    Outcome<bool> there = client_->exists(call->key, call->policy);
    if (!there) return fail(there.error());
    Record record;
    if (!*there || !client_->get(call->key, BinSelection::none(), record, call->policy))
        return rows_answer({digest_text(call->key.digest) + ", \"missing\": true"});
    return rows_answer({digest_text(call->key.digest) + ", " + row_of(record.view())});
}

Answer Session::remove(const Json& request) {
    auto call = Call<WritePolicy>::of(request);
    if (!call) return fail(call.error());
    return done(client_->remove(call->key, call->policy));
}

Answer Session::change(const Json& request) {
    auto call = Call<WritePolicy>::of(request);
    if (!call) return fail(call.error());
    Result<Value> value = value_of(request.at("value"));
    if (!value) return fail(refused(value.error().text));
    const std::string& step = request.at("step").string;
    const std::string& bin = request.at("bin").string;
    if (step == "touch") return done(client_->touch(call->key, call->policy));
    if (step == "append") return done(client_->append(call->key, bin, *value, call->policy));
    if (step == "prepend") return done(client_->prepend(call->key, bin, *value, call->policy));
    return done(client_->add(call->key, bin, *value, call->policy));
}

Answer Session::remove_bin(const Json& request) {
    auto call = Call<WritePolicy>::of(request);
    if (!call) return fail(call.error());
    std::vector<Bin> bins;
    for (const Json& name : request.at("bins").items) bins.push_back({name.string, {}});
    return done(client_->put(call->key, bins, call->policy));
}

Answer Session::operate(const Json& request) {
    auto call = Call<WritePolicy>::of(request);
    if (!call) return fail(call.error());
    auto ops = Operations::of(request.at("ops"));
    if (!ops) return fail(ops.error());
    Record record;
    Outcome<> ran = client_->operate(call->key, ops->view(), record, call->policy);
    if (!ran) return fail(ran.error());
    if (request.at("step").string == "operate")
        return rows_answer({digest_text(call->key.digest) + ", " + row_of(record.view())});
    std::vector<std::string> rows;
    for (Bin bin : record)
        rows.push_back(
            fmt::format("\"bin\": {}, \"value\": {}", quoted(bin.name), tagged(bin.value)));
    return rows_answer(rows);
}

Answer Session::digest(const Json& request) {
    auto key = read_key(request.at("key"));
    if (!key) return fail(key.error());
    return text_answer(
        fmt::format("{} partition {}", hex(key->digest.bytes), key->digest.partition()));
}

// ---- many --------------------------------------------------------------------------------------

std::string batch_row(const Key& key, const BatchAnswer& answer) {
    std::string row = digest_text(key.digest);
    if (answer.code == ResultCode::not_found) return row + ", \"missing\": true, \"error\": 2";
    if (answer.code != ResultCode::ok)
        return fmt::format("{}, \"error\": {}", row, static_cast<int>(answer.code));
    return row + ", " + row_of(*answer.record);
}

Answer Session::read_many(const Json& request) {
    auto keys = read_keys(request.at("keys"));
    if (!keys) return fail(keys.error());
    auto policy = batch_policy(request.at("policy"));
    if (!policy) return fail(policy.error());
    Names names(request.at("bins"));
    BinSelection bins = request.has("bins") || request.at("step").string == "exists_many"
                            ? names.selection()
                            : BinSelection::all();
    std::vector<std::string> rows(keys->size());
    Outcome<> ran = client_->batch_read(
        *keys, bins,
        [&](const BatchAnswer& answer) {
            rows[answer.index] = batch_row((*keys)[answer.index], answer);
        },
        *policy);
    if (!ran) return fail(ran.error());
    return rows_answer(rows);
}

Answer Session::run_entries(std::span<const Key> keys, std::span<const BatchEntry> entries,
                            const Json& policy_request) {
    auto policy = batch_policy(policy_request);
    if (!policy) return fail(policy.error());
    std::vector<std::string> rows(keys.size());
    Outcome<> ran = client_->batch(
        entries,
        [&](const BatchAnswer& answer) {
            rows[answer.index] = batch_row(keys[answer.index], answer);
        },
        *policy);
    if (!ran) return fail(ran.error());
    return rows_answer(rows);
}

Answer Session::change_many(const Json& request) {
    auto ops = Operations::of(request.at("ops"));
    if (!ops) return fail(ops.error());
    auto keys = read_keys(request.at("keys"));
    if (!keys) return fail(keys.error());
    bool removes = request.at("step").string == "batch_remove";
    std::vector<BatchEntry> entries;
    for (const Key& key : *keys)
        entries.push_back({.key = &key,
                           .action = removes ? BatchAction::remove : BatchAction::operate,
                           .ops = ops->view()});
    return run_entries(*keys, entries, request.at("policy"));
}

Answer Session::batch(const Json& request) {
    std::deque<Names> names;
    std::deque<Operations> operations;
    std::deque<WriteRules> rules;
    std::vector<Key> keys;
    std::vector<BatchEntry> entries;
    for (const Json& row : request.at("rows").items) {
        auto key = read_key(row.at("key"));
        if (!key) return fail(key.error());
        auto ops = Operations::of(row.at("ops"));
        if (!ops) return fail(ops.error());
        auto rule = write_rules(row.at("policy"));
        if (!rule) return fail(rule.error());
        keys.push_back(std::move(*key));
        operations.push_back(std::move(*ops));
        rules.push_back(*rule);
        names.emplace_back(row.at("bins"));
        const std::string& kind = row.at("kind").string;
        BatchEntry& entry = entries.emplace_back();
        entry.rules = &rules.back();
        entry.ops = operations.back().view();
        if (kind == "remove")
            entry.action = BatchAction::remove;
        else if (kind == "write" || row.has("ops"))
            entry.action = BatchAction::operate;
        if (row.has("bins")) entry.bins = names.back().selection();
    }
    for (size_t i = 0; i < keys.size(); i++) entries[i].key = &keys[i];
    return run_entries(keys, entries, request.at("policy"));
}

// ---- queries -----------------------------------------------------------------------------------

Answer Session::query(const Json& request) {
    Handle made;
    made.query.ns = request.at("ns").string;
    made.query.set = request.at("set").string;
    handle(request) = std::move(made);
    return std::string();
}

Answer Session::set(const Json& request) {
    int64_t value = request.at("value").number(-1);
    const std::string& field = request.at("field").string;
    if (value < 0) return fail(refused(fmt::format("{} is not valid", field)));
    if (field == "max_records") handle(request).query.max_records = static_cast<uint64_t>(value);
    if (field == "records_per_second")
        handle(request).records_per_second = static_cast<uint32_t>(value);
    return std::string();  // ttl is for background writes, which are another piece
}

Answer Session::select_bins(const Json& request) {
    for (const Json& bin : request.at("bins").items)
        handle(request).query.bins.push_back(bin.string);
    return std::string();
}

Answer Session::where(const Json& request) {
    std::vector<Value> values;
    for (const Json& one : request.at("values").items) {
        Result<Value> value = value_of(one);
        if (!value) return fail(refused(value.error().text));
        values.push_back(std::move(*value));
    }
    const std::string& predicate = request.at("predicate").string;
    const std::string& bin = request.at("bin").string;
    if (predicate == "equals" && values.size() == 1)
        handle(request).query.where = Predicate::equals(bin, values[0]);
    else if (predicate == "between" && values.size() == 2 && values[0].view().integer() &&
             values[1].view().integer())
        handle(request).query.where =
            Predicate::range(bin, *values[0].view().integer(), *values[1].view().integer());
    else
        return fail(refused(fmt::format("there is no such predicate {}", predicate)));
    return std::string();
}

Answer Session::paginate(const Json& request) {
    handle(request).tracked = true;
    return std::string();
}

Answer Session::is_done(const Json& request) {
    Handle& of = handle(request);
    return text_answer(of.tracked && of.progress.done() ? "true" : "false");
}

// Rows for the partitions that records were read of.
Answer Session::status(const Json& request) {
    Handle& of = handle(request);
    std::vector<std::string> rows;
    if (of.tracked) {
        for (const PartitionStatus& one : of.progress.statuses()) {
            if (one.started)
                rows.push_back(
                    fmt::format("{}, \"partition\": {}", digest_text(one.digest), one.id));
        }
    }
    if (request.has("save")) statuses_.insert_or_assign(request.at("save").string, of.progress);
    return rows_answer(rows);
}

// Where a run begins: behind the last one, anew, or as the filter says.
Outcome<> Session::begin_partitions(Handle& of, const Json& filter) {
    if (!of.tracked) of.progress = PartitionProgress::all();
    if (filter.is_null()) return {};
    bool goes_on = of.tracked && of.progress.statuses().size() != partition_count;
    of.tracked = true;
    if (filter.has("status")) {
        auto saved = statuses_.find(filter.at("status").string);
        if (saved == statuses_.end()) return fail(refused("no such status"));
        of.progress = saved->second;
        return {};
    }
    if (filter.has("digest")) {
        Result<std::string> bytes = from_hex(filter.at("digest").string);
        if (!bytes || bytes->size() != digest_size) return fail(refused("a digest is 20 bytes"));
        of.progress = PartitionProgress::after(Digest::from(bytes_of(*bytes).data()));
        return {};
    }
    if (goes_on) return {};  // in the range of the run before
    int64_t begin = filter.at("begin").number(), count = filter.at("count").number(1);
    if (begin < 0 || count < 0) return fail(refused("a partition is 0 to 4095"));
    auto range =
        PartitionProgress::range(static_cast<uint32_t>(begin), static_cast<uint32_t>(count));
    if (!range) return fail(request_failure(range.error().code, range.error().text));
    of.progress = std::move(*range);
    return {};
}

Answer Session::results(const Json& request) {
    Handle& of = handle(request);
    auto policy = query_policy(request.at("policy"));
    if (!policy) return fail(policy.error());
    auto each = Operations::of(request.at("each"));
    if (!each) return fail(each.error());
    Outcome<> begun = begin_partitions(of, request.at("policy").at("partition_filter"));
    if (!begun) return fail(begun.error());
    policy->records_per_second = of.records_per_second;
    of.query.no_bins = request.at("nobins").number() != 0;
    bool raw = request.at("policy").at("deserialize").number(1) == 0;
    int64_t left = request.at("stop").number(-1);  // negative: take all
    if (left == 0) return rows_answer({}) + ", \"done\": false";
    std::vector<std::string> rows;
    Outcome<> changed;
    Outcome<> ran = client_->query(
        of.query, of.progress,
        [&](const RecordView& record) {
            Digest digest = *record.digest();
            rows.push_back(found_row(record, digest, raw));
            Record ignored;
            Key key = Key::by_digest(of.query.ns, record.set(), digest);
            if (request.has("each")) changed = client_->operate(key, each->view(), ignored);
            return changed.has_value() && --left != 0;
        },
        *policy);
    if (!changed) return fail(changed.error());
    if (!ran) return fail(ran.error());
    bool is_done = of.tracked && of.progress.done();
    return fmt::format("{}, \"done\": {}", rows_answer(rows), is_done);
}

// ---- administration ----------------------------------------------------------------------------

Answer Session::index_create(const Json& request) {
    static const std::map<std::string_view, IndexType> types = {{"numeric", IndexType::integer},
                                                                {"string", IndexType::string},
                                                                {"blob", IndexType::blob},
                                                                {"geo", IndexType::geo}};
    auto type = types.find(request.at("type").string);
    if (type == types.end()) return fail(refused("there is no such type of index"));
    return done(client_->create_index({.ns = request.at("ns").string,
                                       .set = request.at("set").string,
                                       .name = request.at("name").string,
                                       .bin = request.at("bin").string,
                                       .type = type->second}));
}

Answer Session::index_drop(const Json& request) {
    return done(client_->drop_index(request.at("ns").string, request.at("name").string));
}

Answer Session::truncate(const Json& request) {
    int64_t before = request.at("before").number(-1);
    if (before < 0) return fail(refused("a moment is not negative"));
    return done(client_->truncate(request.at("ns").string, request.at("set").string,
                                  static_cast<uint64_t>(before)));
}

Answer Session::info(const Json& request) {
    Outcome<std::string> answer = client_->info(request.at("command").string);
    if (!answer) return fail(answer.error());
    return text_answer(*answer);
}

Outcome<std::unique_ptr<Client>> connect(std::span<char*> arguments,
                                         std::unique_ptr<embedded::Database>& database) {
    std::string_view kind = arguments.size() > 1 ? arguments[1] : "";
    if (kind == "--embedded" && arguments.size() == 2) {
        auto opened = embedded::Database::open();
        if (!opened) return fail(opened.error());
        database = std::move(*opened);
        return database->connect();
    }
    std::string_view address = arguments.size() == 3 ? arguments[2] : "";
    size_t colon = address.rfind(':');
    if (kind != "--tcp" || colon == std::string_view::npos)
        return fail(refused("usage: conformance_door --tcp HOST:PORT | --embedded"));
    int port = std::atoi(address.data() + colon + 1);
    return Client::connect(
        {.seeds = {{std::string(address.substr(0, colon)), static_cast<uint16_t>(port)}}});
}

std::string line_of(const Answer& answer) {
    if (answer) return fmt::format("{{{}}}", *answer);
    return fmt::format("{{\"error\": [{}, {}], \"in_doubt\": {}}}",
                       static_cast<int>(answer.error().code), quoted(answer.error().message()),
                       answer.error().in_doubt);
}

int run(std::span<char*> arguments) {
    std::unique_ptr<embedded::Database> database;
    auto client = connect(arguments, database);
    if (!client) {
        fmt::print(stderr, "{}\n", client.error().message());
        return 2;
    }
    Session session(std::move(*client));
    char* line = nullptr;
    size_t capacity = 0;
    for (ssize_t size; (size = getline(&line, &capacity, stdin)) > 0;) {
        Result<Json> request = Json::parse({line, static_cast<size_t>(size - 1)});
        fmt::print("{}\n", request ? line_of(session.answer(*request))
                                   : fmt::format("{{\"broken\": \"{}\"}}", request.error().text));
        std::fflush(stdout);
    }
    std::free(line);
    return 0;
}

}  // namespace
}  // namespace winnow::conformance

int main(int argc, char** argv) {
    return winnow::conformance::run({argv, static_cast<size_t>(argc)});
}
