#pragma once
// From the words of a request to the client's keys, policies and operations.

#include <deque>
#include <string>
#include <vector>

#include "client/client.h"
#include "doors/json.h"

namespace winnow::conformance {

client::Failure refused(std::string_view text);

// {"ns", "set", "key"} or {"ns", "set", "digest"}.
client::Outcome<client::Key> read_key(const Json& key);

client::Outcome<client::ReadPolicy> read_policy(const Json& policy);
client::Outcome<client::WritePolicy> write_policy(const Json& policy);
client::Outcome<client::WriteRules> write_rules(const Json& policy);
client::Outcome<client::BatchPolicy> batch_policy(const Json& policy);
client::Outcome<client::QueryPolicy> query_policy(const Json& policy);

// [{"op", "bin", "value"}, ...]: operations and what they point at.
class Operations {
public:
    static client::Outcome<Operations> of(const Json& list);
    std::span<const client::BinOperation> view() const { return operations_; }

private:
    std::deque<client::Value> values_;  // does not move what is in it
    std::deque<std::string> names_;
    std::vector<client::BinOperation> operations_;
};

// Names of bins, as a selection and what it points at.
class Names {
public:
    explicit Names(const Json& list) {
        for (const Json& name : list.items) names_.push_back(name.string);
        for (const std::string& name : names_) views_.push_back(name);
    }
    client::BinSelection selection() const {
        return views_.empty() ? client::BinSelection::none() : client::BinSelection::named(views_);
    }
    std::span<const std::string_view> views() const { return views_; }

private:
    std::deque<std::string> names_;
    std::vector<std::string_view> views_;
};

}  // namespace winnow::conformance
