#pragma once
// Answers to info commands, `a=1;b=2` or `ns=test:set=s;ns=test:set=t`, and what the shell asks for
// by them. Views point into the text given.

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/trouble.h"
#include "client/client.h"

namespace winnow::cli {

class InfoPairs {
public:
    InfoPairs(std::string_view text, char separator) {
        while (!text.empty()) {
            size_t end = std::min(text.find(separator), text.size());
            size_t equals = std::min(text.find('='), end);
            pairs_.emplace_back(
                text.substr(0, equals),
                text.substr(std::min(equals + 1, end), end - std::min(equals + 1, end)));
            text.remove_prefix(std::min(end + 1, text.size()));
        }
    }
    // Empty if it is not there.
    std::string_view text(std::string_view name) const {
        for (const auto& [key, value] : pairs_) {
            if (key == name) return value;
        }
        return {};
    }
    // 0 if it is not there or no number.
    uint64_t number(std::string_view name) const {
        std::string_view digits = text(name);
        uint64_t value = 0;
        std::from_chars(digits.data(), digits.data() + digits.size(), value);
        return value;
    }

private:
    std::vector<std::pair<std::string_view, std::string_view>> pairs_;
};

// The answers of all nodes; one that cannot answer is a Trouble.
Answer<std::vector<std::string>> ask_nodes(const client::Client& client, std::string_view command);

// Names, sorted: of namespaces; of the sets and indexes of one; of bins that records of a set have,
// by a look at some of them.
Answer<std::vector<std::string>> namespaces_of(const client::Client& client);
// Trouble: there is none of that name.
Answer<> check_namespace(const client::Client& client, std::string_view ns);
Answer<std::vector<std::string>> sets_of(const client::Client& client, std::string_view ns);
Answer<std::vector<std::string>> indexes_of(const client::Client& client, std::string_view ns);
Answer<std::vector<std::string>> bins_of(const client::Client& client, std::string_view ns,
                                         std::string_view set);

}  // namespace winnow::cli
