#include "python/src/config/suggestion.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

namespace winnow::python {
namespace {

// How many letters have to be inserted, dropped or changed (Levenshtein).
size_t distance(std::string_view a, std::string_view b) {
    std::vector<size_t> row(b.size() + 1);
    for (size_t j = 0; j <= b.size(); j++) row[j] = j;
    for (size_t i = 1; i <= a.size(); i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.size(); j++) {
            size_t change = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = std::min({change, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row[b.size()];
}

bool is_near(std::string_view name, std::string_view known) {
    if (known.find(name) != std::string_view::npos || name.find(known) != std::string_view::npos)
        return true;
    return distance(name, known) <= std::max(name.size(), known.size()) / 3;
}

}  // namespace

std::string suggestion(std::string_view name, std::span<const std::string_view> known) {
    constexpr size_t name_length_max = 64;  // nobody means something by longer ones
    std::vector<std::string_view> near;
    for (std::string_view candidate : known) {
        if (name.size() >= 3 && name.size() <= name_length_max && is_near(name, candidate))
            near.push_back(candidate);
    }
    if (near.empty()) return fmt::format("; known are {}", fmt::join(known, ", "));
    std::stable_sort(near.begin(), near.end(), [&](std::string_view a, std::string_view b) {
        return distance(name, a) < distance(name, b);
    });
    constexpr size_t shown_max = 3;
    near.resize(std::min(near.size(), shown_max));
    return fmt::format("; did you mean {}?", fmt::join(near, " or "));
}

}  // namespace winnow::python
