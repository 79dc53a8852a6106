// get, put, delete: single records, named by their keys.

#include <fmt/core.h>

#include "cli/commands/run.h"
#include "cli/commands/write_options.h"
#include "cli/literal.h"
#include "cli/output/record_output.h"

namespace winnow::cli {
namespace {

// The keys of the call; with --digest its words are digests.
Answer<std::vector<client::Key>> keys_of(const Call& call) {
    std::vector<client::Key> keys;
    for (const std::string& word : call.arguments) {
        if (call.has("digest")) {
            Answer<Digest> digest = digest_of_word(word);
            if (!digest) return fail(digest.error());
            keys.push_back(client::Key::by_digest(call.ns(), call.set(), *digest));
        } else {
            Answer<client::Key> key = key_of_word(call.ns(), call.set(), word);
            if (!key) return fail(key.error());
            keys.push_back(*std::move(key));
        }
    }
    return keys;
}

std::string place_of(const Call& call) {
    return call.set().empty() ? call.ns() + ", no set" : call.ns() + "." + call.set();
}

// A failure that concerns one key.
tl::unexpected<Trouble> key_failed(const Call& call, std::string_view word,
                                   const client::Failure& failure) {
    switch (failure.code) {
        case ResultCode::not_found:
            return failed("no record has the key {} in {}{}", word, place_of(call),
                          call.set().empty() ? ": --set names one" : "");
        case ResultCode::record_exists:
            return failed("there is a record with the key {} in {}", word, place_of(call));
        case ResultCode::generation:
            return failed(
                "the record {} has another generation: it was changed since; "
                "`winnow get {} --meta` shows it",
                word, word);
        default: return failed(failure);
    }
}

}  // namespace

Answer<> run_get(Call& call) {
    Answer<std::vector<client::Key>> keys = keys_of(call);
    if (!keys) return fail(keys.error());
    std::vector<std::string> selected = call.list("select");
    std::vector<std::string_view> names(selected.begin(), selected.end());
    Answer<client::Client*> client = call.session.client();
    if (!client) return fail(client.error());

    RecordOutput output(
        {.json = call.json(), .digest = call.has("digest"), .meta = call.has("meta")});
    std::vector<std::string_view> missing;
    client::Record record;
    for (size_t i = 0; i < keys->size(); i++) {
        const client::Key& key = (*keys)[i];
        client::Outcome<> got = (*client)->get(
            key, names.empty() ? client::BinSelection::all() : client::BinSelection::named(names),
            record);
        if (got) {
            output.add({key.set, key.user_key, key.digest, record.view()});
        } else if (got.error().code == ResultCode::not_found && keys->size() > 1) {
            missing.push_back(call.arguments[i]);
        } else {
            output.finish();
            return key_failed(call, call.arguments[i], got.error());
        }
    }
    output.finish();
    if (missing.empty()) return {};
    std::string all;
    for (std::string_view word : missing) all += fmt::format("{}{}", all.empty() ? "" : ", ", word);
    return failed("{} of {} keys have no record in {}: {}", missing.size(), keys->size(),
                  place_of(call), all);
}

Answer<> run_put(Call& call) {
    Answer<client::Key> key = key_of_word(call.ns(), call.set(), call.arguments[0]);
    if (!key) return fail(key.error());
    std::vector<NamedValue> values;
    for (size_t i = 1; i < call.arguments.size(); i++) {
        Answer<NamedValue> value = assignment_of_word(call.arguments[i]);
        if (!value) return fail(value.error());
        values.push_back(*std::move(value));
    }
    client::WritePolicy policy;
    Answer<client::WriteRules> rules = write_rules(call);
    if (!rules) return fail(rules.error());
    static_cast<client::WriteRules&>(policy) = *rules;
    Answer<client::Client*> client = call.session.client();
    if (!client) return fail(client.error());

    std::vector<client::Bin> bins;
    for (const NamedValue& value : values) bins.push_back({value.name, value.value.view()});
    client::Outcome<> put = (*client)->put(*key, bins, policy);
    if (!put) return key_failed(call, call.arguments[0], put.error());
    return {};
}

Answer<> run_delete(Call& call) {
    Answer<std::vector<client::Key>> keys = keys_of(call);
    if (!keys) return fail(keys.error());
    client::WritePolicy policy;
    Answer<client::WriteRules> rules = write_rules(call);
    if (!rules) return fail(rules.error());
    static_cast<client::WriteRules&>(policy) = *rules;
    Answer<client::Client*> client = call.session.client();
    if (!client) return fail(client.error());

    for (size_t i = 0; i < keys->size(); i++) {
        client::Outcome<> removed = (*client)->remove((*keys)[i], policy);
        if (!removed) return key_failed(call, call.arguments[i], removed.error());
    }
    return {};
}

}  // namespace winnow::cli
