#include "doors/policy_reading.h"

#include <fmt/core.h>

namespace winnow::conformance {

using namespace client;

Failure refused(std::string_view text) {
    return request_failure(ResultCode::parameter, text);
}

Outcome<Key> read_key(const Json& key) {
    const std::string& ns = key.at("ns").string;
    const std::string& set = key.at("set").string;
    if (key.has("digest")) {
        Result<std::string> bytes = from_hex(key.at("digest").string);
        if (!bytes || bytes->size() != digest_size) return fail(refused("a digest is 20 bytes"));
        return Key::by_digest(ns, set, Digest::from(bytes_of(*bytes).data()));
    }
    Result<Value> value = value_of(key.at("key"));
    if (!value) return fail(refused(value.error().text));
    Result<Key> made = Key::of(ns, set, value->view());
    if (!made) return fail(request_failure(made.error().code, made.error().text));
    return std::move(*made);
}

namespace {

// Takes one option after the other off a policy and complains about those that are left.
class Options {
public:
    explicit Options(const Json& policy) : left_(policy.members) {}

    const Json* take(std::string_view name) {
        for (auto it = left_.begin(); it != left_.end(); ++it) {
            if (it->first != name) continue;
            taken_.push_back(it->second);
            left_.erase(it);
            return &taken_.back();
        }
        return nullptr;
    }
    template <class T>
    void number(std::string_view name, T& to) {
        const Json* option = take(name);
        if (option == nullptr) return;
        int64_t number = option->number(-1);
        if (option->kind == Json::Kind::string || !std::in_range<T>(number)) wrong(name);
        to = static_cast<T>(number);
    }
    void flag(std::string_view name, bool& to) {
        const Json* option = take(name);
        if (option == nullptr) return;
        if (option->kind != Json::Kind::boolean) wrong(name);
        to = option->integer != 0;
    }
    template <class T>
    void choice(std::string_view name, T& to,
                std::initializer_list<std::pair<std::string_view, T>> choices) {
        const Json* option = take(name);
        if (option == nullptr) return;
        for (const auto& [word, value] : choices) {
            if (option->string == word) {
                to = value;
                return;
            }
        }
        wrong(name);
    }
    void wrong(std::string_view name) { wrong_ = fmt::format("{} is not valid", name); }

    Outcome<> end() const {
        if (!wrong_.empty()) return fail(refused(wrong_));
        if (left_.empty()) return {};
        return fail(refused(fmt::format("there is no policy {}", left_.front().first)));
    }

private:
    std::vector<std::pair<std::string, Json>> left_;
    std::deque<Json> taken_;
    std::string wrong_;
};

void read_base(Options& options, Policy& policy) {
    options.number("socket_timeout", policy.socket_timeout_ms);
    options.number("total_timeout", policy.total_timeout_ms);
    options.number("max_retries", policy.max_retries);
    options.number("sleep_between_retries", policy.sleep_between_retries_ms);
    options.flag("compress", policy.compress);
    // Lists and maps always are raw bytes here; the door shows them as the request wants them.
    options.take("deserialize");
}

template <class P>
void read_replica(Options& options, P& policy) {
    options.choice("replica", policy.replica,
                   {{"master", ReplicaChoice::master}, {"sequence", ReplicaChoice::sequence}});
}

void read_rules(Options& options, WriteRules& rules) {
    options.choice("exists", rules.exists,
                   {{"ignore", RecordExists::update},
                    {"update", RecordExists::update_only},
                    {"create", RecordExists::create_only},
                    {"replace", RecordExists::replace_only},
                    {"create_or_replace", RecordExists::replace}});
    options.choice("gen", rules.generation_check,
                   {{"ignore", GenerationCheck::none},
                    {"eq", GenerationCheck::equal},
                    {"gt", GenerationCheck::greater}});
    options.number("generation", rules.generation);
    options.choice("key", rules.send_key, {{"digest", false}, {"send", true}});
    options.choice("commit_level", rules.commit_master, {{"all", false}, {"master", true}});
    options.flag("durable_delete", rules.durable_delete);
    const Json* ttl = options.take("ttl");
    if (ttl == nullptr) return;
    if (ttl->string == "never")
        rules.ttl_seconds = ttl_never;
    else if (ttl->string == "unchanged")
        rules.ttl_seconds = ttl_unchanged;
    else if (ttl->kind == Json::Kind::integer && std::in_range<uint32_t>(ttl->integer))
        rules.ttl_seconds = static_cast<uint32_t>(ttl->integer);
    else if (ttl->string != "default")
        options.wrong("ttl");
}

template <class P>
Outcome<P> checked(const Options& options, P policy) {
    Outcome<> end = options.end();
    if (!end) return fail(end.error());
    return policy;
}

Outcome<BinOperation> operation(const Json& one, std::string_view bin, const Value& value) {
    const std::string& op = one.at("op").string;
    if (op == "read") return bin.empty() ? BinOperation::read_all() : BinOperation::read(bin);
    if (op == "write") return BinOperation::write(bin, value);
    if (op == "add") return BinOperation::add(bin, value);
    if (op == "append") return BinOperation::append(bin, value);
    if (op == "prepend") return BinOperation::prepend(bin, value);
    if (op == "touch") return BinOperation::touch();
    if (op == "delete") return BinOperation::remove();
    return fail(refused(fmt::format("there is no operation {}", op)));
}

}  // namespace

Outcome<ReadPolicy> read_policy(const Json& policy) {
    Options options(policy);
    ReadPolicy made;
    read_base(options, made);
    read_replica(options, made);
    options.number("read_touch_ttl_percent", made.read_touch_ttl_percent);
    return checked(options, made);
}

Outcome<WritePolicy> write_policy(const Json& policy) {
    Options options(policy);
    WritePolicy made;
    read_base(options, made);
    read_replica(options, made);
    read_rules(options, made);
    return checked(options, made);
}

Outcome<WriteRules> write_rules(const Json& policy) {
    Options options(policy);
    WriteRules made;
    read_rules(options, made);
    return checked(options, made);
}

Outcome<BatchPolicy> batch_policy(const Json& policy) {
    Options options(policy);
    BatchPolicy made;
    read_base(options, made);
    options.take("replica");
    options.take("concurrent");  // rows of one node are one request
    options.flag("allow_inline", made.allow_inline);
    options.flag("respond_all_keys", made.respond_all_rows);
    return checked(options, made);
}

Outcome<QueryPolicy> query_policy(const Json& policy) {
    Options options(policy);
    QueryPolicy made;
    read_base(options, made);
    options.take("partition_filter");
    options.take("fail_on_cluster_change");  // has no effect, in any client
    options.take("replica");
    options.flag("short_query", made.short_query);
    return checked(options, made);
}

Outcome<Operations> Operations::of(const Json& list) {
    Operations made;
    for (const Json& one : list.items) {
        Result<Value> value = value_of(one.at("value"));
        if (!value) return fail(refused(value.error().text));
        made.values_.push_back(std::move(*value));
        made.names_.push_back(one.at("bin").string);
        Outcome<BinOperation> op = operation(one, made.names_.back(), made.values_.back());
        if (!op) return fail(op.error());
        made.operations_.push_back(*op);
    }
    return made;
}

}  // namespace winnow::conformance
