#include "cli/commands/write_options.h"

namespace winnow::cli {
namespace {

constexpr Option table[] = {
    {"ttl", "SECONDS", "how long the record lives; 'never', or 'keep' what it has"},
    {"send-key", "", "keep the key in the record, so that queries show it"},
    {"create-only", "", "fail if there is such a record"},
    {"update-only", "", "fail if there is none"},
    {"replace", "", "drop the bins that are not named"},
};

constexpr uint64_t ttl_seconds_max = 315'360'000;  // ten years

Answer<uint32_t> ttl_of(const Call& call) {
    std::optional<std::string> text = call.value("ttl");
    if (!text) return client::ttl_default;
    if (*text == "never") return client::ttl_never;
    if (*text == "keep") return client::ttl_unchanged;
    Answer<uint64_t> seconds = call.number("ttl", 0, 1, ttl_seconds_max);
    if (!seconds) return fail(seconds.error());
    return static_cast<uint32_t>(*seconds);
}

Answer<client::RecordExists> exists_of(const Call& call) {
    bool create = call.has("create-only"), update = call.has("update-only");
    bool replace = call.has("replace");
    if (create && (update || replace))
        return misused("--create-only goes with neither --update-only nor --replace");
    if (create) return client::RecordExists::create_only;
    if (replace) {
        return update ? client::RecordExists::replace_only : client::RecordExists::replace;
    }
    return update ? client::RecordExists::update_only : client::RecordExists::update;
}

}  // namespace

std::span<const Option> write_options() {
    return table;
}

Answer<client::WriteRules> write_rules(const Call& call) {
    client::WriteRules rules;
    Answer<uint32_t> ttl = ttl_of(call);
    if (!ttl) return fail(ttl.error());
    rules.ttl_seconds = *ttl;
    Answer<client::RecordExists> exists = exists_of(call);
    if (!exists) return fail(exists.error());
    rules.exists = *exists;
    rules.send_key = call.has("send-key");
    rules.durable_delete = call.has("durable");
    if (call.has("generation")) {
        Answer<uint64_t> generation = call.number("generation", 0, 1, 65535);
        if (!generation) return fail(generation.error());
        rules.generation = static_cast<uint32_t>(*generation);
        rules.generation_check = client::GenerationCheck::equal;
    }
    return rules;
}

}  // namespace winnow::cli
